package io.engram.tsdb.index;

import io.engram.tsdb.slab.ByteSlab;
import org.roaringbitmap.RoaringBitmap;

/**
 * The labels of one tenant's series and the way back from labels to series.
 *
 * <p>Thread rules: {@link #addSeries}, {@link #internPair}, {@link #removeSeries} and {@link #close} are the writer's:
 * one thread at a time, under the head's index lock. Everything else may be called by any thread at any time and never
 * makes the writer wait.
 */
public final class LabelIndex implements AutoCloseable {
    /** @param slab where text and label ids live; shared by all tenants of the process */
    public LabelIndex(ByteSlab slab) {
        throw new IllegalStateException();
    }

    /**
     * Adds a series; views taken after the return see it.
     *
     * @param series its number, higher than all before; gaps are allowed
     * @param labels canonical label bytes as in {@link io.engram.model.write.WriteBatch#labels}; borrowed
     * @return how many labels it has
     * @throws IllegalArgumentException for a number already passed, or bytes that are not canonical; nothing is added
     */
    public int addSeries(int series, byte[] labels, int offset, int length) {
        throw new IllegalStateException();
    }

    /** Adds a series whose pairs are already interned, sorted by name: replay of the log. */
    public void addSeries(int series, int[] pairIds, int from, int count) {
        throw new IllegalStateException();
    }

    /**
     * The id of a pair, given one if it is new.
     *
     * @param pair {@code 0A nameLen name 12 valueLen value}; borrowed
     */
    public int internPair(byte[] pair, int offset, int length) {
        throw new IllegalStateException();
    }

    /**
     * Forgets series, and pairs that no series has any more. Memory is given back when the last view is closed that
     * could still see them. Their numbers, and the ids of such pairs, are never given out again by this index.
     */
    public void removeSeries(RoaringBitmap dead) {
        throw new IllegalStateException();
    }

    /** A still picture of what is in the index now, for a reader; to be closed. */
    public LabelView view() {
        throw new IllegalStateException();
    }

    /** The ids of a series' pairs, sorted by name; for the writer, others ask a view. Returns how many. */
    public int pairIds(int series, int[] into) {
        throw new IllegalStateException();
    }

    /** One past the highest series number. */
    public int seriesLimit() {
        throw new IllegalStateException();
    }

    /** One past the highest pair id: the pairs new since a moment are those from what this returned then. */
    public int pairLimit() {
        throw new IllegalStateException();
    }

    /** Series that are in the index. */
    public int seriesCount() {
        throw new IllegalStateException();
    }

    /** Pairs that some series has, or that were interned and wait for one. */
    public int pairCount() {
        throw new IllegalStateException();
    }

    /** Length of {@link #copyPair} in bytes, or 0 for a pair that is gone; for the writer. */
    public int pairLength(int pairId) {
        throw new IllegalStateException();
    }

    /** Writes {@code 0A nameLen name 12 valueLen value}; for the writer. Returns the length in bytes. */
    public int copyPair(int pairId, byte[] into, int offset) {
        throw new IllegalStateException();
    }

    /** What is held now. */
    public IndexBytes bytes() {
        throw new IllegalStateException();
    }

    /** Gives everything back to the slab, once the last view is closed. The index must not be used again. */
    @Override
    public void close() {
        throw new IllegalStateException();
    }
}
