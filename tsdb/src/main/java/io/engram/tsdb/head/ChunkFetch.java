package io.engram.tsdb.head;

import static io.engram.tsdb.head.SeriesRecord.LAST_MS;
import static io.engram.tsdb.head.SeriesRecord.STATE;

import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import io.engram.tsdb.slab.RecordSlab;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the chunks of some series: open chunks are copied under the stripes' locks, at most 256 series a time and one
 * stripe after the other, sealed ones are read from the files without any lock. For one fetch.
 */
final class ChunkFetch {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkFetch.class);
    private static final int GROUP = 256;

    private final TenantHead head;
    private final HeadSelection selection;
    private final long minMs;
    private final long maxMs;
    private final BlockMarks.Released released;
    private final OpenChunk chunk;

    /** Of each series of the group: its open chunk in {@link #open}, its times, and the sealed chunk before it. */
    private final int[] openOffset = new int[GROUP];

    private final int[] openLength = new int[GROUP];
    private final long[] openMinMs = new long[GROUP];
    private final long[] openMaxMs = new long[GROUP];
    private final long[] sealed = new long[GROUP];
    /** Under whose lock each of them is copied. */
    private final byte[] stripes = new byte[GROUP];

    private byte[] open = new byte[GROUP * 64];
    private int openEnd;

    private SideChunks side; // made where a series has something beside

    private long[] chain = new long[16];
    private final CRC32C crc = new CRC32C();

    ChunkFetch(TenantHead head, HeadSelection selection, long minMs, long maxMs) {
        this.head = head;
        this.selection = selection;
        this.minMs = Math.max(minMs, head.truncatedMs());
        this.maxMs = maxMs;
        this.released = head.blocks().released();
        this.chunk = new OpenChunk(head.memory().blocks());
    }

    void fetch(int[] ordinals, int from, int to, ChunkBatch into) {
        for (int start = from; start < to; start += GROUP) {
            int end = Math.min(to, start + GROUP);
            openEnd = 0;
            if (side != null) {
                side.clear();
            }
            int present = 0;
            for (int k = start; k < end; k++) {
                int stripe = Stripe.of(selection.fingerprintHi(ordinals[k]));
                stripes[k - start] = (byte) stripe;
                present |= 1 << stripe;
            }
            for (; present != 0; present &= present - 1) {
                copyOpen(head.stripe(Integer.numberOfTrailingZeros(present)), ordinals, start, end);
            }
            ChunkView files = head.chunks().view(); // after the copies: it has all that they refer to
            try {
                for (int k = start; k < end; k++) {
                    emit(ordinals[k], k - start, files, into);
                }
            } finally {
                files.release();
            }
        }
    }

    private void copyOpen(Stripe stripe, int[] ordinals, int start, int end) {
        stripe.lock.lock();
        try {
            for (int k = start; k < end; k++) {
                if (stripes[k - start] == stripe.number) {
                    copySeries(stripe, ordinals[k], k - start);
                }
            }
        } finally {
            stripe.lock.unlock();
        }
    }

    private void copySeries(Stripe stripe, int ordinal, int slot) {
        openLength[slot] = 0;
        sealed[slot] = 0;
        int number = selection.number(ordinal);
        int extent = head.records().extent(number);
        if (extent == RecordSlab.NONE) {
            return;
        }
        long[] page = head.records().page(extent);
        int at = RecordSlab.offset(extent, number);
        if (!selection.matches(ordinal, page, at) || page[at + LAST_MS] < minMs) {
            return;
        }
        chunk.load(page, at, stripe.number);
        long firstMs = chunk.count() == 0 ? Long.MAX_VALUE : chunk.firstMs();
        if (chunk.count() > 0 && firstMs <= maxMs) {
            int length = chunk.byteLength();
            if (openEnd + length + 16 > open.length) {
                open = Arrays.copyOf(open, Math.max(2 * open.length, openEnd + length + 16));
            }
            openOffset[slot] = openEnd;
            openLength[slot] = chunk.copy(open, openEnd);
            openMinMs[slot] = firstMs;
            openMaxMs[slot] = chunk.lastMs();
            openEnd += length;
        }
        if (firstMs > minMs) {
            sealed[slot] = head.chunks().position(chunk.sealed());
        }
        if ((page[at + STATE] & SideKind.ANY) != 0) {
            if (side == null) {
                side = new SideChunks(minMs, maxMs, GROUP);
            }
            side.series(slot);
            stripe.side.addChunks(number, side);
        }
    }

    private void emit(int ordinal, int slot, ChunkView files, ChunkBatch into) {
        int count = walk(ordinal, sealed[slot], files);
        for (int i = count - 1; i >= 0; i--) {
            emitSealed(chain[i], files, into);
        }
        if (openLength[slot] > 0) {
            int at = into.addChunk(ChunkEncoding.XOR, openMinMs[slot], openMaxMs[slot], openLength[slot]);
            System.arraycopy(open, openOffset[slot], into.data, at, openLength[slot]);
        }
        if (side != null) {
            side.emit(slot, position -> emitSide(ordinal, position, files, into), into);
        }
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

    /** Notes the chunks of the chain that overlap the range in {@link #chain}, newest first. Returns how many. */
    private int walk(int ordinal, long newest, ChunkView files) {
        int count = 0;
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
                if (count == chain.length) {
                    chain = Arrays.copyOf(chain, 2 * count);
                }
                chain[count++] = position;
            }
            long previous = ChunkFrame.previous(file, at);
            if (previous >= position) {
                damaged(position, "a chain that turns back");
                break;
            }
            position = previous;
        }
        return count;
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
