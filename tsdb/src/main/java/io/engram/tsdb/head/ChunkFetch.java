package io.engram.tsdb.head;

import io.engram.model.read.ChunkBatch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the chunks of some series, 512 of them at a time: {@link OpenCopies} what is in memory, and sealed ones from the
 * files, without any lock. For one fetch after the other, each by one thread.
 */
final class ChunkFetch {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkFetch.class);
    /** Of a group each stripe has some 32 series: enough to wait for side by side, few for how long its lock is held. */
    private static final int GROUP = 512;
    /** Series whose sealed chunks are read ahead together: some chunks each fit into the processor's nearer caches. */
    private static final int AHEAD = 64;

    private final TenantHead head;
    private final HeadSelection selection;
    private final long minMs;
    private final long maxMs;
    private final int group;
    private final OpenCopies open;

    /** Of each series of the group: the sealed chunk to look at next, 0 for none. */
    private final long[] next;
    /** Of each series of the group: the oldest chunk that was found, + 1; entries name the one after. */
    private final int[] oldest;

    private long[] found = new long[16];
    private int[] newer = new int[16];
    private int foundCount;
    private BlockMarks.Released released;
    private final ReadAhead ahead;
    private final CRC32C crc = new CRC32C();

    /** @param seriesCount how many will be fetched at a time */
    ChunkFetch(TenantHead head, HeadSelection selection, long minMs, long maxMs, int seriesCount) {
        this.head = head;
        this.selection = selection;
        this.minMs = Math.max(minMs, head.truncatedMs());
        this.maxMs = maxMs;
        this.group = Math.min(GROUP, seriesCount);
        this.ahead = new ReadAhead(head);
        this.open = new OpenCopies(head, selection, ahead, this.minMs, maxMs, group);
        this.next = new long[group];
        this.oldest = new int[group];
    }

    /** Whether it may be used again: the head still begins where it did, and groups are as large as they would be. */
    boolean serves(long fromMs, int seriesCount) {
        return minMs == Math.max(fromMs, head.truncatedMs()) && group >= Math.min(GROUP, seriesCount);
    }

    void fetch(int[] ordinals, int from, int to, ChunkBatch into) {
        released = head.blocks().released();
        for (int start = from; start < to; start += group) {
            int count = Math.min(to - start, group);
            open.copy(ordinals, start, count);
            ChunkView files = head.chunks().view(); // after the copies: it has all that they refer to
            try {
                walk(ordinals, start, count, files);
                for (int slot = 0; slot < count; slot++) {
                    if (slot % AHEAD == 0) {
                        readAhead(slot, Math.min(count, slot + AHEAD), files);
                    }
                    emit(ordinals[start + slot], slot, files, into);
                }
            } finally {
                files.release();
            }
        }
    }

    private void emit(int ordinal, int slot, ChunkView files, ChunkBatch into) {
        for (int i = oldest[slot] - 1; i >= 0; i = newer[i] - 1) {
            emitSealed(found[i], files, into);
        }
        open.emit(slot, into);
        open.emitSide(slot, position -> emitSide(ordinal, position, files, into), into);
        into.endSeries();
    }

    private void emitSide(int ordinal, long position, ChunkView files, ChunkBatch into) {
        MemorySegment file = files.segment(position);
        if (file == null) {
            return; // behind retention
        }
        if (ChunkFrame.fingerprintLo(file, ChunkView.offset(position)) == selection.fingerprintLo(ordinal)) {
            emitSealed(position, files, into);
        } else {
            damaged(position, "another series");
        }
    }

    /** Finds the sealed chunks that overlap the range: of all series one chunk back at a time, as {@link OpenCopies} does. */
    private void walk(int[] ordinals, int start, int count, ChunkView files) {
        foundCount = 0;
        for (int slot = 0; slot < count; slot++) {
            next[slot] = open.sealed(slot);
            oldest[slot] = 0;
        }
        boolean more = true;
        while (more) {
            more = false;
            ahead.headers(next, count, files);
            for (int slot = 0; slot < count; slot++) {
                if (next[slot] != 0) {
                    next[slot] = look(ordinals[start + slot], slot, next[slot], files);
                    more = true;
                }
            }
        }
    }

    private void readAhead(int fromSlot, int toSlot, ChunkView files) {
        for (int slot = fromSlot; slot < toSlot; slot++) {
            for (int i = oldest[slot] - 1; i >= 0; i = newer[i] - 1) {
                ahead.chunk(files.segment(found[i]), ChunkView.offset(found[i]));
            }
        }
    }

    /** Notes the chunk where it overlaps the range. Returns the position of the one before it, 0 where that is not wanted. */
    private long look(int ordinal, int slot, long position, ChunkView files) {
        MemorySegment file = files.segment(position);
        if (file == null) {
            return 0; // behind retention
        }
        int at = ChunkView.offset(position);
        if (ChunkFrame.fingerprintLo(file, at) != selection.fingerprintLo(ordinal)) {
            damaged(position, "another series");
            return 0;
        }
        long chunkMaxMs = ChunkFrame.maxMs(file, at);
        if (chunkMaxMs < minMs || released.covers(chunkMaxMs, position)) {
            return 0;
        }
        if (ChunkFrame.minMs(file, at) <= maxMs) {
            if (foundCount == found.length) {
                found = Arrays.copyOf(found, 2 * foundCount);
                newer = Arrays.copyOf(newer, 2 * foundCount);
            }
            newer[foundCount] = oldest[slot];
            found[foundCount] = position;
            oldest[slot] = ++foundCount;
        }
        long previous = ChunkFrame.previous(file, at);
        if (previous >= position) {
            damaged(position, "a chain that turns back");
            return 0;
        }
        return previous;
    }

    /** The whole frame is copied, so that its checksum is that of the bytes handed out; the chunk begins behind its header. */
    private void emitSealed(long position, ChunkView files, ChunkBatch into) {
        MemorySegment file = files.segment(position);
        int at = ChunkView.offset(position);
        int length = ChunkFrame.HEADER_BYTES + ChunkFrame.dataLength(file, at);
        if (at + (long) length > HeadChunks.SEGMENT_BYTES) {
            damaged(position, "an impossible length");
            return;
        }
        int before = into.dataLength;
        int to = into.addChunk(
                ChunkFrame.encoding(file, at), ChunkFrame.minMs(file, at), ChunkFrame.maxMs(file, at), length);
        MemorySegment.copy(file, ValueLayout.JAVA_BYTE, at, into.data, to, length);
        int c = into.chunkCount - 1;
        if (!ChunkFrame.intact(into.data, to, length, crc)) {
            into.chunkCount = c;
            into.dataLength = before;
            damaged(position, "a wrong checksum");
            return;
        }
        into.offset[c] += ChunkFrame.HEADER_BYTES;
        into.length[c] -= ChunkFrame.HEADER_BYTES;
    }

    private void damaged(long position, String what) {
        head.chunks().noteDamage();
        LOG.error(
                "head chunk is damaged, its samples are left out tenant={} position={} found={}",
                head.tenant(),
                position,
                what);
    }
}
