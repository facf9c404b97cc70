package io.engram.tsdb.head;

/**
 * Where open chunks are cut: a function of timestamps alone, so that two ingesters that hold the same series have the
 * same chunks, again soon after one of them restarted or missed a write.
 *
 * <p>Time since the epoch is divided into ranges of two hours, these into 2, 4, 8 … 256 cells. The first two samples of a
 * chunk tell the series' interval, and with it the largest cell that 120 samples fill; the chunk ends with that cell, or
 * at 120 samples. Cells nest, so whatever a chunk began with, the next boundary brings the copies together.
 */
final class ChunkGrid {
    static final long RANGE_MS = 2 * 3_600_000;
    static final int MAX_SAMPLES = 120;

    /** Scrapes jitter: a cell may hold this many by the first step, lest 14.9 s be taken for another interval than 15. */
    private static final int NOMINAL_SAMPLES = 122;

    private static final int MAX_SPLIT = 8;

    private ChunkGrid() {}

    /** How long the cells are for a series that brings a sample every {@code stepMs}. */
    static long cellMs(long stepMs) {
        int split = 0;
        while (split < MAX_SPLIT && RANGE_MS >> split > NOMINAL_SAMPLES * stepMs) {
            split++;
        }
        return RANGE_MS >> split;
    }

    /** Whether a series with such a step has both times in one cell. */
    static boolean isOneCell(long fromMs, long toMs, long stepMs) {
        long cellMs = cellMs(stepMs);
        return Math.floorDiv(fromMs, cellMs) == Math.floorDiv(toMs, cellMs);
    }

    /** From {@code timeMs} to the end of its cell; the end itself belongs to the next one. */
    static long untilEndMs(long timeMs, long cellMs) {
        return cellMs - Math.floorMod(timeMs, cellMs);
    }
}
