package io.engram.tsdb.head;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;

/** The files of a tenant's sealed chunks, held for reading. Counted; safe for many threads. */
final class ChunkView {
    private final ChunkSegment[] segments;
    private int holders = 1; // guarded by this; the first one is the owner's

    ChunkView(ChunkSegment[] segments) {
        this.segments = segments;
        for (ChunkSegment segment : segments) {
            segment.retain();
        }
    }

    /** The file that holds the position, or null where it is not there any more. */
    MemorySegment segment(long position) {
        if (segments.length == 0) {
            return null;
        }
        long index = (position >>> HeadChunks.OFFSET_BITS) - segments[0].number;
        return index < 0 || index >= segments.length ? null : segments[(int) index].bytes();
    }

    static int offset(long position) {
        return (int) position & HeadChunks.SEGMENT_BYTES - 1;
    }

    synchronized void retain() {
        holders++;
    }

    void release() {
        synchronized (this) {
            if (--holders > 0) {
                return;
            }
        }
        for (ChunkSegment segment : segments) {
            try {
                segment.release();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
