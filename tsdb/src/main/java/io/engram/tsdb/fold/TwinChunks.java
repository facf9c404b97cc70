package io.engram.tsdb.fold;

import io.engram.tsdb.block.BlockChunkReader;
import io.engram.tsdb.block.ChunkList;
import io.engram.tsdb.block.RunMerge;
import io.engram.tsdb.block.SampleRun;
import java.util.Arrays;
import java.util.List;

/** The chunks of one twin in all blocks of a fold, by time. Reused from series to series; for one thread. */
final class TwinChunks {
    private final List<BlockChunkReader> readers; // by source
    private final RunMerge runs = new RunMerge();
    private final SampleRun none = new SampleRun();

    int count;
    long[] minMs = new long[64];
    long[] maxMs = new long[64];
    private long[] ref = new long[64];
    int[] source = new int[64];

    /** Among the ranks of its pair. */
    int replica;

    TwinChunks(List<BlockChunkReader> readers) {
        this.readers = readers;
    }

    void clear() {
        count = 0;
    }

    /** Adds what a block has of it between two times, both included. */
    void add(int from, ChunkList chunks, long fromMs, long toMs) {
        for (int c = 0; c < chunks.count; c++) {
            if (chunks.maxMs[c] >= fromMs && chunks.minMs[c] <= toMs) {
                insert(from, chunks.minMs[c], chunks.maxMs[c], chunks.ref[c]);
            }
        }
    }

    private void insert(int from, long min, long max, long reference) {
        if (count == ref.length) {
            minMs = Arrays.copyOf(minMs, 2 * count);
            maxMs = Arrays.copyOf(maxMs, 2 * count);
            ref = Arrays.copyOf(ref, 2 * count);
            source = Arrays.copyOf(source, 2 * count);
        }
        int at = count++;
        for (; at > 0 && minMs[at - 1] > min; at--) {
            minMs[at] = minMs[at - 1];
            maxMs[at] = maxMs[at - 1];
            ref[at] = ref[at - 1];
            source[at] = source[at - 1];
        }
        minMs[at] = min;
        maxMs[at] = max;
        ref[at] = reference;
        source[at] = from;
    }

    boolean hasMain() {
        for (int c = 0; c < count; c++) {
            if (source[c] == BlockFold.MAIN) {
                return true;
            }
        }
        return false;
    }

    /** Whether any sample may lie between two times, both included. */
    boolean touches(long fromMs, long toMs) {
        for (int c = 0; c < count; c++) {
            if (minMs[c] <= toMs && maxMs[c] >= fromMs) {
                return true;
            }
        }
        return false;
    }

    /** The samples between two times, both included; copies in several blocks folded. Valid until the next call. */
    SampleRun read(long fromMs, long toMs) {
        runs.begin(readers.size());
        SampleRun only = none;
        boolean several = false;
        for (int c = 0; c < count; c++) {
            if (minMs[c] > toMs || maxMs[c] < fromMs) {
                continue;
            }
            SampleRun run = runs.run(source[c]);
            int before = run.count;
            BlockChunkReader reader = readers.get(source[c]);
            reader.load(ref[c]);
            reader.decode(ref[c], minMs[c], maxMs[c], run);
            if (minMs[c] < fromMs || maxMs[c] > toMs) {
                run.keep(before, time -> time >= fromMs && time <= toMs);
            }
            several |= only != none && only != run;
            only = run;
        }
        return several ? runs.merge() : only;
    }

    /** A chunk as it is stored, loaded into the reader that is returned. */
    BlockChunkReader load(int chunk) {
        BlockChunkReader reader = readers.get(source[chunk]);
        reader.load(ref[chunk]);
        return reader;
    }
}
