package io.engram.tsdb.head;

import io.engram.model.read.ChunkBatch;
import java.util.Arrays;

/**
 * What side stores add to a fetch: copied under the stripes' locks, series by series in any order, handed out afterwards.
 * Reused from group to group of series. For one thread.
 */
final class SideChunks {
    /** Says that an entry is a sealed chunk, whose times stand in its file. */
    private static final int SEALED = -1;

    final long fromMs;
    final long toMs;

    /** The newest entry of each series of the group, + 1; entries name the one before. */
    private final int[] newest;

    private int series;
    private int count;
    private int[] before = new int[16];
    private byte[] encoding = new byte[16];
    /** The position of a sealed chunk, else where it lies in {@link #data}. */
    private long[] place = new long[16];

    private int[] length = new int[16];
    private long[] minMs = new long[16];
    private long[] maxMs = new long[16];
    private byte[] data = new byte[0];
    private int dataLength;

    /** @param groupSize series of a group, which are numbered from 0 */
    SideChunks(long fromMs, long toMs, int groupSize) {
        this.fromMs = fromMs;
        this.toMs = toMs;
        this.newest = new int[groupSize];
    }

    /** Begins a new group. */
    void clear() {
        if (count > 0) {
            Arrays.fill(newest, 0);
            count = 0;
            dataLength = 0;
        }
    }

    /** What is added from now on belongs to this series of the group. */
    void series(int slot) {
        series = slot;
    }

    /** Adds a sealed chunk of the current series, where it overlaps the range. */
    void addSealed(long position, long firstMs, long lastMs) {
        if (firstMs <= toMs && lastMs >= fromMs) {
            int i = entry((byte) 0, firstMs, lastMs, SEALED); // first: it may replace the array
            place[i] = position;
        }
    }

    /** Adds a chunk of the current series, where it overlaps the range; its bytes are copied. */
    void add(byte chunkEncoding, long firstMs, long lastMs, byte[] from, int offset, int size) {
        if (firstMs > toMs || lastMs < fromMs) {
            return;
        }
        int i = entry(chunkEncoding, firstMs, lastMs, size);
        if (dataLength + size > data.length) {
            data = Arrays.copyOf(data, Math.max(2 * data.length, dataLength + size));
        }
        place[i] = dataLength;
        System.arraycopy(from, offset, data, dataLength, size);
        dataLength += size;
    }

    private int entry(byte chunkEncoding, long firstMs, long lastMs, int size) {
        if (count == before.length) {
            int n = 2 * count;
            before = Arrays.copyOf(before, n);
            encoding = Arrays.copyOf(encoding, n);
            place = Arrays.copyOf(place, n);
            length = Arrays.copyOf(length, n);
            minMs = Arrays.copyOf(minMs, n);
            maxMs = Arrays.copyOf(maxMs, n);
        }
        before[count] = newest[series];
        encoding[count] = chunkEncoding;
        length[count] = size;
        minMs[count] = firstMs;
        maxMs[count] = lastMs;
        newest[series] = count + 1;
        return count++;
    }

    /** Brings sealed chunks into a batch. */
    interface Files {
        void emit(long position);
    }

    /** Adds the chunks of a series behind those of its floats, and puts all of them in the order of their first samples. */
    void emit(int slot, Files files, ChunkBatch into) {
        if (newest[slot] == 0) {
            return;
        }
        for (int i = newest[slot] - 1; i >= 0; i = before[i] - 1) {
            if (length[i] == SEALED) {
                files.emit(place[i]);
            } else {
                int at = into.addChunk(encoding[i], minMs[i], maxMs[i], length[i]);
                System.arraycopy(data, (int) place[i], into.data, at, length[i]);
            }
        }
        sort(into, into.firstChunk[into.seriesCount], into.chunkCount);
    }

    private int[] order = new int[16];
    private int[] merged = new int[16];
    private final ChunkBatch sorted = new ChunkBatch();

    /** Merges what is in order already, run by run; the bytes stay where they are. */
    private void sort(ChunkBatch batch, int from, int to) {
        int n = to - from;
        if (order.length < n) {
            order = new int[2 * n];
            merged = new int[2 * n];
        }
        for (int i = 0; i < n; i++) {
            order[i] = from + i;
        }
        for (int run = 1; run < n; run *= 2) {
            for (int start = 0; start < n; start += 2 * run) {
                merge(batch.minTimeMs, start, Math.min(n, start + run), Math.min(n, start + 2 * run));
            }
            int[] unsorted = order;
            order = merged;
            merged = unsorted;
        }
        sorted.clear();
        for (int i = 0; i < n; i++) {
            int c = order[i];
            sorted.addChunk(batch.encoding[c], batch.minTimeMs[c], batch.maxTimeMs[c], 0);
            sorted.offset[i] = batch.offset[c];
            sorted.length[i] = batch.length[c];
        }
        System.arraycopy(sorted.encoding, 0, batch.encoding, from, n);
        System.arraycopy(sorted.minTimeMs, 0, batch.minTimeMs, from, n);
        System.arraycopy(sorted.maxTimeMs, 0, batch.maxTimeMs, from, n);
        System.arraycopy(sorted.offset, 0, batch.offset, from, n);
        System.arraycopy(sorted.length, 0, batch.length, from, n);
    }

    /** Writes the runs {@code [start, middle)} and {@code [middle, end)} of {@link #order} as one into {@link #merged}. */
    private void merge(long[] key, int start, int middle, int end) {
        int i = start;
        int j = middle;
        for (int out = start; out < end; out++) {
            boolean left = j == end || (i < middle && key[order[i]] <= key[order[j]]);
            merged[out] = order[left ? i++ : j++];
        }
    }
}
