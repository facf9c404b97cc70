package io.engram.promql.parser;

import io.engram.model.labels.Label;
import io.engram.model.labels.Matcher;
import io.engram.model.regex.InvalidRegex;
import io.engram.promql.ast.Expr.VectorSelector;
import io.engram.promql.ast.Span;
import io.engram.promql.ast.TimeShift;
import io.engram.promql.ast.WindowMode;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code name{label="value", …}}. */
final class SelectorParser {
    private final TokenStream tokens;

    SelectorParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    /** A selector with nothing behind it. */
    VectorSelector parseOnlySelector() {
        if (!startsSelector(tokens.peekType())) {
            throw tokens.unexpected("", "");
        }
        VectorSelector selector = parse();
        if (tokens.peekType() != TokenType.END_OF_INPUT) {
            throw tokens.unexpected("", "");
        }
        return selector;
    }

    static boolean startsSelector(TokenType type) {
        return type == TokenType.LEFT_BRACE || type.namesMetric();
    }

    VectorSelector parse() {
        if (tokens.peekType() == TokenType.LEFT_BRACE) {
            return parse("", tokens.peek().start());
        }
        Token name = tokens.take();
        return parse(name.text(), name.start());
    }

    /** The rest of a selector whose name has been taken. */
    VectorSelector parse(String name, int start) {
        var matchers = new ArrayList<Matcher>();
        int end = start + name.length();
        if (tokens.accept(TokenType.LEFT_BRACE)) {
            parseMatchers(matchers);
            end = tokens.lastEnd();
        }
        if (!name.isEmpty()) {
            matchers.add(Matcher.equal(Label.METRIC_NAME, name));
        }
        return new VectorSelector(name, matchers, TimeShift.NONE, WindowMode.PLAIN, new Span(start, end));
    }

    private void parseMatchers(List<Matcher> matchers) {
        while (!tokens.accept(TokenType.RIGHT_BRACE)) {
            matchers.add(parseMatcher());
            if (!tokens.accept(TokenType.COMMA) && tokens.peekType() != TokenType.RIGHT_BRACE) {
                throw tokens.unexpected("label matching", "\",\" or \"}\"");
            }
        }
    }

    private Matcher parseMatcher() {
        Token label = tokens.peek();
        return switch (label.type()) {
            case IDENTIFIER -> {
                tokens.take();
                if (matchType() == null) {
                    throw tokens.unexpected("label matching", "label matching operator");
                }
                yield parseMatcher(label.text(), label.start());
            }
            case STRING -> {
                tokens.take();
                String name = Literals.unquote(label.text());
                yield matchType() == null ? Matcher.equal(Label.METRIC_NAME, name) : parseMatcher(name, label.start());
            }
            default -> throw tokens.unexpected("label matching", "identifier or \"}\"");
        };
    }

    private Matcher parseMatcher(String name, int start) {
        Matcher.Type type = matchType();
        tokens.take();
        if (tokens.peekType() != TokenType.STRING) {
            throw tokens.unexpected("label matching", "string");
        }
        try {
            return new Matcher(type, name, Literals.unquote(tokens.take().text()));
        } catch (InvalidRegex e) {
            throw tokens.error(start, e.getMessage());
        }
    }

    /** What the next token asks of a label; null where it is no match operator. */
    private Matcher.Type matchType() {
        return switch (tokens.peekType()) {
            case EQL -> Matcher.Type.EQUAL;
            case NEQ -> Matcher.Type.NOT_EQUAL;
            case EQL_REGEX -> Matcher.Type.REGEX;
            case NEQ_REGEX -> Matcher.Type.NOT_REGEX;
            default -> null;
        };
    }
}
