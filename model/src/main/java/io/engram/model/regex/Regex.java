package io.engram.model.regex;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Arrays;
import java.util.List;

/** An RE2 expression, anchored at both ends, in which the dot matches a newline. Immutable, safe for many threads. */
public final class Regex {
    private final Pattern pattern;
    private final String text;

    private Regex(Pattern pattern, String text) {
        this.pattern = pattern;
        this.text = text;
    }

    /**
     * @throws InvalidRegex where the pattern is no RE2 expression
     */
    public static Regex compile(String pattern) {
        try {
            return new Regex(Pattern.compile("^(?s:" + pattern + ")$"), pattern);
        } catch (PatternSyntaxException e) {
            throw new InvalidRegex(e.getMessage());
        }
    }

    /** As written. */
    public String pattern() {
        return text;
    }

    public boolean matches(String value) {
        return pattern.matches(value);
    }

    /** Whether {@code utf8[from, to)} matches. */
    public boolean matches(byte[] utf8, int from, int to) {
        return pattern.matches(Arrays.copyOfRange(utf8, from, to));
    }

    /** All that matches, where that is a short list; else null. */
    public List<String> literals() {
        return null;
    }

    /** What every match begins with; empty where that is nothing. */
    public String prefix() {
        return "";
    }

    /** Whether whatever begins with {@link #prefix} matches, and nothing else. */
    public boolean matchesPrefixOnly() {
        return false;
    }

    public boolean matchesEmpty() {
        return matches("");
    }

    /** As {@code .*} does. */
    public boolean matchesEverything() {
        return false;
    }

    /** As {@code .+} does. */
    public boolean matchesAllButEmpty() {
        return false;
    }
}
