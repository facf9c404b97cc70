package io.engram.model.regex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.engram.model.testing.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexTest {
    private static final String[] ATOMS = {
        "a",
        "b",
        "ab",
        ".",
        ".*",
        ".+",
        "[ab]",
        "[^a]",
        "[a-cé]",
        "\\d",
        "\\w",
        "\\S",
        "(?:)",
        "é",
        "\uD83D\uDE00",
        "\\.",
        "x",
        "[^\\x00-\\x7f]",
        "(?i)a",
        "(?i:kS)",
        "(?-s:.)",
        "[[:alpha:]]",
        "\\n",
        "\\x61",
        "\\x{e9}",
        "\\Qa.b\\E",
        "^",
        "$",
        "\\b",
        "[α-ω]",
        "\\pL",
        "(?i)é",
        "[\\d-]",
        "K",
        "\\z",
        "(?m:^)",
        "\\QA\\E+",
        "[^\\D]"
    };
    private static final String[] SUFFIXES = {"", "", "", "", "*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "{0}", "{,1}"
    };
    private static final String[] CHARS = {
        "a",
        "b",
        "c",
        "x",
        "A",
        "K",
        "k",
        "s",
        "\u212A",
        "\u017F",
        "é",
        "É",
        "\uD83D\uDE00",
        ".",
        "1",
        "\n",
        "λ",
        "-",
        "{"
    };

    @Test
    void agreesWithRe2OnRandomExpressions() {
        Seeds.check(3000, random -> compare(expression(random, 3), random));
    }

    @Test
    void agreesWithRe2OnWhatIsAndIsNotAnExpression() {
        Seeds.check(3000, random -> compare(mutated(expression(random, 2), random), random));
    }

    private static void compare(String pattern, SplittableRandom random) {
        Pattern oracle = null;
        try {
            oracle = Pattern.compile("^(?s:" + pattern + ")$");
        } catch (PatternSyntaxException e) {
            assertThrows(InvalidRegex.class, () -> Regex.compile(pattern), pattern);
            return;
        }
        Regex regex = Regex.compile(pattern);
        assertEquals(oracle.matches(""), regex.matchesEmpty(), pattern);
        for (int i = 0; i < 30; i++) {
            String text = text(random);
            boolean expected = oracle.matches(text);
            String what = "/" + pattern + "/ on \"" + text + "\"";
            assertEquals(expected, regex.matches(text), what);
            byte[] utf8 = ("é" + text + "z").getBytes(StandardCharsets.UTF_8);
            assertEquals(expected, regex.matches(utf8, 2, utf8.length - 1), what + " as bytes");
            if (expected) {
                assertTrue(text.startsWith(regex.prefix()), what);
                assertFalse(regex.literals() != null && !regex.literals().contains(text), what);
                assertFalse(regex.matchesAllButEmpty() && text.isEmpty(), what);
            } else {
                assertFalse(regex.matchesEverything(), what);
                assertFalse(regex.matchesPrefixOnly() && text.startsWith(regex.prefix()), what);
                assertFalse(regex.literals() != null && regex.literals().contains(text), what);
                assertFalse(regex.matchesAllButEmpty() && !text.isEmpty(), what);
            }
        }
    }

    @Test
    void readsTheNameOfAClassBehindItsOpening() {
        assertThrows(InvalidRegex.class, () -> Regex.compile("[[:]a")); // the colon is not the closing one too
        assertThrows(InvalidRegex.class, () -> Regex.compile("[[:"));
    }

    @Test
    void refusesWhatWouldCostMoreToReadThanToMatch() {
        String members = "[" + "[".repeat(200_000) + "]";
        for (String costly : List.of(
                members,
                members.substring(0, 200_000),
                "\\(".repeat(100_000),
                "a".repeat(200_000),
                "\\Q" + "a".repeat(200_000))) {
            InvalidRegex refused = assertThrows(InvalidRegex.class, () -> Regex.compile(costly));
            assertTrue(refused.getMessage().contains("too many groups, escapes"), refused.getMessage());
        }
        // What dashboards make of two thousand chosen hosts.
        String hosts = "web-1\\.example\\.org|".repeat(2_000) + "x";
        assertTrue(Regex.compile("(" + hosts + ")").matches("x"));
    }

    @Test
    void refusesWhatTakesMoreStepsThanRe2jHasStackFor() {
        InvalidRegex refused = assertThrows(InvalidRegex.class, () -> Regex.compile("a*".repeat(100_000)));
        assertTrue(refused.getMessage().contains("too large to run"), refused.getMessage());
    }

    @Test
    void refusesWhatNestsDeeperThanStacksReachWhoeverReadsIt() {
        for (String deep :
                List.of("(".repeat(201) + "a" + ")".repeat(201), "\\pL" + "(".repeat(50_000), "(".repeat(50_000))) {
            InvalidRegex refused = assertThrows(InvalidRegex.class, () -> Regex.compile(deep));
            assertTrue(refused.getMessage().contains("nests too deeply"), refused.getMessage());
        }
        assertTrue(Regex.compile("(".repeat(199) + "a" + ")*".repeat(199)).matches("aaa"));
    }

    private static String expression(SplittableRandom random, int depth) {
        var out = new StringBuilder();
        int parts = random.nextInt(1, 4);
        for (int i = 0; i < parts; i++) {
            switch (depth == 0 ? 0 : random.nextInt(5)) {
                case 1 -> out.append('(').append(expression(random, depth - 1)).append(')');
                case 2 ->
                    out.append("(?:")
                            .append(expression(random, depth - 1))
                            .append('|')
                            .append(expression(random, depth - 1))
                            .append(')');
                default -> out.append(ATOMS[random.nextInt(ATOMS.length)]);
            }
            out.append(SUFFIXES[random.nextInt(SUFFIXES.length)]);
        }
        return random.nextInt(8) == 0 ? out + "|" + expression(random, 0) : out.toString();
    }

    private static String mutated(String pattern, SplittableRandom random) {
        var out = new StringBuilder(pattern);
        String marks = "()[]{}|\\*+?.^$-:,0a<P>QEi";
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            int at = random.nextInt(out.length() + 1);
            if (random.nextBoolean() && at < out.length()) {
                out.deleteCharAt(at);
            } else {
                out.insert(at, marks.charAt(random.nextInt(marks.length())));
            }
        }
        return out.toString();
    }

    private static String text(SplittableRandom random) {
        var out = new StringBuilder();
        for (int i = random.nextInt(7); i > 0; i--) {
            out.append(CHARS[random.nextInt(CHARS.length)]);
        }
        return out.toString();
    }

    @Test
    void reducesToLiterals() {
        assertEquals(Set.of("a", "b", "c"), Set.copyOf(Regex.compile("a|b|c").literals()));
        assertEquals(
                Set.of("foobar", "foobaz", "foo"),
                Set.copyOf(Regex.compile("^foo(?:ba[rz])?$").literals()));
        assertEquals(List.of(""), Regex.compile("").literals());
        assertEquals(
                Set.of("up", "uP", "Up", "UP"),
                Set.copyOf(Regex.compile("(?i)up").literals()));
        assertEquals(10_000, Regex.compile("\\d{4}").literals().size());
        assertNull(Regex.compile("\\d{5}").literals());
        assertNull(Regex.compile("a*").literals());
    }

    @ParameterizedTest
    @CsvSource({"abc.*,abc", "abc\\..*,abc.", "^abc.*$,abc", "abc(.*),abc", ".*,''", "(.*)(.*),''"})
    void knowsAPrefixThatIsAll(String pattern, String prefix) {
        Regex regex = Regex.compile(pattern);
        assertTrue(regex.matchesPrefixOnly());
        assertEquals(prefix, regex.prefix());
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc.+", "abc.*d", ".*abc", "a|b.*", "(?-s)abc.*", "(?i)abc.*"})
    void knowsAPrefixThatIsNotAll(String pattern) {
        assertFalse(Regex.compile(pattern).matchesPrefixOnly());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "a(b;error parsing regexp: missing closing ): `^(?s:a(b)$`",
                "a**;error parsing regexp: invalid nested repetition operator: `**`",
                "[b-a];error parsing regexp: invalid character class range: `b-a`",
                "a{1001};error parsing regexp: invalid repeat count: `{1001}`",
                "((a{100}){100}){100};error parsing regexp: invalid repeat count: `((a{100}){100}){100}`",
                "*;error parsing regexp: missing argument to repetition operator: `*`"
            })
    void saysWhatIsWrongAsGoDoes(String pattern, String message) {
        assertEquals(
                message,
                assertThrows(InvalidRegex.class, () -> Regex.compile(pattern)).getMessage());
    }

    @Test
    void refusesWhatNestsOrIsTooLong() {
        assertThrows(InvalidRegex.class, () -> Regex.compile("(".repeat(5000) + ")".repeat(5000)));
        assertThrows(InvalidRegex.class, () -> Regex.compile("a".repeat(1 << 19)));
    }

    @Test
    void leavesToRe2WhatNeedsTooManyStates() {
        // The automaton must remember which of the last twelve characters were an a: 4096 states.
        Regex regex = Regex.compile("(.*)a.{11}");
        Pattern oracle = Pattern.compile("^(?s:(.*)a.{11})$");
        SplittableRandom random = Seeds.random();
        for (int i = 0; i < 3000; i++) {
            var text = new StringBuilder();
            for (int k = random.nextInt(40); k > 0; k--) {
                text.append(random.nextBoolean() ? 'a' : 'b');
            }
            assertEquals(oracle.matches(text.toString()), regex.matches(text.toString()), text.toString());
        }
    }

    @Test
    void threadsShareAnAutomaton() throws Exception {
        Seeds.check(20, random -> {
            Regex regex = Regex.compile("(a|b)*c[^x]d?(ab|cd)*.*q[0-9]{3}|.*(aa|bb).{5}");
            Pattern oracle = Pattern.compile("^(?s:" + regex.pattern() + ")$");
            long seed = random.nextLong();
            var failures = new java.util.concurrent.ConcurrentLinkedQueue<String>();
            Thread[] threads = new Thread[4];
            for (int t = 0; t < threads.length; t++) {
                var own = new SplittableRandom(seed + t);
                threads[t] = Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 500; i++) {
                        var text = new StringBuilder();
                        for (int k = own.nextInt(20); k > 0; k--) {
                            text.append("abcdxq19é".charAt(own.nextInt(9)));
                        }
                        if (oracle.matches(text.toString()) != regex.matches(text.toString())) {
                            failures.add(text.toString());
                        }
                    }
                });
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(List.of(), List.copyOf(failures));
        });
    }
}
