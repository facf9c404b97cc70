package io.engram.storegateway;

import io.engram.tsdb.block.CorruptBlock;
import io.engram.tsdb.block.IndexFormat;
import io.engram.tsdb.block.SeriesEntry;
import java.util.Arrays;
import org.roaringbitmap.IntIterator;
import org.roaringbitmap.RoaringBitmap;

/** Reads entries of series of one block, by pages of its index. For one thread. */
final class SeriesReader {
    /** Longer than what most entries have in front of their length; enough to read it. */
    private static final int LENGTH_BYTES = 10;

    /** Entries are read so far ahead, 4 MiB of the index: a query reads many blocks at a time. */
    private static final int BATCH_PAGES = 256;

    private static final int FIRST_BATCH = 1024;

    private final IndexHeader header;
    private final Pages pages;
    private final PageView view;
    private final FetchLimits limits;
    private final GatewayMetrics metrics;

    SeriesReader(IndexHeader header, Pages pages, FetchLimits limits, GatewayMetrics metrics) {
        this.header = header;
        this.pages = pages;
        this.view = new PageView(pages);
        this.limits = limits;
        this.metrics = metrics;
    }

    /**
     * Reads the entries of {@code refs} in their order, as many pages of the index at a time as a batch has, in as few
     * ranges as may be.
     *
     * @param entry is read into before each visit
     */
    void forEach(RoaringBitmap refs, SeriesEntry entry, Runnable visit) {
        int[] batch = new int[Math.min(FIRST_BATCH, refs.getCardinality())];
        IntIterator each = refs.getIntIterator();
        while (each.hasNext()) {
            int count = 0;
            int pageCount = 0;
            PageSet wanted = new PageSet();
            while (each.hasNext() && pageCount < BATCH_PAGES) {
                if (count == batch.length) {
                    batch = Arrays.copyOf(batch, 2 * count);
                }
                batch[count] = each.next();
                pageCount += want(batch[count++], wanted);
            }
            pages.load(wanted);
            for (int i = 0; i < count; i++) {
                read(batch[i], entry);
                visit.run();
            }
        }
    }

    /** Adds where an entry lies; returns how many pages there are more, about. */
    private int want(int ref, PageSet wanted) {
        long offset = IndexFormat.seriesOffset(ref);
        long end = header.contents().seriesEnd();
        if (offset >= end) {
            return 0; // damage, as reading it will say
        }
        // Where an entry ends is not known: most are not much longer than the average.
        return wanted.add(header.index(), offset, Math.min(offset + 2 * header.averageEntryBytes(), end));
    }

    /**
     * Reads an entry. What is not as it was written is read from the bucket again.
     *
     * @return {@code into}
     * @throws io.engram.model.failure.Failure where it is damaged the second time too
     */
    SeriesEntry read(int ref, SeriesEntry into) {
        try {
            return decode(ref, into);
        } catch (CorruptBlock first) {
            metrics.doubt();
            long offset = IndexFormat.seriesOffset(ref);
            if (offset < header.index().sizeBytes()) {
                view.refresh(header.index(), offset, 2 * header.averageEntryBytes());
            }
            try {
                return decode(ref, into);
            } catch (CorruptBlock second) {
                metrics.damage();
                throw Failures.damaged(header.key().tenant(), second);
            }
        }
    }

    private SeriesEntry decode(int ref, SeriesEntry into) {
        StoredFile index = header.index();
        long offset = IndexFormat.seriesOffset(ref);
        long room = header.contents().seriesEnd() - offset;
        if (offset < header.contents().series() || room <= 0) {
            throw index.path()
                    .corrupt(
                            offset,
                            "a series between " + header.contents().series() + " and "
                                    + header.contents().seriesEnd(),
                            "a reference to " + offset);
        }
        view.see(index, offset, (int) Math.min(room, LENGTH_BYTES));
        int whole = SeriesEntry.frameBytes(view.data, view.at, view.end, index.path(), offset);
        if (whole < 0 || whole > room) {
            throw index.path()
                    .corrupt(
                            offset,
                            "a series",
                            "the end of the series at " + header.contents().seriesEnd());
        }
        if (whole > view.end - view.at) {
            view.see(index, offset, whole);
        }
        limits.addBytes(whole);
        return into.decode(
                view.data,
                view.at,
                view.end,
                index.path(),
                ref,
                header.symbols().count());
    }
}
