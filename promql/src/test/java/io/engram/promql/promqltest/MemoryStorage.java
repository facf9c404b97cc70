package io.engram.promql.promqltest;

import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.promql.storage.SampleColumns;
import io.engram.promql.storage.SampleReader;
import io.engram.promql.storage.SeriesSource;
import io.engram.promql.storage.Storage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Float series in maps. Not for several threads while it is filled. */
public final class MemoryStorage implements Storage {
    private final Map<Labels, NavigableMap<Long, Double>> series = new LinkedHashMap<>();

    public void put(Labels labels, long timestampMs, double value) {
        series.computeIfAbsent(labels, _ -> new TreeMap<>()).put(timestampMs, value);
    }

    public static boolean matches(List<Matcher> matchers, Labels labels) {
        return matchers.stream().allMatch(matcher -> matcher.matches(labels.get(matcher.name())));
    }

    @Override
    public SeriesSource select(Selection selection) {
        List<Labels> found = new ArrayList<>();
        for (Labels labels : series.keySet()) {
            if (matches(selection.matchers(), labels)) {
                found.add(labels);
            }
        }
        return new SeriesSource() {
            @Override
            public int size() {
                return found.size();
            }

            @Override
            public Labels labels(int index) {
                return found.get(index);
            }

            @Override
            public SampleReader read(int from, int to) {
                return reader(found.subList(from, to), selection);
            }

            @Override
            public void close() {}
        };
    }

    private SampleReader reader(List<Labels> wanted, Selection selection) {
        return new SampleReader() {
            private int next;

            @Override
            public boolean next(SampleColumns into) {
                if (next == wanted.size()) {
                    return false;
                }
                into.size = 0;
                NavigableMap<Long, Double> samples = series.get(wanted.get(next++));
                if (selection.minTimeMs() <= selection.maxTimeMs()) {
                    samples.subMap(selection.minTimeMs(), true, selection.maxTimeMs(), true)
                            .forEach(into::add);
                }
                return true;
            }

            @Override
            public void close() {}
        };
    }
}
