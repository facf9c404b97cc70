package io.engram.promql.parser;

/**
 * The tokens of one query, one ahead. The next token is read only when asked for: an error of meaning in what was read
 * is reported before an error of spelling in what follows.
 */
final class TokenStream {
    private final String query;
    private final Lexer lexer;
    private Token next;
    private int depth;
    private int lastEnd;

    TokenStream(String query) {
        this.query = query;
        this.lexer = new Lexer(query);
    }

    Token peek() {
        if (next == null) {
            next = lexer.next();
        }
        return next;
    }

    TokenType peekType() {
        return peek().type();
    }

    Token take() {
        Token token = peek();
        next = null;
        lastEnd = token.end();
        return token;
    }

    /** Takes the next token if it is of that type. */
    boolean accept(TokenType type) {
        if (peekType() != type) {
            return false;
        }
        take();
        return true;
    }

    /** Where the last token taken ends. */
    int lastEnd() {
        return lastEnd;
    }

    ParseException error(int at, String message) {
        return Errors.at(query, at, message);
    }

    /** Complains about the next token. */
    ParseException unexpected(String context, String expected) {
        var message = new StringBuilder("unexpected ").append(peek().description());
        if (!context.isEmpty()) {
            message.append(" in ").append(context);
        }
        if (!expected.isEmpty()) {
            message.append(", expected ").append(expected);
        }
        return error(peek().start(), message.toString());
    }

    /** One level further into the query; {@link #leave} goes back. */
    void enter() {
        if (++depth > Parser.MAX_NESTING) {
            throw tooDeep(Parser.MAX_NESTING);
        }
    }

    void leave() {
        depth--;
    }

    ParseException tooDeep(int maxLevels) {
        return error(lastEnd, "expression is nested too deeply, more than " + maxLevels + " levels");
    }
}
