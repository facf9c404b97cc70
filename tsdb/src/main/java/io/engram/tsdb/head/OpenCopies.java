package io.engram.tsdb.head;

import static io.engram.tsdb.head.SeriesRecord.BLOCKS;
import static io.engram.tsdb.head.SeriesRecord.FINGERPRINT_HI;
import static io.engram.tsdb.head.SeriesRecord.FINGERPRINT_LO;
import static io.engram.tsdb.head.SeriesRecord.LAST_MS;
import static io.engram.tsdb.head.SeriesRecord.STATE;

import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import io.engram.tsdb.slab.RecordSlab;
import java.util.Arrays;

/**
 * What is in memory of a group of series, copied under the stripes' locks, one stripe after the other: open chunks, what
 * stands beside them, and where the sealed chunks begin.
 *
 * <p>Series in label order lie anywhere in memory, and each step to the next thing of one series waits for memory, 100 ns
 * and more. So the series of a stripe go side by side, a step of all before the next step of any: records, last blocks,
 * the blocks before them. Then the processor waits for many at a time.
 *
 * <p>Reused from group to group; for one thread.
 */
final class OpenCopies {
    private final TenantHead head;
    private final HeadSelection selection;
    private final ReadAhead ahead;
    private final long minMs;
    private final long maxMs;
    private final ChainWalk chains;
    private final OpenChunk chunk;
    private SideChunks side; // made where a series has something beside

    /** Of each series of the group: its open chunk in {@link #bytes}, and its times. */
    private final int[] offset;

    private final int[] length;
    private final long[] firstMs;
    private final long[] lastMs;
    /** The newest sealed chunk that may be wanted; 0 for none. */
    private final long[] sealed;

    private byte[] bytes;
    private int bytesEnd;

    /** Of each series of the group, what the selection says: its series lie as far apart as their records. */
    private final int[] number;

    private final long[] fingerprintHi;
    private final long[] fingerprintLo;

    /** The series of the group by stripe, and behind the last one of each stripe. */
    private final int[] slots;

    private final int[] stripeEnd = new int[Stripe.COUNT];
    /** Of each series of the group: the page of its record, null where it is not wanted, and where it is in there. */
    private final long[][] page;

    private final int[] place;

    /** @param size series of a group at most */
    OpenCopies(TenantHead head, HeadSelection selection, ReadAhead ahead, long minMs, long maxMs, int size) {
        this.head = head;
        this.selection = selection;
        this.ahead = ahead;
        this.minMs = minMs;
        this.maxMs = maxMs;
        this.chains = new ChainWalk(head.memory().blocks());
        this.chunk = new OpenChunk(head.memory().blocks());
        this.offset = new int[size];
        this.length = new int[size];
        this.firstMs = new long[size];
        this.lastMs = new long[size];
        this.sealed = new long[size];
        this.bytes = new byte[64 * size];
        this.number = new int[size];
        this.fingerprintHi = new long[size];
        this.fingerprintLo = new long[size];
        this.slots = new int[size];
        this.page = new long[size][];
        this.place = new int[size];
    }

    /** Copies what there is of the series {@code ordinals[from .. from + count)}, the slots 0 to {@code count}. */
    void copy(int[] ordinals, int from, int count) {
        bytesEnd = 0;
        if (side != null) {
            side.clear();
        }
        for (int slot = 0; slot < count; slot++) {
            int ordinal = ordinals[from + slot];
            number[slot] = selection.number(ordinal);
            fingerprintHi[slot] = selection.fingerprintHi(ordinal);
            fingerprintLo[slot] = selection.fingerprintLo(ordinal);
        }
        ahead.records(number, count);
        sort(count);
        int start = 0;
        for (int s = 0; s < Stripe.COUNT; s++) {
            if (stripeEnd[s] > start) {
                copy(head.stripe(s), start, stripeEnd[s]);
                start = stripeEnd[s];
            }
        }
    }

    private void sort(int count) {
        Arrays.fill(stripeEnd, 0);
        for (int slot = 0; slot < count; slot++) {
            stripeEnd[Stripe.of(fingerprintHi[slot])]++;
        }
        int sum = 0;
        for (int s = 0; s < Stripe.COUNT; s++) {
            int n = stripeEnd[s];
            stripeEnd[s] = sum;
            sum += n;
        }
        for (int slot = 0; slot < count; slot++) {
            slots[stripeEnd[Stripe.of(fingerprintHi[slot])]++] = slot;
        }
    }

    private void copy(Stripe stripe, int start, int end) {
        stripe.lock.lock();
        try {
            for (int k = start; k < end; k++) {
                findRecord(slots[k]);
            }
            for (int k = start; k < end; k++) {
                if (page[slots[k]] != null) {
                    look(slots[k], stripe);
                }
            }
            chains.read();
            for (int k = start; k < end; k++) {
                if (page[slots[k]] != null) {
                    copySeries(slots[k], stripe);
                }
            }
        } finally {
            stripe.lock.unlock();
        }
    }

    private void findRecord(int slot) {
        length[slot] = 0;
        sealed[slot] = 0;
        page[slot] = null;
        int extent = head.records().extent(number[slot]);
        if (extent == RecordSlab.NONE) {
            return;
        }
        long[] records = head.records().page(extent);
        int at = RecordSlab.offset(extent, number[slot]);
        if (records[at + FINGERPRINT_LO] == fingerprintLo[slot]
                && records[at + FINGERPRINT_HI] == fingerprintHi[slot]
                && records[at + LAST_MS] >= minMs) {
            page[slot] = records;
            place[slot] = at;
        }
    }

    private void look(int slot, Stripe stripe) {
        chunk.load(page[slot], place[slot], stripe.number);
        long first = chunk.count() == 0 ? Long.MAX_VALUE : chunk.firstMs();
        firstMs[slot] = first;
        lastMs[slot] = chunk.lastMs();
        if (isWanted(slot)) {
            chains.add(page[slot][place[slot] + BLOCKS]);
        }
        if (first > minMs) {
            sealed[slot] = head.chunks().position(chunk.sealed());
        }
    }

    /** Whether there is an open chunk that begins within the range. */
    private boolean isWanted(int slot) {
        return SeriesRecord.count(page[slot][place[slot] + STATE]) > 0 && firstMs[slot] <= maxMs;
    }

    private void copySeries(int slot, Stripe stripe) {
        long[] records = page[slot];
        int at = place[slot];
        if (isWanted(slot)) {
            chunk.load(records, at, stripe.number);
            int size = chunk.byteLength();
            if (bytesEnd + size + ChunkBatch.SLACK > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, bytesEnd + size + ChunkBatch.SLACK));
            }
            offset[slot] = bytesEnd;
            length[slot] = chunk.copy(bytes, bytesEnd);
            bytesEnd += size;
        }
        if ((records[at + STATE] & SideKind.ANY) != 0) {
            if (side == null) {
                side = new SideChunks(minMs, maxMs, offset.length);
            }
            side.series(slot);
            stripe.side.addChunks(number[slot], side);
        }
        page[slot] = null;
    }

    /** Where the series' chain of sealed chunks begins that are older than the open one; 0 for nowhere. */
    long sealed(int slot) {
        return sealed[slot];
    }

    /** Adds the series' open chunk, where there is one in the range. */
    void emit(int slot, ChunkBatch into) {
        if (length[slot] > 0) {
            int at = into.addChunk(ChunkEncoding.XOR, firstMs[slot], lastMs[slot], length[slot]);
            System.arraycopy(bytes, offset[slot], into.data, at, length[slot]);
        }
    }

    /** Adds what stands beside, behind the series' other chunks, and puts all in order. */
    void emitSide(int slot, SideChunks.Files files, ChunkBatch into) {
        if (side != null) {
            side.emit(slot, files, into);
        }
    }
}
