package io.engram.promql.parser;

import io.engram.model.text.GoQuote;
import io.engram.promql.ast.Span;

/**
 * @param text as it stands in the query, quotes included
 * @param start offset in the query, in UTF-16 units
 */
record Token(TokenType type, String text, int start) {
    private static final int SHOWN_CHARACTERS = 10;

    int end() {
        return start + text.length();
    }

    Span span() {
        return new Span(start, end());
    }

    /** As error texts name it. */
    String description() {
        return switch (type.group) {
            case DESCRIBED -> type == TokenType.END_OF_INPUT ? type.text : type.text + " " + shown();
            case SIGN, WORD -> shown();
            case OPERATOR -> "<op:" + text + ">";
            case AGGREGATION -> "<aggr:" + text + ">";
            case KEYWORD -> "<" + text + ">";
        };
    }

    private String shown() {
        boolean identifier = type == TokenType.IDENTIFIER || type == TokenType.METRIC_IDENTIFIER;
        if (identifier || text.codePointCount(0, text.length()) <= SHOWN_CHARACTERS) {
            return GoQuote.quote(text);
        }
        return GoQuote.quote(text.substring(0, text.offsetByCodePoints(0, SHOWN_CHARACTERS))) + "...";
    }
}
