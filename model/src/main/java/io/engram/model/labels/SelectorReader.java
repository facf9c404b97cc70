package io.engram.model.labels;

import io.engram.model.regex.InvalidRegex;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reads selectors as PromQL writes them ({@code up}, {@code up{job="x"}}, {@code {"a b"=~"c.*",d!='e'}}) where no query
 * stands around them: in limits and in parameters. Stops behind each, so that a text may hold several.
 */
public final class SelectorReader {
    private final String text;
    private int at;

    public SelectorReader(String text) {
        this.text = text;
    }

    /**
     * The matchers of a text that is one selector.
     *
     * @throws IllegalArgumentException saying what is expected where
     */
    public static List<Matcher> selector(String text) {
        SelectorReader reader = new SelectorReader(text);
        List<Matcher> matchers = reader.next();
        if (!reader.atEnd()) {
            throw reader.expected("the end");
        }
        return matchers;
    }

    /**
     * Reads one selector; {@code {}} has no matchers.
     *
     * @throws IllegalArgumentException saying what is expected where
     */
    public List<Matcher> next() {
        List<Matcher> matchers = new ArrayList<>();
        skipSpaces();
        if (nameCharacter(peek(), true)) {
            matchers.add(Matcher.equal(Label.METRIC_NAME, name()));
            skipSpaces();
            if (peek() != '{') {
                return matchers;
            }
        }
        if (!take('{')) {
            throw expected("a selector such as {team=\"a\"}");
        }
        while (!take('}')) {
            matchers.add(matcher());
            if (!take(',')) {
                if (!take('}')) {
                    throw expected(", or }");
                }
                return matchers;
            }
        }
        return matchers;
    }

    /** A selector that {@link #next} reads as these matchers. */
    public static String text(List<Matcher> matchers) {
        return matchers.stream().map(SelectorReader::text).collect(Collectors.joining(",", "{", "}"));
    }

    private static String text(Matcher matcher) {
        String name = matcher.name();
        String text = matcher.toString();
        boolean plain = name.matches("[a-zA-Z_][a-zA-Z0-9_]*");
        return plain
                ? text
                : '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"' + text.substring(name.length());
    }

    private Matcher matcher() {
        skipSpaces();
        boolean quoted = quote(peek());
        String name = quoted ? string() : name();
        skipSpaces();
        if (quoted && (peek() == ',' || peek() == '}')) {
            return Matcher.equal(Label.METRIC_NAME, name); // {"my.metric"}
        }
        Matcher.Type type = type();
        skipSpaces();
        if (!quote(peek())) {
            throw expected("a value in quotes");
        }
        try {
            return new Matcher(type, name, string());
        } catch (InvalidRegex e) {
            throw new IllegalArgumentException("a selector with valid regular expressions: " + e.getMessage(), e);
        }
    }

    private Matcher.Type type() {
        for (Matcher.Type type :
                List.of(Matcher.Type.REGEX, Matcher.Type.NOT_REGEX, Matcher.Type.NOT_EQUAL, Matcher.Type.EQUAL)) {
            if (text.startsWith(type.symbol(), at)) {
                at += type.symbol().length();
                return type;
            }
        }
        throw expected("=, !=, =~ or !~");
    }

    private String name() {
        int from = at;
        while (nameCharacter(peek(), at == from)) {
            at++;
        }
        if (at == from) {
            throw expected("the name of a label");
        }
        return text.substring(from, at);
    }

    private String string() {
        char end = text.charAt(at++);
        StringBuilder value = new StringBuilder();
        while (peek() != end) {
            if (at >= text.length()) {
                throw expected("a closing " + end);
            }
            char c = text.charAt(at++);
            value.append(c == '\\' && end != '`' ? escaped() : c);
        }
        at++;
        return value.toString();
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case '\\', '"', '\'' -> c;
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> {
                at--;
                throw expected("one of \\\"'nrt behind the backslash");
            }
        };
    }

    /** Takes a character where it comes next, spaces aside. */
    public boolean take(char wanted) {
        skipSpaces();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    /** Takes what stands before a character, spaces around it aside, and the character; empty where it does not come. */
    public String upTo(char end) {
        int found = text.indexOf(end, at);
        if (found < 0) {
            return "";
        }
        String before = text.substring(at, found).strip();
        at = found + 1;
        return before;
    }

    /** Takes a number without sign. */
    public int number() {
        skipSpaces();
        int from = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        try {
            return Integer.parseInt(text, from, at, 10);
        } catch (NumberFormatException _) {
            at = from;
            throw expected("a whole number from 0 to " + Integer.MAX_VALUE);
        }
    }

    /** Whether nothing but spaces is left. */
    public boolean atEnd() {
        skipSpaces();
        return at == text.length();
    }

    /** The complaint that something else should stand here. */
    public IllegalArgumentException expected(String what) {
        return new IllegalArgumentException(what + " at character " + (at + 1));
    }

    private void skipSpaces() {
        while (Character.isWhitespace(peek())) {
            at++;
        }
    }

    /** 0 at the end. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private static boolean quote(char c) {
        return c == '"' || c == '\'' || c == '`';
    }

    private static boolean nameCharacter(char c, boolean first) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':' || !first && c >= '0' && c <= '9';
    }
}
