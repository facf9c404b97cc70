package io.engram.model.replica;

import io.engram.model.labels.Utf8Order;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How many samples each replica of each cluster of one tenant sent in each window of time, and of how many series.
 *
 * <p>A <em>window</em> is five minutes, aligned to the epoch, and is named by its number: window {@code w} holds the times
 * from {@code w * WINDOW_MS} to {@code (w + 1) * WINDOW_MS}, excluded. A cluster is named by the value of its label
 * ({@code limits.ha-cluster-label}), which is empty where series have none; a replica as {@link ReplicaNames} says.
 *
 * <p>Immutable. Looking up allocates nothing.
 */
public final class ActivityTable {
    public static final long WINDOW_MS = 300_000;
    public static final ActivityTable EMPTY = new ActivityTable(new ClusterActivity[0]);

    private final ClusterActivity[] clusters; // sorted by name

    ActivityTable(ClusterActivity[] clusters) {
        this.clusters = clusters;
    }

    public static ActivityBuilder builder() {
        return new ActivityBuilder();
    }

    /** The number of the window that a time lies in; negative before the epoch. */
    public static long window(long timeMs) {
        return Math.floorDiv(timeMs, WINDOW_MS);
    }

    /** Where a window begins, included. */
    public static long startMs(long window) {
        return window * WINDOW_MS;
    }

    public boolean isEmpty() {
        return clusters.length == 0;
    }

    /** Those that have counts, sorted by the UTF-8 bytes of their names. */
    public List<ClusterActivity> clusters() {
        return List.of(clusters);
    }

    /** The cluster of this name; one without replicas where there is none. */
    public ClusterActivity cluster(String name) {
        int from = 0;
        int to = clusters.length - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            int order = Utf8Order.compare(clusters[middle].name(), name);
            if (order == 0) {
                return clusters[middle];
            }
            if (order < 0) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        return ClusterActivity.NONE;
    }

    /** Counts there are: one for each window of each replica in which it sent something. */
    public int cellCount() {
        int cells = 0;
        for (ClusterActivity cluster : clusters) {
            cells += cluster.cellCount();
        }
        return cells;
    }

    /** The windows that overlap {@code [minMs, maxMs]}, both included. */
    public ActivityTable between(long minMs, long maxMs) {
        long first = window(minMs);
        long last = window(maxMs);
        boolean all = true;
        for (ClusterActivity cluster : clusters) {
            all &= cluster.firstWindow() >= first && cluster.lastWindow() <= last;
        }
        if (all) {
            return this;
        }
        ActivityBuilder kept = builder();
        for (ClusterActivity cluster : clusters) {
            kept.sum(cluster, first, last);
        }
        return kept.build();
    }

    /**
     * Of two sources that saw the same samples, or some of them: a head and the blocks that were made of it, or blocks
     * that are merged. Each window has the greater of the two counts.
     */
    public ActivityTable maximum(ActivityTable other) {
        return isEmpty()
                ? other
                : other.isEmpty()
                        ? this
                        : builder().maximum(this).maximum(other).build();
    }

    /** Of two sources that hold different series, as the heads of two ingesters do. Each window has both counts. */
    public ActivityTable sum(ActivityTable other) {
        return isEmpty()
                ? other
                : other.isEmpty() ? this : builder().sum(this).sum(other).build();
    }

    /**
     * At most so many counts, by leaving out whole clusters: first those with one replica, where there is nothing to
     * choose, and then the ones with the fewest samples.
     */
    public ActivityTable atMost(int cells) {
        if (cellCount() <= cells) {
            return this;
        }
        List<ClusterActivity> byWeight = new ArrayList<>(clusters());
        byWeight.sort(Comparator.comparing((ClusterActivity cluster) -> cluster.replicaCount() > 1)
                .thenComparingLong(ClusterActivity::totalSamples)
                .reversed());
        Set<String> kept = new HashSet<>();
        int room = cells;
        for (ClusterActivity cluster : byWeight) {
            if (cluster.cellCount() <= room) {
                room -= cluster.cellCount();
                kept.add(cluster.name());
            }
        }
        return new ActivityTable(Arrays.stream(clusters)
                .filter(cluster -> kept.contains(cluster.name()))
                .toArray(ClusterActivity[]::new));
    }

    /** Bytes that {@link #decode} reads: a few for each count. */
    public byte[] encode() {
        return new ActivityEncoder().encode(this);
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException where the bytes are not exactly that
     */
    public static ActivityTable decode(byte[] bytes) {
        return new ActivityDecoder(bytes).decode();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ActivityTable table && Arrays.equals(clusters, table.clusters);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(clusters);
    }

    /** For messages of tests: a line for each replica. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (ClusterActivity cluster : clusters) {
            text.append(cluster);
        }
        return text.toString();
    }
}
