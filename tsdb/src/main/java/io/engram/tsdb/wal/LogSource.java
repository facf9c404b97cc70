package io.engram.tsdb.wal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that is read. Thread-safe: reads carry their place. */
public interface LogSource extends Closeable {
    /**
     * Reads from {@code offset} into {@code target} until it is full or the file ends.
     *
     * @return the number of bytes read; 0 at or behind the end
     */
    int read(ByteBuffer target, long offset) throws IOException;

    long sizeBytes() throws IOException;
}
