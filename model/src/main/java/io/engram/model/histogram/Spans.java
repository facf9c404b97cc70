package io.engram.model.histogram;

import java.util.Arrays;

/** Collects bucket indexes, ascending, into the fewest spans that name them. */
public final class Spans {
    private static final int[] NONE = {};

    private int[] spans = new int[8];
    private int length;
    private long last;

    /** @param index above the one before */
    public void add(long index) {
        if (length > 0 && index == last + 1) {
            spans[length - 1]++;
        } else {
            if (length == spans.length) {
                spans = Arrays.copyOf(spans, 2 * length);
            }
            spans[length] = (int) (length == 0 ? index : index - last - 1);
            spans[length + 1] = 1;
            length += 2;
        }
        last = index;
    }

    /** As {@link Histogram} has them. */
    public int[] toArray() {
        return length == 0 ? NONE : Arrays.copyOf(spans, length);
    }
}
