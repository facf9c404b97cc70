package io.engram.promql.parser;

import io.engram.promql.ast.BinaryOp;
import io.engram.promql.ast.VectorMatching;
import io.engram.promql.ast.VectorMatching.Card;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Reads lists of labels, and what stands between a binary operator and its right side. */
final class MatchingParser {
    /** {@code bool on (…) group_left (…) fill (…)}. */
    record Modifiers(boolean returnBool, VectorMatching matching) {}

    private final TokenStream tokens;

    MatchingParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    /**
     * @param unexpected what to throw where the text goes on in no way it can
     */
    Modifiers parseModifiers(BinaryOp op, Supplier<ParseException> unexpected) {
        boolean returnBool = tokens.accept(TokenType.BOOL);
        Card card = op.kind() == BinaryOp.Kind.SET ? Card.MANY_TO_MANY : Card.ONE_TO_ONE;
        List<String> labels = List.of();
        List<String> include = List.of();
        boolean on = tokens.peekType() == TokenType.ON;
        if (on || tokens.peekType() == TokenType.IGNORING) {
            tokens.take();
            labels = parseLabels();
            TokenType group = tokens.peekType();
            if (group == TokenType.GROUP_LEFT || group == TokenType.GROUP_RIGHT) {
                tokens.take();
                card = group == TokenType.GROUP_LEFT ? Card.MANY_TO_ONE : Card.ONE_TO_MANY;
                include = parseIncludedLabels();
            }
        }
        Double fillLeft = null;
        Double fillRight = null;
        TokenType fill = tokens.peekType();
        if (fill == TokenType.FILL) {
            fillLeft = parseFill(unexpected);
            fillRight = fillLeft;
        } else if (fill == TokenType.FILL_LEFT) {
            fillLeft = parseFill(unexpected);
            fillRight = tokens.peekType() == TokenType.FILL_RIGHT ? parseFill(unexpected) : null;
        } else if (fill == TokenType.FILL_RIGHT) {
            fillRight = parseFill(unexpected);
            fillLeft = tokens.peekType() == TokenType.FILL_LEFT ? parseFill(unexpected) : null;
        }
        return new Modifiers(returnBool, new VectorMatching(card, on, labels, include, fillLeft, fillRight));
    }

    /** What {@code group_left} brings along: nothing, where the right side or a fill follows at once. */
    private List<String> parseIncludedLabels() {
        TokenType next = tokens.peekType();
        boolean none = next != TokenType.LEFT_PAREN && next.startsExpression();
        return none ? List.of() : parseLabels();
    }

    private Double parseFill(Supplier<ParseException> unexpected) {
        tokens.take();
        if (!tokens.accept(TokenType.LEFT_PAREN)) {
            throw unexpected.get();
        }
        boolean negative = tokens.peekType() == TokenType.SUB;
        if (negative || tokens.peekType() == TokenType.ADD) {
            tokens.take();
        }
        if (tokens.peekType() != TokenType.NUMBER && tokens.peekType() != TokenType.DURATION) {
            throw unexpected.get();
        }
        double value = DurationParser.seconds(tokens, tokens.take());
        if (!tokens.accept(TokenType.RIGHT_PAREN)) {
            throw unexpected.get();
        }
        return negative ? -value : value;
    }

    /** {@code (a, "b.c", sum)}: words that are keywords elsewhere are labels here. */
    List<String> parseLabels() {
        if (!tokens.accept(TokenType.LEFT_PAREN)) {
            throw tokens.unexpected("grouping opts", "\"(\"");
        }
        var labels = new ArrayList<String>();
        while (!tokens.accept(TokenType.RIGHT_PAREN)) {
            labels.add(parseLabel());
            if (!tokens.accept(TokenType.COMMA) && tokens.peekType() != TokenType.RIGHT_PAREN) {
                throw tokens.unexpected("grouping opts", "\",\" or \")\"");
            }
        }
        return labels;
    }

    private String parseLabel() {
        Token token = tokens.peek();
        if (token.type() == TokenType.STRING) {
            tokens.take();
            String label = Literals.unquote(token.text());
            if (label.isEmpty()) {
                throw tokens.error(token.start(), "invalid label name for grouping: \"\"");
            }
            return label;
        }
        if (!token.type().namesLabel()) {
            throw tokens.unexpected("grouping opts", "label");
        }
        return tokens.take().text();
    }
}
