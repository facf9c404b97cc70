package io.engram.tsdb.cut;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.read.SeriesTable;
import io.engram.model.testing.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LabelOrderTest {
    @Test
    void isThatOfTheLabels() {
        Seeds.check(30, random -> {
            Set<Labels> distinct = new HashSet<>();
            for (int i = random.nextInt(300); i >= 0; i--) {
                distinct.add(labels(random));
            }
            List<Labels> series = new ArrayList<>(distinct);
            Collections.shuffle(series, new Random(random.nextLong()));
            List<Labels> found =
                    Arrays.stream(order(series)).mapToObj(series::get).toList();
            assertEquals(series.stream().sorted().toList(), found);
        });
    }

    @Test
    void aSeriesComesBeforeThoseThatHaveItsLabelsAndMore() {
        List<Labels> series = List.of(
                Labels.of("a", "1", "b", "1", "c", "1"),
                Labels.of("a", "1", "b", "1"),
                Labels.EMPTY,
                Labels.of("a", "1"),
                Labels.of("a", "1", "c", "0"));
        assertArrayEquals(new int[] {2, 3, 1, 0, 4}, order(series));
    }

    /** Few names and values, so that many series share their first labels. */
    private static Labels labels(SplittableRandom random) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            labels.put("n" + random.nextInt(5), "é" + random.nextInt(4));
        }
        return Labels.of(labels);
    }

    private static int[] order(List<Labels> series) {
        Label[] dictionary = series.stream()
                .flatMap(labels -> pairs(labels).stream())
                .distinct()
                .toArray(Label[]::new);
        List<Label> sorted = Arrays.stream(dictionary).sorted().toList();
        int[] ranks = Arrays.stream(dictionary)
                .mapToInt(pair -> sorted.indexOf(pair) + 1)
                .toArray();
        int[] starts = new int[series.size() + 1];
        List<Integer> ids = new ArrayList<>();
        for (int s = 0; s < series.size(); s++) {
            pairs(series.get(s))
                    .forEach(pair -> ids.add(Arrays.asList(dictionary).indexOf(pair)));
            starts[s + 1] = ids.size();
        }
        long[] none = new long[series.size()];
        SeriesTable table = new SeriesTable(
                dictionary,
                none,
                none,
                starts,
                ids.stream().mapToInt(Integer::intValue).toArray(),
                none,
                none,
                new int[none.length]);
        return new LabelOrder(table, ranks).sort();
    }

    private static List<Label> pairs(Labels labels) {
        List<Label> pairs = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            pairs.add(labels.at(i));
        }
        return pairs;
    }
}
