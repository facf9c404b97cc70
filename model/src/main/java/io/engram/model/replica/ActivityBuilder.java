package io.engram.model.replica;

import io.engram.model.labels.Utf8Order;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/** Puts an {@link ActivityTable} together out of counts, in any order, and of other tables. For one thread. */
public final class ActivityBuilder {
    /** No count goes beyond it, so that no sum overflows. */
    static final long MOST_SAMPLES = 1L << 48;

    private static final int MOST_SERIES = Integer.MAX_VALUE;

    private record Count(long samples, int series) {
        Count plus(Count other) {
            return new Count(Math.min(samples + other.samples, MOST_SAMPLES), (int)
                    Math.min((long) series + other.series, MOST_SERIES));
        }

        Count greater(Count other) {
            return new Count(Math.max(samples, other.samples), Math.max(series, other.series));
        }
    }

    private final Map<String, Map<String, TreeMap<Integer, Count>>> clusters = new TreeMap<>(Utf8Order::compare);

    ActivityBuilder() {}

    /**
     * Adds to what there is of a window.
     *
     * @throws IllegalArgumentException for a window more than two billion from the epoch, or counts below 0
     */
    public ActivityBuilder add(String cluster, String replica, long window, long samples, long series) {
        return join(cluster, replica, window, count(window, samples, series), Count::plus);
    }

    /** Has at least this of a window. */
    public ActivityBuilder atLeast(String cluster, String replica, long window, long samples, long series) {
        return join(cluster, replica, window, count(window, samples, series), Count::greater);
    }

    private ActivityBuilder join(String cluster, String replica, long window, Count count, BinaryOperator<Count> with) {
        if (count.samples > 0) {
            of(cluster, replica).merge((int) window, count, with);
        }
        return this;
    }

    /** {@link #add Adds} all counts of a table. */
    public ActivityBuilder sum(ActivityTable table) {
        table.clusters().forEach(cluster -> sum(cluster, Long.MIN_VALUE, Long.MAX_VALUE));
        return this;
    }

    /** {@link #atLeast At least} all counts of a table. */
    public ActivityBuilder maximum(ActivityTable table) {
        for (ClusterActivity cluster : table.clusters()) {
            for (int replica = 0; replica < cluster.replicaCount(); replica++) {
                WindowCounts counts = cluster.counts(replica);
                for (int i = 0; i < counts.size(); i++) {
                    atLeast(
                            cluster.name(),
                            cluster.replica(replica),
                            counts.windowAt(i),
                            counts.samplesAt(i),
                            counts.seriesAt(i));
                }
            }
        }
        return this;
    }

    /** Adds the windows of a cluster from {@code first} to {@code last}, both included. */
    void sum(ClusterActivity cluster, long first, long last) {
        for (int replica = 0; replica < cluster.replicaCount(); replica++) {
            WindowCounts counts = cluster.counts(replica);
            for (int i = 0; i < counts.size(); i++) {
                if (counts.windowAt(i) >= first && counts.windowAt(i) <= last) {
                    add(
                            cluster.name(),
                            cluster.replica(replica),
                            counts.windowAt(i),
                            counts.samplesAt(i),
                            counts.seriesAt(i));
                }
            }
        }
    }

    /** What was put in so far. */
    public ActivityTable build() {
        return clusters.isEmpty()
                ? ActivityTable.EMPTY
                : new ActivityTable(clusters.entrySet().stream()
                        .map(cluster -> new ClusterActivity(
                                cluster.getKey(),
                                cluster.getValue().keySet().toArray(String[]::new),
                                cluster.getValue().values().stream()
                                        .map(ActivityBuilder::counts)
                                        .toArray(WindowCounts[]::new)))
                        .toArray(ClusterActivity[]::new));
    }

    private TreeMap<Integer, Count> of(String cluster, String replica) {
        return clusters.computeIfAbsent(cluster, name -> new TreeMap<>(Utf8Order::compare))
                .computeIfAbsent(replica, name -> new TreeMap<>());
    }

    private static Count count(long window, long samples, long series) {
        if (window != (int) window || samples < 0 || series < 0) {
            throw new IllegalArgumentException(
                    "window " + window + " with " + samples + " samples of " + series + " series");
        }
        return new Count(Math.min(samples, MOST_SAMPLES), (int) Math.min(series, MOST_SERIES));
    }

    private static WindowCounts counts(TreeMap<Integer, Count> cells) {
        int[] windows = new int[cells.size()];
        long[] samples = new long[windows.length];
        int[] series = new int[windows.length];
        int i = 0;
        for (var cell : cells.entrySet()) {
            windows[i] = cell.getKey();
            samples[i] = cell.getValue().samples;
            series[i++] = cell.getValue().series;
        }
        return new WindowCounts(windows, samples, series);
    }
}
