package io.engram.model.labels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LabelsTest {
    private static final String[] PIECES = {
        "a", "b", "Z", "_", "é", "\uFFFD", "\uD7FF", "\uE000", "\uD83D\uDE00", "\uD800\uDC00"
    };

    @Test
    void stringsAreOrderedAsTheirUtf8Bytes() {
        Seeds.check(2000, random -> {
            String a = text(random);
            String b = text(random);
            int expected =
                    Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
            assertEquals(Integer.signum(expected), Integer.signum(Utf8Order.compare(a, b)), a + " and " + b);
        });
    }

    @Test
    void settingAndRemovingBehaveAsInAMap() {
        Seeds.check(300, random -> {
            Map<String, String> model = new HashMap<>();
            Labels labels = Labels.EMPTY;
            for (int i = 0; i < 20; i++) {
                String name = text(random);
                String value = random.nextInt(3) == 0 ? "" : text(random);
                model.put(name, value);
                model.values().removeIf(String::isEmpty);
                Labels before = labels;
                String printed = before.toString();
                labels = labels.with(name, value);
                assertEquals(printed, before.toString());
                assertEquals(Labels.of(model), labels);
                assertEquals(Labels.of(model).hashCode(), labels.hashCode());
                assertEquals(0, Labels.of(model).compareTo(labels));
                assertEquals(value, labels.get(name));
                assertEquals(!value.isEmpty(), labels.has(name));
                model.remove(name);
                assertEquals(Labels.of(model), labels.without(name));
                model.put(name, value);
            }
            for (int i = 1; i < labels.size(); i++) {
                assertTrue(
                        Utf8Order.compare(labels.at(i - 1).name(), labels.at(i).name()) < 0);
            }
        });
    }

    @Test
    void theOrderOfLabelsDoesNotMatterAndEmptyValuesAreNone() {
        assertEquals(Labels.of("a", "1", "b", "2"), Labels.of("b", "2", "c", "", "a", "1"));
        assertSame(Labels.EMPTY, Labels.of("a", ""));
    }

    @Test
    void seriesAreOrderedByTheirFirstDifference() {
        assertTrue(Labels.of("a", "1").compareTo(Labels.of("a", "2")) < 0);
        assertTrue(Labels.of("a", "1").compareTo(Labels.of("a", "1", "b", "1")) < 0);
        assertTrue(Labels.of("b", "1").compareTo(Labels.of("a", "2", "b", "1")) > 0);
    }

    @Test
    void keepsTheSameObjectWhereNothingIsFilteredOut() {
        Labels labels = Labels.of("a", "1", "b", "2");
        assertSame(labels, labels.filter(_ -> true));
        assertSame(labels, labels.without("c"));
        assertEquals(Labels.of("b", "2"), labels.filter("b"::equals));
    }

    @Test
    void printsAsPrometheusDoes() {
        assertEquals(
                "up{a=\"\\\"\\n\\\\\", b=\"1\"}",
                Labels.of("__name__", "up", "a", "\"\n\\", "b", "1").toString());
        assertEquals("up", Labels.of("__name__", "up").toString());
        assertEquals("{}", Labels.EMPTY.toString());
    }

    @Test
    void matchersTakeAMissingLabelForAnEmptyOne() {
        assertTrue(new Matcher(Matcher.Type.EQUAL, "a", "").matchesEmpty());
        assertTrue(new Matcher(Matcher.Type.NOT_EQUAL, "a", "b").matchesEmpty());
        assertTrue(new Matcher(Matcher.Type.REGEX, "a", ".*").matchesEmpty());
        assertTrue(new Matcher(Matcher.Type.NOT_REGEX, "a", ".+").matchesEmpty());
        assertEquals(new Matcher(Matcher.Type.REGEX, "a", "b"), new Matcher(Matcher.Type.REGEX, "a", "b"));
        assertEquals("a!~\"\\\"\"", new Matcher(Matcher.Type.NOT_REGEX, "a", "\"").toString());
    }

    private static String text(SplittableRandom random) {
        var out = new StringBuilder();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            out.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return out.toString();
    }
}
