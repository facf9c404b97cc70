package io.engram.model.regex;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/** An RE2 expression, anchored at both ends, in which the dot matches a newline. Immutable, safe for many threads. */
public final class Regex {
    private final Pattern pattern;

    private Regex(Pattern pattern) {
        this.pattern = pattern;
    }

    /**
     * @throws InvalidRegex where the pattern is no RE2 expression
     */
    public static Regex compile(String pattern) {
        try {
            return new Regex(Pattern.compile("^(?s:" + pattern + ")$"));
        } catch (PatternSyntaxException e) {
            throw new InvalidRegex(e.getMessage());
        }
    }

    public boolean matches(String text) {
        return pattern.matches(text);
    }
}
