package io.engram.tsdb.wal;

import java.io.IOException;

/**
 * What each segment begins with: the records without which the ones behind it could not be read, should an earlier
 * segment be damaged. The head repeats the series created since its last checkpoint.
 *
 * <p>Called on the log's writer thread. It must not wait for a lock under which {@link WriteAheadLog#append} is called:
 * an append waits for room that only the writer thread can make. It may repeat more than necessary, also what stands
 * behind {@code startPosition}; reading a series twice must be harmless.
 */
@FunctionalInterface
public interface SegmentPrologue {
    /** Nothing to repeat. */
    SegmentPrologue NONE = (startPosition, sink) -> {};

    /**
     * Writes the records to repeat.
     *
     * @param startPosition the segment holds records behind this position
     */
    void write(long startPosition, RecordSink sink) throws IOException;

    /** Takes records; borrows the bytes until it returns. */
    @FunctionalInterface
    interface RecordSink {
        void record(byte[] bytes, int offset, int length) throws IOException;
    }
}
