package io.engram.tsdb.wal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that is written from its begin to its end. Used by one thread at a time. */
public interface LogFile extends Closeable {
    /**
     * Hands bytes from {@code source} to the operating system and advances its position by as many as it took, which
     * may be fewer than remain.
     *
     * @return the number of bytes taken
     */
    int write(ByteBuffer source) throws IOException;

    /**
     * Returns when everything written so far would survive a power cut. After a failure nothing is known about any byte
     * since the last success, and asking again proves nothing: the file must be given up.
     */
    void sync() throws IOException;
}
