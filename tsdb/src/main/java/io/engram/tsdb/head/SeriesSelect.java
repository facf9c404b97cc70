package io.engram.tsdb.head;

import static io.engram.tsdb.head.SeriesRecord.FINGERPRINT_HI;
import static io.engram.tsdb.head.SeriesRecord.FINGERPRINT_LO;
import static io.engram.tsdb.head.SeriesRecord.LIVE;
import static io.engram.tsdb.head.SeriesRecord.STATE;

import io.engram.model.labels.Matcher;
import io.engram.tsdb.index.LabelView;
import io.engram.tsdb.slab.RecordSlab;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.roaringbitmap.IntIterator;
import org.roaringbitmap.RoaringBitmap;

/**
 * Finds the series of one tenant that pass the matchers and have samples in a range: the index says which pass, their
 * records say which have samples. Records are looked at under the stripes' locks, 256 series a time. For one select.
 */
final class SeriesSelect {
    private static final int GROUP = 256;

    private final TenantHead head;
    private final long minMs;
    private final long maxMs;
    /** What is said of a series whose oldest sample was not looked for: a chunk may begin behind the retention. */
    private final long reportedMinMs;

    private final BlockMarks.Released released;
    private final OpenChunk chunk;
    private final SideTimes side;
    private final ReadAhead ahead;

    private int[] group;
    private long[] groupHi;
    private long[] groupLo;
    private long[] groupMin;
    private long[] groupMax;
    private int[] groupChunks;
    /** Where only the files can tell: the sealed chunk to begin at. */
    private long[] groupSealed;

    SeriesSelect(TenantHead head, long minMs, long maxMs) {
        this.head = head;
        this.minMs = Math.max(minMs, head.truncatedMs());
        this.maxMs = maxMs;
        this.released = head.blocks().released();
        this.reportedMinMs = Math.max(minMs, head.oldestMs() - ChunkGrid.RANGE_MS);
        this.chunk = new OpenChunk(head.memory().blocks());
        this.side = new SideTimes(this.minMs, maxMs);
        this.ahead = new ReadAhead(head);
    }

    HeadSelection select(List<Matcher> matchers) {
        try (LabelView view = head.index().view()) {
            RoaringBitmap passing = view.select(matchers);
            SelectedSeries found = new SelectedSeries(passing.getCardinality());
            visit(passing, found);
            return found.toSelection(head, view, minMs, maxMs);
        }
    }

    /** Those of {@code passing} that have samples in the range. */
    RoaringBitmap withSamples(RoaringBitmap passing) {
        SelectedSeries found = new SelectedSeries(passing.getCardinality());
        visit(passing, found);
        return found.toBitmap();
    }

    private void visit(RoaringBitmap passing, SelectedSeries into) {
        makeGroup(Math.min(passing.getCardinality(), GROUP));
        IntIterator numbers = passing.getIntIterator();
        while (numbers.hasNext()) {
            int n = 0;
            while (n < group.length && numbers.hasNext()) {
                group[n++] = numbers.next();
            }
            look(n);
            for (int i = 0; i < n; i++) {
                if (groupChunks[i] > 0) {
                    into.add(group[i], groupHi[i], groupLo[i], groupMin[i], groupMax[i], groupChunks[i]);
                }
            }
        }
    }

    private void makeGroup(int size) {
        group = new int[size];
        groupHi = new long[size];
        groupLo = new long[size];
        groupMin = new long[size];
        groupMax = new long[size];
        groupChunks = new int[size];
        groupSealed = new long[size];
    }

    private void look(int n) {
        ahead.records(group, n);
        boolean files = false;
        for (int i = 0; i < n; i++) {
            groupChunks[i] = 0;
            groupSealed[i] = 0;
            int extent = head.records().extent(group[i]);
            if (extent == RecordSlab.NONE) {
                groupHi[i] = 0;
                continue;
            }
            // Read without the lock: it only says which stripe to ask, and the stripe looks again.
            groupHi[i] = head.records().page(extent)[RecordSlab.offset(extent, group[i]) + FINGERPRINT_HI];
        }
        for (int s = 0; s < Stripe.COUNT; s++) {
            Stripe stripe = head.stripe(s);
            boolean locked = false;
            try {
                for (int i = 0; i < n; i++) {
                    if (Stripe.of(groupHi[i]) == s) {
                        if (!locked) {
                            stripe.lock.lock();
                            locked = true;
                        }
                        lookAt(i, stripe);
                        files |= groupSealed[i] != 0;
                    }
                }
            } finally {
                if (locked) {
                    stripe.lock.unlock();
                }
            }
        }
        if (files) {
            askFiles(n);
        }
    }

    private void lookAt(int i, Stripe stripe) {
        int extent = head.records().extent(group[i]);
        if (extent == RecordSlab.NONE) {
            return;
        }
        long[] page = head.records().page(extent);
        int at = RecordSlab.offset(extent, group[i]);
        if ((page[at + STATE] & LIVE) == 0 || Stripe.of(page[at + FINGERPRINT_HI]) != stripe.number) {
            return;
        }
        groupHi[i] = page[at + FINGERPRINT_HI];
        groupLo[i] = page[at + FINGERPRINT_LO];
        chunk.load(page, at, stripe.number);
        if (!chunk.hasSamples() || chunk.lastMs() < minMs) {
            return;
        }
        long firstMs = chunk.count() == 0 ? Long.MAX_VALUE : chunk.firstMs();
        groupMax[i] = Math.min(maxMs, chunk.lastMs());
        if (chunk.count() > 0 && firstMs <= maxMs) {
            boolean more = chunk.sealed() != 0 && firstMs > minMs;
            groupMin[i] = more ? reportedMinMs : firstMs;
            groupChunks[i] = 1 + (more ? estimate(groupMin[i], firstMs, chunk.stepMs()) : 0);
        } else {
            groupSealed[i] = head.chunks().position(chunk.sealed());
        }
        if ((page[at + STATE] & SideKind.ANY) != 0) {
            side.clear();
            stripe.side.addTimes(group[i], side);
            if (side.chunks > 0) {
                addSide(i);
            }
        }
    }

    /** There is something beside, so the files need not be asked whether there is anything at all. */
    private void addSide(int i) {
        groupMin[i] = Math.min(groupChunks[i] > 0 ? groupMin[i] : reportedMinMs, side.minMs);
        groupMax[i] = Math.min(maxMs, chunk.lastMs());
        groupChunks[i] += side.chunks + (groupSealed[i] != 0 ? 1 : 0);
        groupSealed[i] = 0;
    }

    /** Chunks that a series with this interval has between two times. */
    private static int estimate(long fromMs, long toMs, long stepMs) {
        long chunks = (toMs - fromMs) / ChunkGrid.cellMs(stepMs) + 1;
        return Math.clamp(chunks, 1, 1 << 16);
    }

    /** Where the open chunk is newer than the range, the chain of sealed chunks tells whether one overlaps. */
    private void askFiles(int n) {
        ChunkView files = head.chunks().view();
        try {
            ahead.headers(groupSealed, n, files);
            for (int i = 0; i < n; i++) {
                long position = groupSealed[i];
                while (position != 0) {
                    MemorySegment file = files.segment(position);
                    if (file == null) {
                        break;
                    }
                    int at = ChunkView.offset(position);
                    long chunkMaxMs = ChunkFrame.maxMs(file, at);
                    if (chunkMaxMs < minMs || released.covers(chunkMaxMs, position)) {
                        break;
                    }
                    if (ChunkFrame.minMs(file, at) <= maxMs) {
                        groupMax[i] = Math.min(groupMax[i], ChunkFrame.maxMs(file, at));
                        groupMin[i] = Math.min(ChunkFrame.minMs(file, at), reportedMinMs);
                        groupChunks[i] = 1 + (int) ((groupMax[i] - groupMin[i]) / ChunkGrid.RANGE_MS);
                        break;
                    }
                    long previous = ChunkFrame.previous(file, at);
                    position = previous < position ? previous : 0;
                }
            }
        } finally {
            files.release();
        }
    }
}
