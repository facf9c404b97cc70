package io.engram.model.replica;

import io.engram.model.labels.Utf8Order;
import java.nio.charset.StandardCharsets;

/** Reads what {@link ActivityEncoder} writes, and nothing else: whatever is out of order or out of range is damage. */
final class ActivityDecoder {
    private static final int SMALLEST_CLUSTER = 8;
    private static final int SMALLEST_REPLICA = 6;
    private static final int SMALLEST_COUNT = 3;

    private final byte[] bytes;
    private int at;

    ActivityDecoder(byte[] bytes) {
        this.bytes = bytes;
    }

    ActivityTable decode() {
        if (bytes.length == 0 || bytes[at++] != ActivityEncoder.VERSION) {
            throw damaged("version is " + (bytes.length == 0 ? "missing" : bytes[0]) + ", expected 1");
        }
        ClusterActivity[] clusters = new ClusterActivity[count(0, SMALLEST_CLUSTER, "clusters")];
        for (int i = 0; i < clusters.length; i++) {
            clusters[i] = cluster();
            if (i > 0) {
                rising(clusters[i - 1].name(), clusters[i].name());
            }
        }
        if (at < bytes.length) {
            throw damaged("something follows the last cluster");
        }
        return clusters.length == 0 ? ActivityTable.EMPTY : new ActivityTable(clusters);
    }

    private ClusterActivity cluster() {
        String name = name();
        String[] replicas = new String[count(1, SMALLEST_REPLICA, "replicas")];
        WindowCounts[] counts = new WindowCounts[replicas.length];
        for (int i = 0; i < replicas.length; i++) {
            replicas[i] = name();
            if (i > 0) {
                rising(replicas[i - 1], replicas[i]);
            }
            counts[i] = counts();
        }
        return new ClusterActivity(name, replicas, counts);
    }

    private WindowCounts counts() {
        int size = count(1, SMALLEST_COUNT, "windows");
        int[] windows = new int[size];
        long[] samples = new long[size];
        int[] series = new int[size];
        long next = zigzag();
        for (int i = 0; i < size; i++) {
            long leftOut = varint();
            if (leftOut < 0 || leftOut > 1L << 32 || next + leftOut != (int) (next + leftOut)) {
                throw damaged("a window is out of range");
            }
            windows[i] = (int) (next + leftOut);
            next = windows[i] + 1L;
            samples[i] = ranged(zigzag() + (i == 0 ? 0 : samples[i - 1]), 1, ActivityBuilder.MOST_SAMPLES);
            series[i] = (int) ranged(zigzag() + (i == 0 ? 0 : series[i - 1]), 0, Integer.MAX_VALUE);
        }
        return new WindowCounts(windows, samples, series);
    }

    private long ranged(long value, long min, long max) {
        if (value < min || value > max) {
            throw damaged("a count is " + value);
        }
        return value;
    }

    /** How many items follow; more than the bytes can hold are damage, before memory is taken for them. */
    private int count(int min, int smallestItem, String what) {
        long count = varint();
        if (count < min || count > (bytes.length - at) / smallestItem) {
            throw damaged(count + " " + what + " in " + (bytes.length - at) + " bytes");
        }
        return (int) count;
    }

    private String name() {
        long length = varint();
        if (length < 0 || length > bytes.length - at) {
            throw damaged("a name of " + length + " bytes is cut off");
        }
        String name = new String(bytes, at, (int) length, StandardCharsets.UTF_8);
        at += (int) length;
        return name;
    }

    private void rising(String before, String name) {
        if (Utf8Order.compare(before, name) >= 0) {
            throw damaged("names are out of order");
        }
    }

    private long zigzag() {
        long value = varint();
        return value >>> 1 ^ -(value & 1);
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at == bytes.length) {
                throw damaged("it is cut off");
            }
            byte b = bytes[at++];
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw damaged("a number is too long");
    }

    private IllegalArgumentException damaged(String why) {
        return new IllegalArgumentException(
                "activity of replicas is damaged at byte " + at + " of " + bytes.length + ": " + why);
    }
}
