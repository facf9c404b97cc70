package io.engram.model.replica;

import io.engram.model.labels.Utf8Order;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * What an {@link ActivityTable} has of one cluster: its replicas by index, from 0, in the order of the UTF-8 bytes of their
 * names. Immutable. Looking up allocates nothing.
 */
public final class ClusterActivity {
    static final ClusterActivity NONE = new ClusterActivity("", new String[0], new WindowCounts[0]);

    private final String name;
    private final String[] replicas; // sorted
    private final WindowCounts[] counts; // by index of the replica

    ClusterActivity(String name, String[] replicas, WindowCounts[] counts) {
        this.name = name;
        this.replicas = replicas;
        this.counts = counts;
    }

    /** The value of the cluster's label; empty for the series that have none. */
    public String name() {
        return name;
    }

    public int replicaCount() {
        return replicas.length;
    }

    public List<String> replicas() {
        return List.of(replicas);
    }

    public String replica(int index) {
        return replicas[index];
    }

    /** The index of the replica of this name, or -1. */
    public int indexOf(String replica) {
        for (int i = 0; i < replicas.length; i++) {
            if (Utf8Order.compare(replicas[i], replica) == 0) {
                return i;
            }
        }
        return -1;
    }

    /** Samples whose times lie in the window; 0 where nothing is known of it. */
    public long samples(int replica, long window) {
        return counts[replica].samples(window);
    }

    /** Series with samples in the window; those that came out of order only are not in it. */
    public long series(int replica, long window) {
        return counts[replica].series(window);
    }

    /** The first window in which any replica sent something; {@link Long#MAX_VALUE} without replicas. */
    public long firstWindow() {
        long first = Long.MAX_VALUE;
        for (WindowCounts of : counts) {
            first = Math.min(first, of.windowAt(0));
        }
        return first;
    }

    /** The last window in which any replica sent something, included; {@link Long#MIN_VALUE} without replicas. */
    public long lastWindow() {
        long last = Long.MIN_VALUE;
        for (WindowCounts of : counts) {
            last = Math.max(last, of.windowAt(of.size() - 1));
        }
        return last;
    }

    /** The first window in which this replica sent something. */
    public long firstWindow(int replica) {
        return counts[replica].windowAt(0);
    }

    /** The last window in which this replica sent something. */
    public long lastWindow(int replica) {
        return counts[replica].windowAt(counts[replica].size() - 1);
    }

    /** The windows in which a replica sent something, in the order of time. */
    public void forEach(int replica, LongConsumer window) {
        for (int i = 0; i < counts[replica].size(); i++) {
            window.accept(counts[replica].windowAt(i));
        }
    }

    WindowCounts counts(int replica) {
        return counts[replica];
    }

    int cellCount() {
        int cells = 0;
        for (WindowCounts of : counts) {
            cells += of.size();
        }
        return cells;
    }

    long totalSamples() {
        long samples = 0;
        for (WindowCounts of : counts) {
            for (int i = 0; i < of.size(); i++) {
                samples += of.samplesAt(i);
            }
        }
        return samples;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClusterActivity cluster
                && name.equals(cluster.name)
                && Arrays.equals(replicas, cluster.replicas)
                && Arrays.equals(counts, cluster.counts);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < replicas.length; i++) {
            text.append(name).append('/').append(replicas[i]).append(counts[i]).append('\n');
        }
        return text.toString();
    }
}
