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
    private long valueBits;

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
                    return findIn(copy(file, position), timeMs);
                }
                long previous = ChunkFrame.previous(file, at);
                position = previous < position ? previous : 0;
            }
            return false;
        } finally {
            view.release();
        }
    }

    /** Whether the sealed chunk at this position has a sample at {@code timeMs}, which lies between its first and last. */
    boolean findSealed(HeadChunks chunks, long position, long timeMs) {
        ChunkView view = chunks.view();
        try {
            MemorySegment file = view.segment(position);
            return file != null && findIn(copy(file, position), timeMs);
        } finally {
            view.release();
        }
    }

    /** The sample was found elsewhere. */
    void found(long bits) {
        valueBits = bits;
    }

    /** Of the sample found last. */
    long valueBits() {
        return valueBits;
    }

    /** Copies the chunk's data into {@link #bytes} and returns its length; 0 where it is damaged. */
    private int copy(MemorySegment file, long position) {
        int at = ChunkView.offset(position);
        int length = ChunkFrame.dataLength(file, at);
        if (length > OpenChunk.MAX_BYTES) {
            return 0;
        }
        MemorySegment.copy(file, ValueLayout.JAVA_BYTE, at + ChunkFrame.HEADER_BYTES, bytes, 0, length);
        return length;
    }

    private boolean findIn(int length, long timeMs) {
        try {
            if (XorDecoder.sampleCount(bytes, 0, length) > times.length
                    || XorDecoder.decode(bytes, 0, length, timeMs, timeMs, times, values, 0) != 1) {
                return false;
            }
            valueBits = Double.doubleToRawLongBits(values[0]);
            return true;
        } catch (CorruptChunk e) {
            return false; // reported where it is read for a query
        }
    }
}
