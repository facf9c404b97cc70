package io.engram.tsdb.head;

import io.engram.model.read.ChunkBatch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the chunks of some series, 256 of them at a time: {@link OpenCopies} what is in memory, and sealed ones from the
 * files, without any lock. For one fetch.
 */
final class ChunkFetch {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkFetch.class);
    private static final int GROUP = 256;

    private final TenantHead head;
    private final HeadSelection selection;
    private final long minMs;
    private final long maxMs;
    private final BlockMarks.Released released;
    private final int group;
    private final OpenCopies open;

    /** The sealed chunks of the group that overlap the range, newest first, and behind the last one of each series. */
    private long[] chain = new long[16];

    private final int[] chainEnd;
    private int chainLength;
    private final CRC32C crc = new CRC32C();

    /** @param seriesCount how many will be fetched */
    ChunkFetch(TenantHead head, HeadSelection selection, long minMs, long maxMs, int seriesCount) {
        this.head = head;
        this.selection = selection;
        this.minMs = Math.max(minMs, head.truncatedMs());
        this.maxMs = maxMs;
        this.released = head.blocks().released();
        this.group = Math.min(GROUP, seriesCount);
        this.open = new OpenCopies(head, selection, this.minMs, maxMs, group);
        this.chainEnd = new int[group];
    }

    void fetch(int[] ordinals, int from, int to, ChunkBatch into) {
        for (int start = from; start < to; start += group) {
            int count = Math.min(to - start, group);
            open.copy(ordinals, start, count);
            ChunkView files = head.chunks().view(); // after the copies: it has all that they refer to
            try {
                chainLength = 0;
                for (int slot = 0; slot < count; slot++) { // of all before any is copied: see OpenCopies
                    walk(ordinals[start + slot], open.sealed(slot), files);
                    chainEnd[slot] = chainLength;
                }
                for (int slot = 0; slot < count; slot++) {
                    emit(ordinals[start + slot], slot, files, into);
                }
            } finally {
                files.release();
            }
        }
    }

    private void emit(int ordinal, int slot, ChunkView files, ChunkBatch into) {
        int chainStart = slot == 0 ? 0 : chainEnd[slot - 1];
        for (int i = chainEnd[slot] - 1; i >= chainStart; i--) {
            emitSealed(chain[i], files, into);
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

    /** Adds the chunks of a series that overlap the range to {@link #chain}. */
    private void walk(int ordinal, long newest, ChunkView files) {
        long position = newest;
        while (position != 0) {
            MemorySegment file = files.segment(position);
            if (file == null) {
                break; // behind retention
            }
            int at = ChunkView.offset(position);
            if (ChunkFrame.fingerprintLo(file, at) != selection.fingerprintLo(ordinal)) {
                damaged(position, "another series");
                break;
            }
            long chunkMaxMs = ChunkFrame.maxMs(file, at);
            if (chunkMaxMs < minMs || released.covers(chunkMaxMs, position)) {
                break;
            }
            if (ChunkFrame.minMs(file, at) <= maxMs) {
                if (chainLength == chain.length) {
                    chain = Arrays.copyOf(chain, 2 * chainLength);
                }
                chain[chainLength++] = position;
            }
            long previous = ChunkFrame.previous(file, at);
            if (previous >= position) {
                damaged(position, "a chain that turns back");
                break;
            }
            position = previous;
        }
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
