package io.engram.tsdb.index;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.labels.Matcher.Type;
import io.engram.model.labels.Utf8Order;
import io.engram.model.testing.Seeds;
import io.engram.tsdb.slab.ByteSlab;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

/** The index against looking at every series. */
class SelectionTest {
    private static final String[] NAMES = {"__name__", "job", "pod", "le", "empty", "größe"};
    private static final String[] PATTERNS = {
        "",
        ".*",
        ".+",
        "a",
        "a|b",
        "|a",
        "v1.*",
        "v.*1",
        ".*1.*",
        ".*1",
        "v(1|2|3)",
        "v[0-4]+",
        "(?i)V1",
        "v1.+",
        "[^a]*",
        "v\\d",
        "x?",
        "(v1|v2).*",
        "v1(0|1)?",
        "(?:)",
        "a{0,2}",
        "nothing",
        "v999.*",
        ".",
        "é.*",
        "(?s).",
        "\\."
    };

    @Test
    void findsTheSameSeriesAsLookingAtEach() {
        Seeds.check(12, random -> {
            var index = new LabelIndex(new ByteSlab());
            Map<Integer, Labels> model = new TreeMap<>();
            int values = 1 << random.nextInt(1, 10);
            for (int round = 0; round < 4; round++) {
                addSome(index, model, values, random);
                check(index, model, random, values);
                removeSome(index, model, random);
                check(index, model, random, values);
            }
        });
    }

    @Test
    void everyMatcherTreatsAMissingLabelAsEmpty() {
        var index = new LabelIndex(new ByteSlab());
        Map<Integer, Labels> model = new HashMap<>();
        put(index, model, 0, Labels.of("a", "v1"));
        put(index, model, 1, Labels.of("b", "v1"));
        put(index, model, 2, Labels.of("a", "v2", "b", "v1"));
        try (LabelView view = index.view()) {
            for (String name : List.of("a", "b", "c")) {
                for (Type type : Type.values()) {
                    for (String value : PATTERNS) {
                        var matcher = new Matcher(type, name, value);
                        assertEquals(naive(model, List.of(matcher)), view.select(List.of(matcher)), matcher.toString());
                    }
                }
            }
        }
    }

    private static void addSome(LabelIndex index, Map<Integer, Labels> model, int values, SplittableRandom random) {
        int count = random.nextInt(1, 800);
        int number = index.seriesLimit();
        for (int i = 0; i < count; i++) {
            number += random.nextInt(20) == 0 ? random.nextInt(1, 5000) : 0;
            put(index, model, number++, labels(values, random));
        }
    }

    private static Labels labels(int values, SplittableRandom random) {
        Map<String, String> labels = new HashMap<>();
        labels.put(NAMES[0], "v" + random.nextInt(3));
        for (String name : NAMES) {
            if (random.nextInt(4) > 0) {
                labels.put(name, random.nextInt(5) == 0 ? "é" + random.nextInt(3) : "v" + random.nextInt(values));
            }
        }
        return Labels.of(labels);
    }

    private static void removeSome(LabelIndex index, Map<Integer, Labels> model, SplittableRandom random) {
        var dead = new RoaringBitmap();
        int oneIn = 1 << random.nextInt(6);
        for (int number : model.keySet()) {
            if (random.nextInt(oneIn) == 0) {
                dead.add(number);
            }
        }
        dead.add(1_000_000_000);
        index.removeSeries(dead);
        model.keySet().removeIf(dead::contains);
    }

    private static void put(LabelIndex index, Map<Integer, Labels> model, int number, Labels labels) {
        Canonical.add(index, number, labels);
        model.put(number, labels);
    }

    private static void check(LabelIndex index, Map<Integer, Labels> model, SplittableRandom random, int values) {
        assertEquals(model.size(), index.seriesCount());
        try (LabelView view = index.view()) {
            assertEquals(naive(model, List.of()), view.all());
            for (int i = 0; i < 60; i++) {
                List<Matcher> matchers = matchers(random, values);
                RoaringBitmap expected = naive(model, matchers);
                assertEquals(expected, view.select(matchers), () -> "selected by " + matchers);
                if (i % 10 == 0) {
                    checkListing(view, model, expected);
                }
            }
            checkListing(view, model, null);
            model.forEach((number, labels) -> assertEquals(labels, view.labels(number)));
        }
    }

    private static List<Matcher> matchers(SplittableRandom random, int values) {
        List<Matcher> matchers = new ArrayList<>();
        int count = random.nextInt(1, 4);
        for (int i = 0; i < count; i++) {
            Type type = Type.values()[random.nextInt(4)];
            String name = random.nextInt(12) == 0 ? "unknown" : NAMES[random.nextInt(NAMES.length)];
            boolean pattern = (type == Type.REGEX || type == Type.NOT_REGEX) && random.nextInt(4) > 0;
            String value = pattern
                    ? PATTERNS[random.nextInt(PATTERNS.length)]
                    : random.nextInt(8) == 0 ? "" : "v" + random.nextInt(values + 1);
            matchers.add(new Matcher(type, name, value));
        }
        return matchers;
    }

    private static RoaringBitmap naive(Map<Integer, Labels> model, List<Matcher> matchers) {
        var result = new RoaringBitmap();
        model.forEach((number, labels) -> {
            if (matchers.stream().allMatch(matcher -> matcher.matches(labels.get(matcher.name())))) {
                result.add(number);
            }
        });
        return result;
    }

    private static void checkListing(LabelView view, Map<Integer, Labels> model, RoaringBitmap selection) {
        var names = new TreeSet<String>(Utf8Order::compare);
        Map<String, TreeSet<String>> values = new HashMap<>();
        model.forEach((number, labels) -> {
            for (int i = 0; i < labels.size() && (selection == null || selection.contains(number)); i++) {
                Label label = labels.at(i);
                names.add(label.name());
                values.computeIfAbsent(label.name(), _ -> new TreeSet<>(Utf8Order::compare))
                        .add(label.value());
            }
        });
        assertEquals(List.copyOf(names), view.labelNames(selection));
        for (String name : NAMES) {
            assertEquals(
                    List.copyOf(values.getOrDefault(name, new TreeSet<>())), view.labelValues(name, selection), name);
        }
    }
}
