package io.engram.model.regex;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * An RE2 expression, anchored at both ends, in which the dot matches a newline. Immutable as its users see it, safe for
 * many threads; matching takes time in proportion to the text, whatever the expression.
 *
 * <p>Most expressions in queries say something simple, and are reduced to it:
 *
 * <ol>
 *   <li>a set of literals: {@code a|b|c}, {@code foo(bar|baz)}, {@code (?i)up}, {@code [1-5]xx};
 *   <li>literals with anything between them: {@code a.*}, {@code .*a}, {@code .*a.*b.+}, {@code .*}, {@code .+};
 *   <li>everything else becomes an automaton over the bytes of UTF-8, built as texts need it ({@link ByteDfa});
 *   <li>where that grows too large, and for word boundaries, lines and Unicode properties, re2j does the work. re2j
 *       reads every expression first, so that exactly what it takes is taken.
 * </ol>
 */
public final class Regex {
    private static final int MAX_PATTERN_LENGTH = 1 << 18;

    private final String pattern;
    private final Pattern general;
    private final LiteralSet literals; // null unless 1
    private final Wildcard wildcard; // null unless 2
    private final ByteDfa automaton; // null unless 3
    private final String prefix;
    private final boolean matchesEmpty;

    private Regex(String pattern, Pattern general, Node node) {
        this.pattern = pattern;
        this.general = general;
        Set<String> texts = node == null ? null : Reduction.literals(node);
        this.literals = texts == null ? null : new LiteralSet(texts);
        this.wildcard = node == null || literals != null ? null : Reduction.wildcard(node);
        ByteNfa nfa = node == null || literals != null || wildcard != null ? null : ByteNfa.of(node);
        this.automaton = nfa == null ? null : new ByteDfa(nfa);
        this.prefix = node == null ? "" : Reduction.prefix(node);
        this.matchesEmpty = matches("");
    }

    /**
     * @throws InvalidRegex where the pattern is no RE2 expression, or a larger one than is allowed; the message is the
     *     one of Go's regexp package, which Prometheus shows
     */
    public static Regex compile(String pattern) {
        if (pattern.length() > MAX_PATTERN_LENGTH) {
            throw new InvalidRegex("error parsing regexp: expression of " + pattern.length()
                    + " characters is longer than the " + MAX_PATTERN_LENGTH + " allowed");
        }
        Node node = RegexParser.parse(pattern);
        Pattern general;
        try {
            general = Pattern.compile("^(?s:" + pattern + ")$");
        } catch (PatternSyntaxException e) {
            throw new InvalidRegex(e.getMessage());
        }
        return new Regex(pattern, general, node == null ? null : Reduction.simplify(node, true, true));
    }

    /** As written. */
    public String pattern() {
        return pattern;
    }

    public boolean matches(String text) {
        if (literals != null) {
            return literals.contains(text);
        }
        if (wildcard != null) {
            return wildcard.matches(text);
        }
        return switch (automaton == null ? ByteDfa.Answer.UNKNOWN : automaton.matches(text)) {
            case YES -> true;
            case NO -> false;
            case UNKNOWN -> generalMatches(text);
        };
    }

    /** Whether {@code utf8[from, to)} matches, which must be valid UTF-8. */
    public boolean matches(byte[] utf8, int from, int to) {
        if (literals != null) {
            return literals.contains(utf8, from, to);
        }
        if (wildcard != null) {
            return wildcard.matches(utf8, from, to);
        }
        return switch (automaton == null ? ByteDfa.Answer.UNKNOWN : automaton.matches(utf8, from, to)) {
            case YES -> true;
            case NO -> false;
            // As a string: on bytes re2j 1.8 takes places after a character beyond ASCII for the beginning of the text.
            case UNKNOWN -> generalMatches(new String(utf8, from, to - from, StandardCharsets.UTF_8));
        };
    }

    /**
     * re2j follows the empty steps of an expression by recursion, so one with tens of thousands of them in a row needs
     * more stack than there is. Nearly all such are seen when they are compiled, as the empty text is tried there.
     */
    private boolean generalMatches(String text) {
        try {
            return general.matches(text);
        } catch (StackOverflowError e) {
            throw new InvalidRegex("expression of " + pattern.length() + " characters is too large to run");
        }
    }

    /** All texts that match, each once, where they are at most ten thousand; else null. */
    public List<String> literals() {
        return literals == null ? null : literals.texts();
    }

    /** What every match begins with; empty where nothing is known. */
    public String prefix() {
        return prefix;
    }

    /** Whether exactly the texts that begin with {@link #prefix} match: {@code abc.*}. */
    public boolean matchesPrefixOnly() {
        return wildcard != null && wildcard.isPrefix();
    }

    public boolean matchesEmpty() {
        return matchesEmpty;
    }

    /** As {@code .*} does. */
    public boolean matchesEverything() {
        return wildcard != null && wildcard.matchesEverything();
    }

    /** As {@code .+} does. */
    public boolean matchesAllButEmpty() {
        return wildcard != null && wildcard.matchesAllButEmpty();
    }

    @Override
    public String toString() {
        return pattern;
    }
}
