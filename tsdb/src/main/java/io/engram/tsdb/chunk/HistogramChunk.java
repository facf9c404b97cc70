package io.engram.tsdb.chunk;

import io.engram.model.histogram.Histogram;
import io.engram.model.histogram.ResetHint;

/**
 * A histogram chunk that grows, with what its next sample is told apart from; {@link HistogramAppender} adds to it. For one
 * thread at a time.
 */
public final class HistogramChunk extends HistogramState {
    /** Java objects around the arrays, roughly. */
    private static final int OBJECT_BYTES = 256;

    final BitWriter out = new BitWriter();
    long firstMs;

    /**
     * Takes up a chunk that {@link #copy} wrote.
     *
     * @param bytes has {@link io.engram.model.read.ChunkBatch#SLACK} readable bytes behind the chunk
     * @throws CorruptChunk where it is damaged or empty
     */
    public static HistogramChunk resume(byte encoding, byte[] bytes, int offset, int length) {
        HistogramDecoder decoder = new HistogramDecoder();
        decoder.reset(encoding, bytes, offset, length);
        if (!decoder.next()) {
            throw new CorruptChunk("histogram chunk has no sample");
        }
        HistogramChunk chunk = new HistogramChunk();
        chunk.firstMs = decoder.timestampMs();
        while (decoder.next()) {
            // on to the end: the state behind the last sample is what the next one needs
        }
        chunk.moveFrom(decoder);
        chunk.out.resume(bytes, offset, length, decoder.bitsRead());
        return chunk;
    }

    /** As Prometheus numbers them. */
    public byte encoding() {
        return encoding;
    }

    public int count() {
        return samples;
    }

    /** Of the first sample. */
    public long firstMs() {
        return firstMs;
    }

    /** Of the last sample. */
    public long lastMs() {
        return timeMs;
    }

    /** From the last but one sample to the last; 0 where there is one. */
    public long stepMs() {
        return stepMs;
    }

    /** The last sample; its reset hint means nothing. */
    public Histogram last() {
        return toHistogram(ResetHint.UNKNOWN);
    }

    /** Bytes that {@link #copy} writes. */
    public int byteLength() {
        return out.byteLength();
    }

    /** Writes the chunk as Prometheus stores it, without encoding byte and checksum. Returns its length. */
    public int copy(byte[] into, int offset) {
        System.arraycopy(out.bytes, 0, into, offset, out.byteLength());
        return out.byteLength();
    }

    /** The chunk from index 0 up to {@link #byteLength}, as {@link #copy} writes it; until the next sample is added. */
    public byte[] bytes() {
        return out.bytes;
    }

    /** Memory that it takes, roughly. */
    public long memoryBytes() {
        return OBJECT_BYTES
                + out.bytes.length
                + 16L * (positive.length + negative.length)
                + 4L * (positiveSpans.length + negativeSpans.length)
                + 8L * bounds.length;
    }

    void writeHeader() {
        out.bytes[0] = (byte) (samples >>> 8);
        out.bytes[1] = (byte) samples;
        out.bytes[2] = (byte) header;
    }
}
