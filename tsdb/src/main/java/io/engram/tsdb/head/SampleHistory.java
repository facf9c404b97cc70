package io.engram.tsdb.head;

import io.engram.model.histogram.Histogram;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import io.engram.tsdb.chunk.CorruptChunk;
import io.engram.tsdb.chunk.HistogramChunk;
import io.engram.tsdb.chunk.HistogramDecoder;
import io.engram.tsdb.chunk.XorDecoder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Looks up single samples, floats or histograms, that were stored earlier: off the fast path, for one thread. */
final class SampleHistory {
    private byte[] bytes = new byte[OpenChunk.MAX_BYTES + ChunkBatch.SLACK];
    private final long[] times = new long[128];
    private final double[] values = new double[128];
    private final HistogramDecoder histograms = new HistogramDecoder();
    private long valueBits;
    private Histogram histogram;

    /** Whether the series has a sample at {@code timeMs}, older than its last. The caller holds the stripe's lock. */
    boolean find(HeadChunks chunks, OpenChunk open, long timeMs) {
        if (open.count() > 0 && timeMs >= open.firstMs()) {
            return findIn(ChunkEncoding.XOR, open.copy(bytes, 0), timeMs);
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
                    return findIn(ChunkFrame.encoding(file, at), copy(file, at), timeMs);
                }
                long previous = ChunkFrame.previous(file, at);
                position = previous < position ? previous : 0;
            }
            return false;
        } finally {
            view.release();
        }
    }

    /** Whether the series has a sample at {@code timeMs}, older than its last, in order or late. */
    boolean findAnywhere(TenantHead head, Stripe stripe, int series, OpenChunk record, long timeMs) {
        return find(head.chunks(), record, timeMs)
                || (record.has(SideKind.LATE) && stripe.side.late(head).find(series, timeMs, this))
                || (record.has(SideKind.HISTOGRAMS)
                        && stripe.side.histograms(head).find(series, timeMs, this))
                || (record.has(SideKind.LATE_HISTOGRAMS)
                        && stripe.side.lateHistograms(head).find(series, timeMs, this));
    }

    /** Whether the sealed chunk at this position has a sample at {@code timeMs}, which lies between its first and last. */
    boolean findSealed(HeadChunks chunks, long position, long timeMs) {
        ChunkView view = chunks.view();
        try {
            MemorySegment file = view.segment(position);
            int at = ChunkView.offset(position);
            return file != null && findIn(ChunkFrame.encoding(file, at), copy(file, at), timeMs);
        } finally {
            view.release();
        }
    }

    /** The sample was found elsewhere. */
    void found(long bits) {
        found(bits, null);
    }

    /** The sample was found elsewhere; a histogram, where there is one. */
    void found(long bits, Histogram value) {
        valueBits = bits;
        histogram = value;
    }

    /** Of the sample found last; {@link HistogramStore#VALUE} where that is a histogram. */
    long valueBits() {
        return valueBits;
    }

    /** The sample found last; null where that is a float. */
    Histogram histogram() {
        return histogram;
    }

    /** Whether an open chunk has a sample at {@code timeMs}. */
    boolean findIn(HistogramChunk chunk, long timeMs) {
        makeRoom(chunk.byteLength());
        return findIn(chunk.encoding(), chunk.copy(bytes, 0), timeMs);
    }

    private void makeRoom(int length) {
        if (bytes.length < length + ChunkBatch.SLACK) {
            bytes = new byte[length + ChunkBatch.SLACK];
        }
    }

    /** Copies the chunk's data into {@link #bytes} and returns its length; 0 where it is damaged. */
    private int copy(MemorySegment file, int at) {
        int length = ChunkFrame.dataLength(file, at);
        if (at + ChunkFrame.HEADER_BYTES + (long) length > HeadChunks.SEGMENT_BYTES) {
            return 0;
        }
        makeRoom(length);
        MemorySegment.copy(file, ValueLayout.JAVA_BYTE, at + ChunkFrame.HEADER_BYTES, bytes, 0, length);
        return length;
    }

    private boolean findIn(byte encoding, int length, long timeMs) {
        try {
            return encoding == ChunkEncoding.XOR ? findFloat(length, timeMs) : findHistogram(encoding, length, timeMs);
        } catch (CorruptChunk e) {
            return false; // reported where it is read for a query
        }
    }

    private boolean findFloat(int length, long timeMs) {
        if (XorDecoder.sampleCount(bytes, 0, length) > times.length
                || XorDecoder.decode(bytes, 0, length, timeMs, timeMs, times, values, 0) != 1) {
            return false;
        }
        found(Double.doubleToRawLongBits(values[0]));
        return true;
    }

    private boolean findHistogram(byte encoding, int length, long timeMs) {
        if (encoding != ChunkEncoding.HISTOGRAM && encoding != ChunkEncoding.FLOAT_HISTOGRAM) {
            return false;
        }
        histograms.reset(encoding, bytes, 0, length);
        while (histograms.next() && histograms.timestampMs() <= timeMs) {
            if (histograms.timestampMs() == timeMs) {
                found(HistogramStore.VALUE, histograms.histogram());
                return true;
            }
        }
        return false;
    }
}
