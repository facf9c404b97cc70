package io.engram.tsdb.head;

import io.engram.tsdb.chunk.HistogramChunk;

/** The open histogram chunk of a series, and when it ends: by the same grid as those of floats, or by its size. */
final class OpenHistogram {
    /** A chunk ends when it has this many bytes, as Prometheus has it: what a query decodes for one sample of it. */
    static final int FULL_BYTES = 2048;
    /** But not before it has so many samples, lest layouts and first samples be all there is. */
    static final int FEWEST_SAMPLES = 10;
    /** Of histograms with thousands of buckets: what a chunk has, but for its last sample. */
    static final int LARGEST_BYTES = 1 << 18;

    final HistogramChunk chunk;
    /** The first time that belongs to the next chunk. */
    private long endMs;

    OpenHistogram(HistogramChunk chunk) {
        this.chunk = chunk;
    }

    OpenHistogram(HistogramChunk chunk, long endMs) {
        this.chunk = chunk;
        this.endMs = endMs;
    }

    long endMs() {
        return endMs;
    }

    /** Whether a sample at {@code timeMs}, above the last, begins a new chunk. */
    boolean endsBefore(long timeMs) {
        int count = chunk.count();
        int bytes = chunk.byteLength();
        return timeMs >= endMs
                || count >= ChunkGrid.MAX_SAMPLES
                || bytes >= LARGEST_BYTES
                || (bytes >= FULL_BYTES && count >= FEWEST_SAMPLES)
                || (count == 1 && timeMs >= cellEndMs(chunk.lastMs(), timeMs - chunk.lastMs()));
    }

    /** The chunk has got its first sample. */
    void begun() {
        long timeMs = chunk.lastMs();
        endMs = timeMs + ChunkGrid.untilEndMs(timeMs, ChunkGrid.RANGE_MS);
    }

    /** The chunk has got another sample; the second one tells the interval. */
    void appended(int countBefore, long lastMsBefore) {
        if (countBefore == 1) {
            endMs = cellEndMs(lastMsBefore, chunk.stepMs());
        }
    }

    private static long cellEndMs(long lastMs, long stepMs) {
        return lastMs + ChunkGrid.untilEndMs(lastMs, ChunkGrid.cellMs(stepMs));
    }
}
