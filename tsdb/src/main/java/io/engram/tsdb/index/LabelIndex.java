package io.engram.tsdb.index;

import io.engram.model.labels.Label;
import io.engram.tsdb.index.Generations.Generation;
import io.engram.tsdb.slab.ByteSlab;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.roaringbitmap.RoaringBitmap;

/**
 * The labels of one tenant's series and the way back from labels to series.
 *
 * <p>Thread rules: {@link #addSeries}, {@link #internPair}, {@link #removeSeries} and {@link #close} are the writer's:
 * one thread at a time, under the head's index lock. Everything else may be called by any thread at any time and never
 * makes the writer wait.
 */
public final class LabelIndex implements AutoCloseable {
    private static final int FIRST_IDS = 32;

    private final PairTable pairs;
    private final SeriesLabels series;
    private final Postings postings = new Postings();
    private final Generations generations = new Generations();

    /** Numbers below the limit that are no series; replaced, never changed. */
    private volatile RoaringBitmap absent = new RoaringBitmap();

    /** Written last when a series is added: who reads it sees all of the series. */
    private volatile int seriesLimit;

    private volatile int seriesCount;

    /** The writer's scratch: the pair ids of the series being added. */
    private int[] ids = new int[FIRST_IDS];

    /** Pair ids of the series added last: neighbours share most pairs, and comparing is cheaper than hashing. */
    private int[] lastIds = new int[FIRST_IDS];

    private int lastCount;
    private boolean closed;

    /** @param slab where text and label ids live; shared by all tenants of the process */
    public LabelIndex(ByteSlab slab) {
        this.pairs = new PairTable(slab);
        this.series = new SeriesLabels(slab);
    }

    /**
     * Adds a series; views taken after the return see it.
     *
     * @param number its number, higher than all before; gaps are allowed
     * @param labels canonical label bytes as in {@link io.engram.model.write.WriteBatch#labels}, at least one label;
     *     borrowed
     * @return how many labels it has
     * @throws IllegalArgumentException for a number already passed, or bytes that are not canonical; no series is added
     */
    public int addSeries(int number, byte[] labels, int offset, int length) {
        checkNumber(number);
        int end = offset + length;
        int count = 0;
        for (int at = offset; at < end; ) {
            if (labels[at] != PairBytes.NAME_TAG || at + 2 > end) {
                throw PairBytes.notCanonical(at);
            }
            int size = PairBytes.varint(labels, at + 1);
            at += 1 + PairBytes.varintLength(size);
            if (size < 0 || size > end - at) {
                throw PairBytes.notCanonical(at);
            }
            if (count == ids.length) {
                ids = Arrays.copyOf(ids, count * 2);
            }
            if (count < lastCount && pairs.is(lastIds[count], labels, at, size)) {
                ids[count] = lastIds[count];
            } else {
                ids[count] = internPair(labels, at, size);
            }
            count++;
            at += size;
        }
        addSeries(number, ids, 0, count);
        return count;
    }

    /** Adds a series whose pairs are already interned, sorted by name: replay of the log. */
    public void addSeries(int number, int[] pairIds, int from, int count) {
        checkNumber(number);
        if (count == 0) {
            throw new IllegalArgumentException("series " + number + " has no labels");
        }
        if (number > seriesLimit) {
            RoaringBitmap withGap = absent.clone();
            withGap.add((long) seriesLimit, number);
            absent = withGap;
        }
        series.add(number, pairIds, from, count);
        for (int i = from; i < from + count; i++) {
            postings.add(pairIds[i], number);
        }
        if (count > lastIds.length) {
            lastIds = new int[count];
        }
        System.arraycopy(pairIds, from, lastIds, 0, count);
        lastCount = count;
        seriesCount++;
        seriesLimit = number + 1;
    }

    /**
     * The id of a pair, given one if it is new.
     *
     * @param pair {@code 0A nameLen name 12 valueLen value}; borrowed
     * @throws IllegalArgumentException where the bytes are not exactly that
     */
    public int internPair(byte[] pair, int offset, int length) {
        PairBytes.check(pair, offset, length);
        return pairs.intern(pair, offset, length);
    }

    /**
     * Forgets series, and pairs that no series has any more. Memory is given back when the last view is closed that
     * could still see them. Their numbers, and the ids of such pairs, are never given out again by this index. Numbers
     * that are no series are ignored.
     */
    public void removeSeries(RoaringBitmap dead) {
        RoaringBitmap gone = RoaringBitmap.andNot(dead, absent);
        gone.remove(seriesLimit, 1L << 32);
        if (gone.isEmpty()) {
            return;
        }
        BitSet touched = pairsOf(gone);
        // Before the postings change: a reader that met half of a change finds the series here when it has finished.
        RoaringBitmap without = RoaringBitmap.or(absent, gone);
        without.runOptimize();
        absent = without;
        int[] deadPairs = new int[touched.cardinality()];
        int deadCount = 0;
        for (int pair = touched.nextSetBit(0); pair >= 0; pair = touched.nextSetBit(pair + 1)) {
            if (postings.remove(pair, gone)) {
                deadPairs[deadCount++] = pair;
            }
        }
        pairs.forget(deadPairs, deadCount);
        lastCount = 0;
        seriesCount -= gone.getCardinality();
        int[] retired = Arrays.copyOf(deadPairs, deadCount);
        generations.advance(() -> free(gone, retired));
    }

    /** A still picture of what is in the index now, for a reader; to be closed. */
    public LabelView view() {
        Generation held = generations.hold();
        int limit = seriesLimit; // before the rest: what is read after it is at least as new
        return new LabelView(
                generations, held, () -> absent, new Snapshot(pairs, postings, series, absent, held.number(), limit));
    }

    /** How many pairs a series has, which must exist; for the writer. */
    public int pairCount(int number) {
        return series.count(number);
    }

    /** A pair as text; for the writer. */
    public Label label(int pairId) {
        return pairs.label(pairId);
    }

    /** A number for the name of a pair, from 0 on in the order in which names came; for the writer. */
    public int nameNumber(int pairId) {
        return pairs.nameNumber(pairId);
    }

    /** The ids of a series' pairs, sorted by name; for the writer, others ask a view. Returns how many. */
    public int pairIds(int number, int[] into) {
        return absent.contains(number) ? 0 : series.pairIds(number, into);
    }

    /** One past the highest series number. */
    public int seriesLimit() {
        return seriesLimit;
    }

    /** One past the highest pair id: the pairs new since a moment are those from what this returned then. */
    public int pairLimit() {
        return pairs.limit();
    }

    /** Series that are in the index. */
    public int seriesCount() {
        return seriesCount;
    }

    /** Pairs that some series has, or that were interned and wait for one. */
    public int pairCount() {
        return pairs.live();
    }

    /** Length of {@link #copyPair} in bytes, or 0 for a pair that is gone; for the writer. */
    public int pairLength(int pairId) {
        return postings.isDead(pairId) ? 0 : pairs.length(pairId);
    }

    /** Writes {@code 0A nameLen name 12 valueLen value}; for the writer. Returns the length in bytes. */
    public int copyPair(int pairId, byte[] into, int offset) {
        return pairs.copy(pairId, into, offset);
    }

    /** How many series have a pair {@code 0A nameLen name 12 valueLen value}; for the writer, who knows exactly. */
    public int seriesWith(byte[] bytes, int offset, int length) {
        int pair = pairs.find(bytes, offset, length);
        return pair == PairTable.MISSING ? 0 : postings.cardinality(pair);
    }

    /** What labels and postings take, without what queries keep: a sum of counters. */
    public long ownBytes() {
        return series.bytes() + pairs.textBytes() + pairs.tableBytes() + postings.bytes();
    }

    /** The part of {@link #ownBytes} that does not lie in the slab. */
    public long tableBytes() {
        return pairs.tableBytes() + postings.bytes();
    }

    /** What is held now, slots of removed series included until they are given back. */
    public IndexBytes bytes() {
        long values = 0;
        int names = pairs.nameCount();
        for (int i = 0; i < names; i++) {
            values += pairs.name(i).cacheBytes();
        }
        return new IndexBytes(series.bytes(), pairs.textBytes(), pairs.tableBytes(), postings.bytes(), values);
    }

    /** Gives everything back to the slab, once the last view is closed. The index must not be used again. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            var all = new RoaringBitmap();
            all.add(0L, seriesLimit);
            all.andNot(absent);
            int[] living = IntStream.range(0, pairs.limit())
                    .filter(pair -> !postings.isDead(pair))
                    .toArray();
            generations.advance(() -> free(all, living));
        }
    }

    private void checkNumber(int number) {
        if (number < seriesLimit) {
            throw new IllegalArgumentException("series " + number + " is below the next number, " + seriesLimit);
        }
    }

    private BitSet pairsOf(RoaringBitmap numbers) {
        var found = new BitSet();
        for (var at = numbers.getIntIterator(); at.hasNext(); ) {
            int number = at.next();
            int count = series.count(number);
            ids = series.readPairIds(number, ids);
            for (int i = 0; i < count; i++) {
                found.set(ids[i]);
            }
        }
        return found;
    }

    private void free(RoaringBitmap numbers, int[] deadPairs) {
        for (var at = numbers.getIntIterator(); at.hasNext(); ) {
            series.free(at.next());
        }
        for (int pair : deadPairs) {
            pairs.freeText(pair);
        }
    }
}
