package io.engram.tsdb.block;

import java.util.Arrays;

/** The chunks of one series as the index knows them. Reused from series to series; one thread fills and reads it. */
public final class ChunkList {
    public int count;
    public long[] minMs = new long[16];
    /** Included. */
    public long[] maxMs = new long[16];
    /** Where each is; see {@link ChunkFormat}. */
    public long[] ref = new long[16];

    public void clear() {
        count = 0;
    }

    public void add(long min, long max, long reference) {
        if (count == ref.length) {
            int n = 2 * count;
            minMs = Arrays.copyOf(minMs, n);
            maxMs = Arrays.copyOf(maxMs, n);
            ref = Arrays.copyOf(ref, n);
        }
        minMs[count] = min;
        maxMs[count] = max;
        ref[count++] = reference;
    }

    /** Leaves those that have times in {@code [fromMs, toMs]}, both included, that are not deleted. */
    public void leave(Intervals deleted, long fromMs, long toMs) {
        int kept = 0;
        for (int c = 0; c < count; c++) {
            long from = Math.max(minMs[c], fromMs);
            long to = Math.min(maxMs[c], toMs);
            if (from <= to && !deleted.covers(from, to)) {
                minMs[kept] = minMs[c];
                maxMs[kept] = maxMs[c];
                ref[kept++] = ref[c];
            }
        }
        count = kept;
    }

    /** As the entry of a series has them; returns the place behind. */
    int write(byte[] into, int from) {
        int at = Varint.put(into, from, count);
        for (int c = 0; c < count; c++) {
            at = c == 0 ? Varint.putSigned(into, at, minMs[0]) : Varint.put(into, at, minMs[c] - maxMs[c - 1]);
            at = Varint.put(into, at, maxMs[c] - minMs[c]);
            at = c == 0 ? Varint.put(into, at, ref[0]) : Varint.putSigned(into, at, ref[c] - ref[c - 1]);
        }
        return at;
    }
}
