package io.engram.tsdb.head;

import static io.engram.tsdb.head.SeriesRecord.BLOCKS;
import static io.engram.tsdb.head.SeriesRecord.LAST_MS;
import static io.engram.tsdb.head.SeriesRecord.WORDS;

import io.engram.tsdb.slab.BlockSlab;
import io.engram.tsdb.slab.RecordSlab;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Has what some series need brought into the processor's cache, before each of them is worked on.
 *
 * <p>Series in label order lie anywhere in memory, and each step to the next thing of one waits 100 ns and more. Code that
 * works on a series takes so many steps that the processor sees no further than one or two series; a loop that only reads
 * a word of each runs far ahead, and waits for a dozen at a time. What is read here is not looked at, so no lock is needed:
 * who works on it reads it again.
 *
 * <p>For one thread.
 */
final class ReadAhead {
    private static final int CACHE_LINE_BYTES = 64;

    private final TenantHead head;
    /** All that was read, added up: so that the reading is not left out as useless. */
    private long sum;

    ReadAhead(TenantHead head) {
        this.head = head;
    }

    /** The records of the series {@code numbers[0 .. count)} and the first and last blocks of their open chunks. */
    void records(int[] numbers, int count) {
        long read = 0;
        for (int i = 0; i < count; i++) {
            int extent = head.records().extent(numbers[i]);
            if (extent != RecordSlab.NONE) {
                long[] page = head.records().page(extent);
                int at = RecordSlab.offset(extent, numbers[i]);
                read += page[at + LAST_MS] + page[at + WORDS]; // a cache line each
            }
        }
        for (int i = 0; i < count; i++) {
            int extent = head.records().extent(numbers[i]);
            if (extent != RecordSlab.NONE) {
                long[] page = head.records().page(extent);
                long chain = page[RecordSlab.offset(extent, numbers[i]) + BLOCKS];
                BlockSlab blocks = head.memory().blocks();
                read += blocks.peek((int) (chain >>> 32)) + blocks.peek((int) chain); // block 0, of none, is there too
            }
        }
        sum += read;
    }

    /** The headers of the sealed chunks {@code positions[0 .. count)}, of which 0 is none. */
    void headers(long[] positions, int count, ChunkView files) {
        long read = 0;
        for (int i = 0; i < count; i++) {
            MemorySegment file = positions[i] == 0 ? null : files.segment(positions[i]);
            if (file != null) {
                int at = ChunkView.offset(positions[i]);
                read += ChunkFrame.minMs(file, at) + ChunkFrame.fingerprintLo(file, at); // may be a cache line each
            }
        }
        sum += read;
    }

    /** A sealed chunk whose header has been read, to its end. */
    void chunk(MemorySegment file, int at) {
        long read = 0;
        int end = Math.min(at + ChunkFrame.HEADER_BYTES + ChunkFrame.dataLength(file, at), HeadChunks.SEGMENT_BYTES);
        for (int line = at + CACHE_LINE_BYTES; line < end; line += CACHE_LINE_BYTES) {
            read += file.get(ValueLayout.JAVA_BYTE, line);
        }
        sum += read;
    }
}
