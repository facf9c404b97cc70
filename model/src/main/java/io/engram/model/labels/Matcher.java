package io.engram.model.labels;

import io.engram.model.regex.Regex;

/**
 * A condition on one label. A series without the label has the empty value. Regular expressions are RE2, anchored at
 * both ends, the dot matches a newline.
 */
public final class Matcher {
    /** In PromQL's spelling. */
    public enum Type {
        EQUAL("="),
        NOT_EQUAL("!="),
        REGEX("=~"),
        NOT_REGEX("!~");

        private final String symbol;

        Type(String symbol) {
            this.symbol = symbol;
        }

        public String symbol() {
            return symbol;
        }
    }

    private final Type type;
    private final String name;
    private final String value;
    private final Regex regex;

    /**
     * @throws io.engram.model.regex.InvalidRegex where {@code value} is no RE2 expression, or too large a one
     */
    public Matcher(Type type, String name, String value) {
        this.type = type;
        this.name = name;
        this.value = value;
        this.regex = type == Type.REGEX || type == Type.NOT_REGEX ? Regex.compile(value) : null;
    }

    public static Matcher equal(String name, String value) {
        return new Matcher(Type.EQUAL, name, value);
    }

    public Type type() {
        return type;
    }

    public String name() {
        return name;
    }

    /** The value or the pattern, as written. */
    public String value() {
        return value;
    }

    /** Null where the type is no regular expression. */
    public Regex regex() {
        return regex;
    }

    public boolean matches(String labelValue) {
        return switch (type) {
            case EQUAL -> value.equals(labelValue);
            case NOT_EQUAL -> !value.equals(labelValue);
            case REGEX -> regex.matches(labelValue);
            case NOT_REGEX -> !regex.matches(labelValue);
        };
    }

    /** True where a series that lacks the label passes. */
    public boolean matchesEmpty() {
        return matches("");
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof Matcher other
                && type == other.type
                && name.equals(other.name)
                && value.equals(other.value);
    }

    @Override
    public int hashCode() {
        return (type.hashCode() * 31 + name.hashCode()) * 31 + value.hashCode();
    }

    @Override
    public String toString() {
        return name + type.symbol() + '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
