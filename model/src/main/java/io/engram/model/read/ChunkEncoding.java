package io.engram.model.read;

/** The encoding bytes of Prometheus' chunks ({@code tsdb/chunkenc/chunk.go}). */
public final class ChunkEncoding {
    public static final byte XOR = 1;
    public static final byte HISTOGRAM = 2;
    public static final byte FLOAT_HISTOGRAM = 3;

    /** Floats as Prometheus 3.14 and later may write them; only in blocks, whose reader hands them out as {@link #XOR}. */
    public static final byte XOR2 = 4;
    /** Histograms with start timestamps; only in blocks of Prometheus, whose reader hands them out as {@link #HISTOGRAM}. */
    public static final byte HISTOGRAM_ST = 5;
    /** The same of float histograms. */
    public static final byte FLOAT_HISTOGRAM_ST = 6;

    private ChunkEncoding() {}

    /** Whether the samples are floats, not histograms. */
    public static boolean isFloat(byte encoding) {
        return encoding == XOR || encoding == XOR2;
    }

    /** Whether it is one of Prometheus' encodings. */
    public static boolean isKnown(byte encoding) {
        return encoding >= XOR && encoding <= FLOAT_HISTOGRAM_ST;
    }
}
