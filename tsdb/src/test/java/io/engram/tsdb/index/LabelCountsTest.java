package io.engram.tsdb.index;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.cardinality.Count;
import io.engram.model.cardinality.HeadCardinality;
import io.engram.model.cardinality.NamesCardinality;
import io.engram.model.cardinality.ValuesCardinality;
import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Utf8Order;
import io.engram.model.testing.Seeds;
import io.engram.tsdb.slab.ByteSlab;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

/** Counts are held against those of a plain map, over series of which some are removed, and selections of all sizes. */
class LabelCountsTest {
    private final LabelIndex index = new LabelIndex(new ByteSlab());
    private final Map<Integer, Labels> series = new TreeMap<>();

    private void fill(RandomGenerator random, int count) {
        for (int i = 0; i < count; i++) {
            List<String> pairs = new ArrayList<>(List.of("__name__", "m" + random.nextInt(5)));
            if (random.nextInt(10) > 0) {
                pairs.addAll(List.of("grün", "wert" + random.nextInt(3)));
            }
            pairs.addAll(List.of("id", "" + i));
            if (random.nextInt(3) == 0) {
                pairs.addAll(List.of("pod", "pod-" + random.nextInt(200)));
            }
            Labels labels = Labels.of(pairs.toArray(new String[0]));
            Canonical.add(index, i, labels);
            series.put(i, labels);
        }
        var dead = new RoaringBitmap();
        for (int i = 0; i < count; i++) {
            if (random.nextInt(7) == 0) {
                dead.add(i);
                series.remove(i);
            }
        }
        index.removeSeries(dead);
    }

    /** Values and their series, by name. */
    private Map<String, Map<String, Long>> expected(RoaringBitmap selection) {
        Map<String, Map<String, Long>> counts = new HashMap<>();
        series.forEach((number, labels) -> {
            if (selection == null || selection.contains(number)) {
                for (int i = 0; i < labels.size(); i++) {
                    Label label = labels.at(i);
                    counts.computeIfAbsent(label.name(), _ -> new HashMap<>()).merge(label.value(), 1L, Long::sum);
                }
            }
        });
        return counts;
    }

    private static List<Count> largest(Map<String, Long> counts, int limit) {
        return counts.entrySet().stream()
                .map(entry -> new Count(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong(Count::count)
                        .reversed()
                        .thenComparing(Count::name, Utf8Order::compare))
                .limit(limit)
                .toList();
    }

    @Test
    void agreesWithCountingByHand() {
        Seeds.check(20, random -> {
            var test = new LabelCountsTest();
            test.fill(random, 1 + random.nextInt(3000));
            for (int percent : new int[] {0, 1, 10, 60, 100}) {
                var selection = new RoaringBitmap();
                test.series.keySet().stream()
                        .filter(_ -> random.nextInt(100) < percent)
                        .forEach(selection::add);
                test.check(selection, random.nextInt(30));
            }
            test.check(null, 10);
            test.checkSummary(random.nextInt(1, 30));
        });
    }

    private void check(RoaringBitmap selection, int limit) {
        Map<String, Map<String, Long>> expected = expected(selection);
        Map<String, Long> values = new HashMap<>();
        expected.forEach((name, counts) -> values.put(name, (long) counts.size()));
        try (LabelView view = index.view()) {
            assertEquals(
                    new NamesCardinality(
                            values.size(),
                            values.values().stream().mapToLong(n -> n).sum(),
                            largest(values, limit)),
                    view.nameCardinality(selection, limit));
            for (String name : List.of("__name__", "grün", "id", "pod", "none")) {
                Map<String, Long> counts = expected.getOrDefault(name, Map.of());
                assertEquals(
                        new ValuesCardinality(
                                name,
                                counts.size(),
                                counts.values().stream().mapToLong(n -> n).sum(),
                                largest(counts, limit)),
                        view.valueCardinality(name, selection, limit));
            }
        }
    }

    private void checkSummary(int limit) {
        Map<String, Map<String, Long>> expected = expected(null);
        Map<String, Long> values = new HashMap<>();
        Map<String, Long> bytes = new HashMap<>();
        List<Map.Entry<Label, Long>> pairs = new ArrayList<>();
        expected.forEach((name, counts) -> {
            values.put(name, (long) counts.size());
            counts.forEach((value, count) -> {
                bytes.merge(name, count * value.getBytes(StandardCharsets.UTF_8).length, Long::sum);
                pairs.add(Map.entry(new Label(name, value), count));
            });
        });
        pairs.sort(Comparator.<Map.Entry<Label, Long>>comparingLong(Map.Entry::getValue)
                .reversed()
                .thenComparing(pair -> pair.getKey().name(), Utf8Order::compare)
                .thenComparing(pair -> pair.getKey().value(), Utf8Order::compare));
        try (LabelView view = index.view()) {
            assertEquals(
                    new HeadCardinality(
                            series.size(),
                            pairs.size(),
                            0,
                            Long.MAX_VALUE,
                            Long.MIN_VALUE,
                            largest(expected.getOrDefault("__name__", Map.of()), limit),
                            largest(values, limit),
                            largest(bytes, limit),
                            pairs.stream()
                                    .limit(limit)
                                    .map(pair -> new Count(
                                            pair.getKey().name() + "="
                                                    + pair.getKey().value(),
                                            pair.getValue()))
                                    .toList()),
                    view.cardinality(limit));
        }
    }
}
