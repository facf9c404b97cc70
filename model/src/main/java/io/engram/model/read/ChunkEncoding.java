package io.engram.model.read;

/** The encoding bytes of Prometheus' chunks ({@code tsdb/chunkenc/chunk.go}). */
public final class ChunkEncoding {
    public static final byte XOR = 1;
    public static final byte HISTOGRAM = 2;
    public static final byte FLOAT_HISTOGRAM = 3;

    private ChunkEncoding() {}
}
