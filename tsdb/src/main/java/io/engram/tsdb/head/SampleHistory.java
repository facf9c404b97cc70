package io.engram.tsdb.head;

import io.engram.model.read.ChunkBatch;
import io.engram.tsdb.chunk.CorruptChunk;
import io.engram.tsdb.chunk.XorDecoder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Looks up single samples that were stored earlier: off the fast path, for one thread. */
final class SampleHistory {
    private final byte[] bytes = new byte[OpenChunk.MAX_BYTES + ChunkBatch.SLACK];
    private final long[] times = new long[128];
    private final double[] values = new double[128];

    /** Whether the series has a sample at {@code timeMs}, older than its last. The caller holds the stripe's lock. */
    boolean find(HeadChunks chunks, OpenChunk open, long timeMs) {
        if (open.count() > 0 && timeMs >= open.firstMs()) {
            return findIn(open.copy(bytes, 0), timeMs);
        }
        long position = chunks.position(open.sealed());
        if (position == 0) {
            return false;
        }
        ChunkView view = chunks.view();
        try {
            while (position != 0) {
                MemorySegment file = view.segment(position);
                if (file == null) {
                    return false;
                }
                int at = ChunkView.offset(position);
                if (timeMs > ChunkFrame.maxMs(file, at)) {
                    return false;
                }
                if (timeMs >= ChunkFrame.minMs(file, at)) {
                    int length = ChunkFrame.dataLength(file, at);
                    if (length > OpenChunk.MAX_BYTES) {
                        return false; // damaged
                    }
                    MemorySegment.copy(file, ValueLayout.JAVA_BYTE, at + ChunkFrame.HEADER_BYTES, bytes, 0, length);
                    return findIn(length, timeMs);
                }
                long previous = ChunkFrame.previous(file, at);
                position = previous < position ? previous : 0;
            }
            return false;
        } finally {
            view.release();
        }
    }

    /** Of the sample found last. */
    long valueBits() {
        return Double.doubleToRawLongBits(values[0]);
    }

    private boolean findIn(int length, long timeMs) {
        try {
            return XorDecoder.sampleCount(bytes, 0, length) <= times.length
                    && XorDecoder.decode(bytes, 0, length, timeMs, timeMs, times, values, 0) == 1;
        } catch (CorruptChunk e) {
            return false; // reported where it is read for a query
        }
    }
}
