package io.engram.tsdb.head;

import io.engram.tsdb.wal.CheckpointWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Collects what becomes sections of a checkpoint, in pages of 1 MiB; entries do not cross pages. For one thread. */
final class SectionPages {
    private final Pool pool;
    private final int type;
    private final int[] header;
    private final List<ByteBuffer> pages = new ArrayList<>();
    private ByteBuffer current;

    /** @param header numbers that each section begins with */
    SectionPages(Pool pool, int type, int... header) {
        this.pool = pool;
        this.type = type;
        this.header = header;
    }

    /** Where the next entry goes; at least {@code bytes} of room. */
    ByteBuffer room(int bytes) {
        if (current == null || current.remaining() < bytes) {
            current = pool.take(bytes + 4 * header.length);
            for (int number : header) {
                current.putInt(number);
            }
            pages.add(current);
        }
        return current;
    }

    /** Writes all pages but the newest, which goes on. */
    void writeFull(CheckpointWriter to) throws IOException {
        while (pages.size() > 1) {
            write(pages.removeFirst(), to);
        }
    }

    /** Writes all that was collected. */
    void writeAll(CheckpointWriter to) throws IOException {
        for (ByteBuffer page : pages) {
            write(page, to);
        }
        pages.clear();
        current = null;
    }

    private void write(ByteBuffer page, CheckpointWriter to) throws IOException {
        to.section(type, page.array(), 0, page.position());
        pool.give(page);
    }

    /**
     * Pages of one checkpoint, used again: it needs as many as its largest stripe fills, and the stripe's lock is held
     * while they are filled, which is no time to have the system clear fresh ones. For one thread.
     */
    static final class Pool {
        private static final int PAGE_BYTES = (1 << 20) - 16; // with its header 1 MiB

        private final List<ByteBuffer> free = new ArrayList<>();

        private ByteBuffer take(int bytes) {
            if (bytes <= PAGE_BYTES && !free.isEmpty()) {
                return free.removeLast();
            }
            return ByteBuffer.allocate(Math.max(PAGE_BYTES, bytes)).order(ByteOrder.LITTLE_ENDIAN);
        }

        private void give(ByteBuffer page) {
            if (page.capacity() == PAGE_BYTES) {
                free.add(page.clear());
            }
        }
    }
}
