package io.engram.tsdb.head;

import static io.engram.tsdb.head.SeriesRecord.BLOCKS;
import static io.engram.tsdb.head.SeriesRecord.FINGERPRINT_HI;
import static io.engram.tsdb.head.SeriesRecord.FINGERPRINT_LO;
import static io.engram.tsdb.head.SeriesRecord.LIVE;
import static io.engram.tsdb.head.SeriesRecord.STATE;

import io.engram.tsdb.index.LabelIndex;
import io.engram.tsdb.slab.RecordSlab;
import io.engram.tsdb.wal.CheckpointWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes one tenant into a checkpoint while appends go on.
 *
 * <ol>
 *   <li>Stripe by stripe, under its lock: all records, open chunks and side stores, and the position of the log. What the log has of
 *       this stripe up to there is in the copy, what comes behind is not.
 *   <li>The series that exist then; those created since the stripes were copied are in the log too, which says the same.
 *   <li>The label pairs, so that they cover the series.
 *   <li>Sealed chunks are synced; how far they reach, and the tenant's times.
 * </ol>
 *
 * <p>Runs on the thread that also removes series, so none vanishes meanwhile.
 */
final class TenantCheckpoint {
    private static final int BATCH = 1024;
    /** Series of a stripe that are read ahead together: their chunks fit into the processor's cache. */
    private static final int READ_AHEAD = 64;

    private final TenantHead head;
    private final int ordinal;
    private final HeadLog log;
    private final CheckpointWriter to;
    private final SectionPages.Pool pool;
    private final long[] logPositions = new long[Stripe.LANES];
    private final OpenChunk chunk;
    private final ReadAhead ahead;
    private final ChainWalk chains;

    TenantCheckpoint(TenantHead head, int ordinal, HeadLog log, CheckpointWriter to, SectionPages.Pool pool) {
        this.head = head;
        this.ordinal = ordinal;
        this.log = log;
        this.to = to;
        this.pool = pool;
        this.chunk = new OpenChunk(head.memory().blocks());
        this.ahead = new ReadAhead(head);
        this.chains = new ChainWalk(head.memory().blocks());
    }

    void write() throws IOException {
        for (int lane = 0; lane < Stripe.LANES; lane++) {
            writeLane(head.lane(lane));
        }
        int nextSeries = writeSeries();
        writePairs();
        writeTenant(nextSeries);
    }

    private void writeLane(Stripe stripe) throws IOException {
        SectionPages pages = new SectionPages(pool, CheckpointFormat.STRIPE, ordinal, stripe.number);
        List<SectionPages> sides = new ArrayList<>();
        stripe.lock.lock();
        try {
            logPositions[stripe.number] = log.position();
            copyAll(stripe, pages);
            for (SideStore store : stripe.side.all()) {
                SideKind kind = store.kind();
                SectionPages side = new SectionPages(
                        pool, CheckpointFormat.SIDE, ordinal, stripe.number, kind.id | kind.version << 16);
                store.write(side);
                sides.add(side);
            }
        } finally {
            stripe.lock.unlock();
        }
        pages.writeAll(to);
        for (SectionPages side : sides) {
            side.writeAll(to);
        }
    }

    private void copyAll(Stripe stripe, SectionPages pages) {
        int[] group = new int[READ_AHEAD];
        int count = 0;
        FingerprintTable table = stripe.table;
        for (int slot = 0; slot < table.slotCount(); slot++) {
            int series = table.seriesAt(slot);
            if (series >= 0) {
                group[count++] = series;
            }
            if (count == READ_AHEAD || slot == table.slotCount() - 1) {
                copy(group, count, stripe, pages);
                count = 0;
            }
        }
    }

    private void copy(int[] group, int count, Stripe stripe, SectionPages pages) {
        ahead.records(group, count);
        for (int k = 0; k < count; k++) {
            int extent = head.records().extent(group[k]);
            chains.add(head.records().page(extent)[RecordSlab.offset(extent, group[k]) + BLOCKS]);
        }
        chains.read();
        for (int k = 0; k < count; k++) {
            int extent = head.records().extent(group[k]);
            copy(group[k], head.records().page(extent), RecordSlab.offset(extent, group[k]), stripe, pages);
        }
    }

    private void copy(int series, long[] page, int at, Stripe stripe, SectionPages pages) {
        chunk.load(page, at, stripe.number);
        if (!chunk.hasSamples()) {
            return;
        }
        ByteBuffer entry = pages.room(4 + 8 * CheckpointFormat.RECORD_WORDS + 4 + OpenChunk.MAX_BYTES + 16);
        entry.putInt(series);
        for (int i = 0; i < CheckpointFormat.RECORD_WORDS; i++) {
            entry.putLong(page[at + i]);
        }
        int length = chunk.count() == 0 ? 0 : chunk.copy(entry.array(), entry.position() + 4);
        entry.putInt(length).position(entry.position() + length);
    }

    private int writeSeries() throws IOException {
        SectionPages pages = new SectionPages(pool, CheckpointFormat.SERIES, ordinal);
        int[] pairIds = new int[1 << 16];
        int limit = 0;
        for (int from = 0; from == 0 || from < limit; from += BATCH) {
            head.indexLock().lock();
            try {
                limit = from == 0 ? head.nextSeries() : limit;
                for (int series = from; series < Math.min(limit, from + BATCH); series++) {
                    copyLabels(series, pairIds, pages);
                }
            } finally {
                head.indexLock().unlock();
            }
            pages.writeFull(to);
        }
        pages.writeAll(to);
        return limit;
    }

    private void copyLabels(int series, int[] pairIds, SectionPages pages) {
        int extent = head.records().extent(series);
        if (extent == RecordSlab.NONE) {
            return;
        }
        long[] page = head.records().page(extent);
        int at = RecordSlab.offset(extent, series);
        if ((page[at + STATE] & LIVE) != 0) {
            int count = head.index().pairIds(series, pairIds);
            ByteBuffer entry = pages.room(24 + 4 * count);
            entry.putInt(series).putLong(page[at + FINGERPRINT_HI]).putLong(page[at + FINGERPRINT_LO]);
            entry.putInt(count);
            for (int i = 0; i < count; i++) {
                entry.putInt(pairIds[i]);
            }
        }
    }

    private void writePairs() throws IOException {
        SectionPages pages = new SectionPages(pool, CheckpointFormat.PAIRS, ordinal);
        LabelIndex index = head.index();
        int limit = 0;
        for (int from = 0; from == 0 || from < limit; from += BATCH) {
            head.indexLock().lock();
            try {
                limit = from == 0 ? index.pairLimit() : limit;
                for (int id = from; id < Math.min(limit, from + BATCH); id++) {
                    int length = index.pairLength(id);
                    if (length > 0) {
                        ByteBuffer entry = pages.room(8 + length);
                        entry.putInt(id).putInt(length);
                        index.copyPair(id, entry.array(), entry.position());
                        entry.position(entry.position() + length);
                    }
                }
            } finally {
                head.indexLock().unlock();
            }
            pages.writeFull(to);
        }
        pages.writeAll(to);
    }

    private void writeTenant(int nextSeries) throws IOException {
        HeadChunks.Extent chunks = head.chunks().sync();
        byte[] id = head.tenant().value().getBytes(StandardCharsets.UTF_8);
        SectionPages pages = new SectionPages(pool, CheckpointFormat.TENANT, ordinal);
        ByteBuffer entry = pages.room(88 + id.length + 16 * chunks.numbers().length + 8 * Stripe.LANES);
        entry.putShort((short) id.length).put(id);
        entry.putLong(head.newestMs()).putLong(head.oldestMs()).putLong(head.truncatedMs());
        entry.putInt(nextSeries);
        entry.putLong(chunks.end()).putInt(chunks.numbers().length);
        for (int i = 0; i < chunks.numbers().length; i++) {
            entry.putLong(chunks.numbers()[i]).putLong(chunks.newestMs()[i]);
        }
        for (long position : logPositions) {
            entry.putLong(position);
        }
        BlockMarks.Released released = head.blocks().released();
        entry.putLong(released.beforeMs()).putLong(released.position());
        entry.putLong(head.blocks().unshippedMs());
        pages.writeAll(to);
    }
}
