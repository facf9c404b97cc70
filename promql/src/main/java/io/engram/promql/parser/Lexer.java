package io.engram.promql.parser;

import io.engram.model.text.GoQuote;
import java.util.Locale;

/**
 * Cuts a query into tokens. What a character means depends on where it stands: inside braces words are never keywords,
 * right after a bracket only durations are known. The states and error texts are those of Prometheus'
 * {@code promql/parser/lex.go}.
 */
final class Lexer {
    private static final int EOF = -1;

    private final String input;
    private final NumberScanner numbers;
    /** Where the token being read begins. */
    private int start;

    private int pos;
    private int openParens;
    private boolean braceOpen;
    private boolean bracketOpen;
    private boolean colonSeen;
    private boolean durationSeen;
    /** Directly inside brackets, before the first number. */
    private boolean inDuration;

    Lexer(String input) {
        this.input = input;
        this.numbers = new NumberScanner(input);
    }

    /** The next token; comments and white space are skipped. */
    Token next() {
        while (true) {
            Token token = inDuration ? durationToken() : braceOpen ? braceToken() : statementToken();
            if (token != null) {
                return token;
            }
        }
    }

    private Token statementToken() {
        if (skipBlank()) {
            return null;
        }
        int c = read();
        return switch (c) {
            case EOF -> endOfInput();
            case ',' -> emit(TokenType.COMMA);
            case '*' -> emit(TokenType.MUL);
            case '/' -> emit(TokenType.DIV);
            case '%' -> emit(TokenType.MOD);
            case '+' -> emit(TokenType.ADD);
            case '-' -> emit(TokenType.SUB);
            case '^' -> emit(TokenType.POW);
            case '@' -> emit(TokenType.AT);
            case '=' -> equalsSign();
            case '!' -> exclamationMark("unexpected character after '!': ");
            case '<' -> comparison(TokenType.LSS, TokenType.LTE, TokenType.TRIM_UPPER);
            case '>' -> comparison(TokenType.GTR, TokenType.GTE, TokenType.TRIM_LOWER);
            case '"', '\'' -> quoted(c);
            case '`' -> rawQuoted();
            case '(' -> leftParen();
            case ')' -> rightParen();
            case '{' -> {
                braceOpen = true;
                yield emit(TokenType.LEFT_BRACE);
            }
            case '[' -> leftBracket();
            case ']' -> rightBracket();
            default -> {
                if (startsNumber(c)) {
                    yield numberOrDuration();
                }
                if (isAlpha(c) || c == ':') {
                    yield bracketOpen ? wordInBrackets(c) : word();
                }
                throw error("unexpected character: " + GoQuote.quoteRune(c));
            }
        };
    }

    private Token endOfInput() {
        if (openParens != 0) {
            throw error("unclosed left parenthesis");
        }
        if (bracketOpen) {
            throw error("unclosed left bracket");
        }
        return emit(TokenType.END_OF_INPUT);
    }

    private Token equalsSign() {
        int following = look();
        if (following == '~') {
            throw error("unexpected character after '=': " + GoQuote.quoteRune(following));
        }
        return acceptChar('=') ? emit(TokenType.EQLC) : emit(TokenType.EQL);
    }

    private Token exclamationMark(String complaint) {
        int following = read();
        if (following != '=') {
            throw error(complaint + GoQuote.quoteRune(following));
        }
        return emit(TokenType.NEQ);
    }

    private Token comparison(TokenType plain, TokenType orEqual, TokenType trim) {
        if (acceptChar('=')) {
            return emit(orEqual);
        }
        return acceptChar('/') ? emit(trim) : emit(plain);
    }

    private Token leftParen() {
        openParens++;
        return emit(TokenType.LEFT_PAREN);
    }

    private Token rightParen() {
        Token token = emit(TokenType.RIGHT_PAREN);
        openParens--;
        if (openParens < 0) {
            throw error("unexpected right parenthesis ')'");
        }
        return token;
    }

    private Token leftBracket() {
        if (bracketOpen) {
            throw error("unexpected left bracket '['");
        }
        colonSeen = false;
        bracketOpen = true;
        inDuration = true;
        return emit(TokenType.LEFT_BRACKET);
    }

    private Token rightBracket() {
        if (!bracketOpen) {
            throw error("unexpected right bracket ']'");
        }
        bracketOpen = false;
        return emit(TokenType.RIGHT_BRACKET);
    }

    private Token wordInBrackets(int first) {
        if (first == ':') {
            if (colonSeen) {
                throw error("unexpected colon ':'");
            }
            colonSeen = true;
            return emit(TokenType.COLON);
        }
        Token keyword = durationKeyword(first);
        if (keyword == null) {
            throw error("unexpected character: " + GoQuote.quoteRune(first) + ", expected ':'");
        }
        return keyword;
    }

    private Token word() {
        while (isAlphaNumeric(look()) || look() == ':') {
            pos++;
        }
        String word = input.substring(start, pos);
        TokenType keyword = TokenType.keyword(word);
        if (keyword == null) {
            return emit(word.indexOf(':') < 0 ? TokenType.IDENTIFIER : TokenType.METRIC_IDENTIFIER);
        }
        boolean needsParen =
                keyword == TokenType.FILL || keyword == TokenType.FILL_LEFT || keyword == TokenType.FILL_RIGHT;
        return emit(needsParen && !parenFollows() ? TokenType.IDENTIFIER : keyword);
    }

    private boolean parenFollows() {
        int at = pos;
        while (at < input.length() && isSpace(input.charAt(at))) {
            at++;
        }
        return at < input.length() && input.charAt(at) == '(';
    }

    private Token durationToken() {
        while (isSpace(look())) {
            pos++;
        }
        start = pos;
        int c = read();
        return switch (c) {
            case EOF -> throw error("unexpected end of input in duration expression");
            case ']' -> {
                inDuration = false;
                colonSeen = false;
                bracketOpen = false;
                yield emit(TokenType.RIGHT_BRACKET);
            }
            case ':' -> durationColon();
            case '(' -> leftParen();
            case ')' -> rightParen();
            case '+' -> emit(TokenType.ADD);
            case '-' -> emit(TokenType.SUB);
            case '*' -> emit(TokenType.MUL);
            case '/' -> emit(TokenType.DIV);
            case '%' -> emit(TokenType.MOD);
            case '^' -> emit(TokenType.POW);
            case ',' -> emit(TokenType.COMMA);
            default -> {
                if (startsNumber(c)) {
                    durationSeen = true;
                    inDuration = false;
                    yield numberOrDuration();
                }
                Token keyword = durationKeyword(c);
                if (keyword == null) {
                    throw error("unexpected character in duration expression: " + GoQuote.quoteRune(c));
                }
                yield keyword;
            }
        };
    }

    private Token durationColon() {
        Token colon = emit(TokenType.COLON);
        if (!durationSeen) {
            throw error("unexpected colon before duration in duration expression");
        }
        if (colonSeen) {
            throw error("unexpected repeated colon in duration expression");
        }
        colonSeen = true;
        return colon;
    }

    /** Null where no such word stands here. */
    private Token durationKeyword(int first) {
        if (!isAlpha(first)) {
            return null;
        }
        int end = pos;
        while (end < input.length() && isAlpha(input.charAt(end))) {
            end++;
        }
        TokenType type =
                switch (input.substring(start, end).toLowerCase(Locale.ROOT)) {
                    case "step" -> TokenType.STEP;
                    case "range" -> TokenType.RANGE;
                    case "max_of" -> TokenType.MAX_OF;
                    case "min_of" -> TokenType.MIN_OF;
                    default -> null;
                };
        if (type == null) {
            return null;
        }
        pos = end;
        return emit(type);
    }

    private Token braceToken() {
        if (skipBlank()) {
            return null;
        }
        int c = read();
        return switch (c) {
            case EOF -> throw error("unexpected end of input inside braces");
            case ',' -> emit(TokenType.COMMA);
            case '"', '\'' -> quoted(c);
            case '`' -> rawQuoted();
            case '=' -> acceptChar('~') ? emit(TokenType.EQL_REGEX) : emit(TokenType.EQL);
            case '!' ->
                acceptChar('~')
                        ? emit(TokenType.NEQ_REGEX)
                        : exclamationMark("unexpected character after '!' inside braces: ");
            case '{' -> throw error("unexpected left brace '{'");
            case '}' -> {
                braceOpen = false;
                yield emit(TokenType.RIGHT_BRACE);
            }
            default -> {
                if (!isAlpha(c)) {
                    throw error("unexpected character inside braces: " + GoQuote.quoteRune(c));
                }
                while (isAlphaNumeric(look())) {
                    pos++;
                }
                yield emit(TokenType.IDENTIFIER);
            }
        };
    }

    private Token quoted(int quote) {
        while (true) {
            int c = read();
            if (c == quote) {
                return emit(TokenType.STRING);
            }
            switch (c) {
                case EOF, '\n' -> throw error("unterminated quoted string");
                case '\\' -> escape(quote);
                default -> checkCharacter(c);
            }
        }
    }

    private Token rawQuoted() {
        while (true) {
            int c = read();
            if (c == '`') {
                return emit(TokenType.STRING);
            }
            if (c == EOF) {
                throw error("unterminated raw string");
            }
            checkCharacter(c);
        }
    }

    /** U+FFFD is what decoding makes of bytes that are no UTF-8. */
    private void checkCharacter(int c) {
        if (c == 0xFFFD || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
            throw error("invalid UTF-8 rune");
        }
    }

    private void escape(int quote) {
        int c = read();
        if (c == quote) {
            return;
        }
        switch (c) {
            case 'a', 'b', 'f', 'n', 'r', 't', 'v', '\\' -> {}
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                pos--;
                escapeDigits(3, 8, 255);
            }
            case 'x' -> escapeDigits(2, 16, 255);
            case 'u' -> escapeDigits(4, 16, Character.MAX_CODE_POINT);
            case 'U' -> escapeDigits(8, 16, Character.MAX_CODE_POINT);
            case EOF -> throw error("escape sequence not terminated");
            default -> throw error("unknown escape sequence " + unicodeName(c));
        }
    }

    private void escapeDigits(int count, int base, int max) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            int c = read();
            int digit = c < 0x80 ? Character.digit(c, base) : -1;
            if (c == EOF) {
                throw error("escape sequence not terminated");
            }
            if (digit < 0) {
                throw error("illegal character " + unicodeName(c) + " in escape sequence");
            }
            value = value * base + digit;
        }
        if (value > max || value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE) {
            throw error("escape sequence is an invalid Unicode code point");
        }
    }

    private static String unicodeName(int c) {
        String name = String.format(Locale.ROOT, "U+%04X", c);
        return GoQuote.isPrintable(c) ? name + " '" + Character.toString(c) + "'" : name;
    }

    private Token numberOrDuration() {
        boolean number = numbers.scan(start);
        pos = numbers.end();
        if (number) {
            return emit(TokenType.NUMBER);
        }
        boolean duration = numbers.scanDuration(pos);
        pos = numbers.end();
        if (duration) {
            return emit(TokenType.DURATION);
        }
        throw error("bad number or duration syntax: " + GoQuote.quote(input.substring(start, pos)));
    }

    /** Skips white space and one comment; true if there was any. */
    private boolean skipBlank() {
        while (isSpace(look())) {
            pos++;
        }
        boolean comment = look() == '#';
        while (comment && pos < input.length() && look() != '\n' && look() != '\r') {
            pos++;
        }
        start = pos;
        return comment;
    }

    private boolean startsNumber(int c) {
        return isDigit(c) || c == '.' && isDigit(look());
    }

    private int look() {
        return pos < input.length() ? input.charAt(pos) : EOF;
    }

    private int read() {
        if (pos >= input.length()) {
            return EOF;
        }
        int c = input.codePointAt(pos);
        pos += Character.charCount(c);
        return c;
    }

    private boolean acceptChar(char wanted) {
        if (look() != wanted) {
            return false;
        }
        pos++;
        return true;
    }

    private Token emit(TokenType type) {
        var token = new Token(type, input.substring(start, pos), start);
        start = pos;
        return token;
    }

    private ParseException error(String message) {
        return Errors.at(input, start, message);
    }

    static boolean isSpace(int c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    static boolean isAlpha(int c) {
        return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    static boolean isAlphaNumeric(int c) {
        return isAlpha(c) || isDigit(c);
    }
}
