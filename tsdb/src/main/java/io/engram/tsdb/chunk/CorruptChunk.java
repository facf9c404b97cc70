package io.engram.tsdb.chunk;

/** Bytes that are no chunk: cut off, or damaged. */
public final class CorruptChunk extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CorruptChunk(String message) {
        super(message);
    }
}
