package io.engram.storegateway;

import io.engram.model.hash.SeriesHash;
import io.engram.model.labels.Label;
import io.engram.model.replica.ActivityTable;
import io.engram.tsdb.block.Intervals;
import io.engram.tsdb.block.SeriesEntry;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The series that a select has found in one block, as columns. One thread fills it; many may read then. */
final class BlockSeries {
    private final BlockKey key;
    private final StoredFile[] segments;
    private final long blockMinTimeMs;
    private final ActivityTable activity;
    private final PairDictionary pairs;
    private final SeriesHash hash;
    private byte[] canonical = new byte[1 << 10];
    private int[] labelIds = new int[64];

    int count;
    long[] hi = new long[16];
    long[] lo = new long[16];
    /** Of the earliest chunk in the asked range. */
    long[] minMs = new long[16];
    /** Of the latest. */
    long[] maxMs = new long[16];

    int[] chunkCount = new int[16];
    int[] chunksAt = new int[16];
    /** One more than there are series. */
    int[] labelStart = new int[17];

    private final Map<Integer, Intervals> deleted = new HashMap<>();

    final PackedChunks chunks = new PackedChunks();

    BlockSeries(IndexHeader header, SeriesHash hash) {
        this.key = header.key();
        this.segments = header.segments();
        this.blockMinTimeMs = header.meta().minTimeMs();
        this.activity = header.meta().engram().activity();
        this.pairs = new PairDictionary(header.symbols());
        this.hash = hash;
    }

    BlockKey key() {
        return key;
    }

    long blockMinTimeMs() {
        return blockMinTimeMs;
    }

    /** Of the replicas that sent what is in the block. */
    ActivityTable activity() {
        return activity;
    }

    StoredFile[] segments() {
        return segments;
    }

    Label[] dictionary() {
        return pairs.labels();
    }

    int[] labelIds() {
        return labelIds;
    }

    /**
     * Adds a series, unless it has no chunks in {@code [fromMs, toMs]}; returns how many it has.
     *
     * @param entry loses its chunks of which nothing is left in the range
     * @param gone what was deleted of it
     */
    int add(SeriesEntry entry, Intervals gone, long fromMs, long toMs) {
        int at = chunks.position();
        if (!gone.isEmpty()) {
            entry.chunks.leave(gone, fromMs, toMs);
        }
        int found = chunks.add(entry.chunks, fromMs, toMs);
        if (found == 0) {
            return 0;
        }
        if (count == hi.length) {
            grow(2 * count);
        }
        chunksAt[count] = at;
        chunkCount[count] = found;
        if (!gone.isEmpty()) {
            deleted.put(count, gone);
        }
        times(entry, fromMs, toMs);
        labels(entry);
        count++;
        return found;
    }

    /** What was deleted of a series of these. */
    Intervals deleted(int series) {
        return deleted.isEmpty() ? Intervals.NONE : deleted.getOrDefault(series, Intervals.NONE);
    }

    private void times(SeriesEntry entry, long fromMs, long toMs) {
        int first = 0;
        while (entry.chunks.maxMs[first] < fromMs) {
            first++;
        }
        int last = entry.chunks.count - 1;
        while (entry.chunks.minMs[last] > toMs) {
            last--;
        }
        minMs[count] = entry.chunks.minMs[first];
        maxMs[count] = entry.chunks.maxMs[last];
    }

    private void labels(SeriesEntry entry) {
        int labels = entry.symbolCount / 2;
        int start = labelStart[count];
        if (start + labels > labelIds.length) {
            labelIds = Arrays.copyOf(labelIds, Math.max(2 * labelIds.length, start + labels));
        }
        int at = 0;
        for (int i = 0; i < labels; i++) {
            int pair = pairs.number(entry.symbols[2 * i], entry.symbols[2 * i + 1]);
            labelIds[start + i] = pair;
            int behind = pairs.copy(pair, canonical, at);
            while (behind < 0) {
                canonical = Arrays.copyOf(canonical, 2 * canonical.length);
                behind = pairs.copy(pair, canonical, at);
            }
            at = behind;
        }
        labelStart[count + 1] = start + labels;
        hash.fingerprint(canonical, 0, at, hi, lo, count);
    }

    private void grow(int capacity) {
        hi = Arrays.copyOf(hi, capacity);
        lo = Arrays.copyOf(lo, capacity);
        minMs = Arrays.copyOf(minMs, capacity);
        maxMs = Arrays.copyOf(maxMs, capacity);
        chunkCount = Arrays.copyOf(chunkCount, capacity);
        chunksAt = Arrays.copyOf(chunksAt, capacity);
        labelStart = Arrays.copyOf(labelStart, capacity + 1);
    }
}
