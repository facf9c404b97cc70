package io.engram.promql.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.labels.Labels;
import io.engram.model.testing.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupsTest {
    @Test
    void seriesAreOneGroupWhereTheLabelsThatCountAreEqual() {
        Seeds.check(20, random -> {
            Labels[] labels = new Labels[400];
            for (int i = 0; i < labels.length; i++) {
                List<String> pairs = new ArrayList<>(List.of("__name__", "m" + random.nextInt(2), "i", "i" + i));
                for (String name : List.of("a", "b", "z")) {
                    if (random.nextInt(4) != 0) {
                        pairs.add(name);
                        pairs.add(name + random.nextInt(8));
                    }
                }
                labels[i] = Labels.of(pairs.toArray(String[]::new));
            }
            SeriesSet series = new SeriesSet(labels, new boolean[labels.length]);
            for (Grouping grouping : List.of(
                    Grouping.keeping(List.of()),
                    Grouping.keeping(List.of("a")),
                    Grouping.keeping(List.of("absent")),
                    Grouping.keeping(List.of("i")),
                    Grouping.keeping(List.of("z", "a")),
                    Grouping.leavingOut(List.of("i")),
                    Grouping.leavingOut(List.of("i", "a", "b", "z")))) {
                Groups groups = Groups.of(series, grouping);
                for (int i = 0; i < labels.length; i++) {
                    assertEquals(grouping.of(labels[i]), groups.labels()[groups.ofSeries()[i]]);
                }
                assertEquals(
                        groups.count(),
                        List.of(groups.labels()).stream().distinct().count());
            }
        });
    }
}
