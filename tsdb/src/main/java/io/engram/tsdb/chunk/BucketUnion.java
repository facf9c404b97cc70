package io.engram.tsdb.chunk;

import io.engram.model.histogram.BucketIndexes;
import io.engram.model.histogram.Spans;
import java.util.Arrays;

/**
 * The buckets of a chunk and of a histogram that is to be added, brought together: which of them both have, and whether the
 * histogram can follow in the same chunk. For one side, positive or negative.
 */
final class BucketUnion {
    /** Buckets that the histogram has and the chunk has not. */
    int newInHistogram;
    /** Buckets that the chunk has and the histogram has not. */
    int missingInHistogram;

    private Spans spans = new Spans();
    private int[] inChunk = new int[16];
    private int[] inHistogram = new int[16];
    private int size;

    /**
     * Brings them together.
     *
     * @param counter whether counts may only rise, and used buckets not vanish
     * @return false where the counts say that the counter began anew
     */
    boolean unite(
            int[] chunkSpans,
            long[] chunkCounts,
            int[] histogramSpans,
            long[] histogramCounts,
            boolean isFloat,
            boolean counter) {
        newInHistogram = 0;
        missingInHistogram = 0;
        size = 0;
        spans = new Spans();
        BucketIndexes a = new BucketIndexes(chunkSpans);
        BucketIndexes b = new BucketIndexes(histogramSpans);
        boolean inA = a.next();
        boolean inB = b.next();
        int i = 0;
        int j = 0;
        while (inA || inB) {
            if (inA && inB && a.index() == b.index()) {
                if (counter && less(histogramCounts[j], chunkCounts[i], isFloat)) {
                    return false;
                }
                add(a.index(), i++, j++);
                inA = a.next();
                inB = b.next();
            } else if (inA && (!inB || a.index() < b.index())) {
                if (counter && !zero(chunkCounts[i], isFloat)) {
                    return false;
                }
                missingInHistogram++;
                add(a.index(), i++, -1);
                inA = a.next();
            } else {
                newInHistogram++;
                add(b.index(), -1, j++);
                inB = b.next();
            }
        }
        return true;
    }

    private void add(long index, int chunkBucket, int histogramBucket) {
        if (size == inChunk.length) {
            inChunk = Arrays.copyOf(inChunk, 2 * size);
            inHistogram = Arrays.copyOf(inHistogram, 2 * size);
        }
        inChunk[size] = chunkBucket;
        inHistogram[size++] = histogramBucket;
        spans.add(index);
    }

    static boolean less(long a, long b, boolean isFloat) {
        return isFloat ? Double.longBitsToDouble(a) < Double.longBitsToDouble(b) : a < b;
    }

    private static boolean zero(long count, boolean isFloat) {
        return isFloat ? Double.longBitsToDouble(count) == 0 : count == 0;
    }

    /** All buckets, in the fewest spans. */
    int[] spans() {
        return spans.toArray();
    }

    /** The chunk's counts in all buckets, zero where it had none. */
    long[] expandChunk(long[] counts) {
        return expand(counts, inChunk);
    }

    /** The histogram's counts in all buckets. */
    long[] expandHistogram(long[] counts) {
        return expand(counts, inHistogram);
    }

    private long[] expand(long[] counts, int[] from) {
        long[] expanded = new long[size];
        for (int k = 0; k < size; k++) {
            expanded[k] = from[k] < 0 ? 0 : counts[from[k]];
        }
        return expanded;
    }
}
