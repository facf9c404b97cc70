package io.engram.model.histogram;

/**
 * Walks the indexes of the buckets that spans name, ascending. One walk per object.
 *
 * <pre>
 * spans   {-2, 2, 3, 1}      offset -2, two buckets; three left out, one bucket
 * indexes -2, -1, 3
 * </pre>
 */
public final class BucketIndexes {
    private final int[] spans;
    private int next; // of the pair that comes when the current span is through
    private long left; // buckets left in the current span
    private long index = -1;

    public BucketIndexes(int[] spans) {
        this.spans = spans;
    }

    /** Goes to the next bucket; false where there is none. */
    public boolean next() {
        while (left == 0) {
            if (next >= spans.length) {
                return false;
            }
            index += spans[next];
            left = Integer.toUnsignedLong(spans[next + 1]);
            next += 2;
        }
        left--;
        index++;
        return true;
    }

    /** Of the bucket that {@link #next} went to; fits an {@code int} where the spans are valid. */
    public long index() {
        return index;
    }

    /** How many buckets spans name; at most 2⁶². */
    public static long count(int[] spans) {
        long count = 0;
        for (int i = 1; i < spans.length; i += 2) {
            count += Integer.toUnsignedLong(spans[i]);
        }
        return count;
    }
}
