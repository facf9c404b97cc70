package io.engram.promql.engine.functions;

import java.util.Arrays;

/**
 * One series' values at all evaluation times of a query: a value per step and a bit that says whether there is one.
 * Fields are open because kernels loop over them; bits behind the last step are always 0. Used by one thread.
 */
public final class Row {
    public final int steps;
    public final double[] value;
    public final long[] present;

    public Row(int steps) {
        this.steps = steps;
        this.value = new double[steps];
        this.present = new long[(steps + 63) >>> 6];
    }

    public boolean has(int step) {
        return (present[step >> 6] & (1L << step)) != 0;
    }

    public void set(int step, double v) {
        value[step] = v;
        present[step >> 6] |= 1L << step;
    }

    public void remove(int step) {
        present[step >> 6] &= ~(1L << step);
    }

    public void clear() {
        Arrays.fill(present, 0);
    }

    /** Sets every step's value to what {@code value} holds. */
    public void markAll() {
        Arrays.fill(present, -1L);
        if ((steps & 63) != 0) {
            present[present.length - 1] = (1L << steps) - 1;
        }
    }

    /** Steps that have a value. */
    public int count() {
        int n = 0;
        for (long word : present) {
            n += Long.bitCount(word);
        }
        return n;
    }

    public boolean isEmpty() {
        for (long word : present) {
            if (word != 0) {
                return false;
            }
        }
        return true;
    }

    /** The last step that has a value, or -1. */
    public int last() {
        for (int word = present.length - 1; word >= 0; word--) {
            if (present[word] != 0) {
                return (word << 6) + 63 - Long.numberOfLeadingZeros(present[word]);
            }
        }
        return -1;
    }

    /** The first step at or behind {@code from} that has a value, or -1. */
    public int next(int from) {
        if (from >= steps) {
            return -1;
        }
        int word = from >> 6;
        long bits = present[word] & (-1L << from);
        while (bits == 0) {
            if (++word == present.length) {
                return -1;
            }
            bits = present[word];
        }
        return (word << 6) + Long.numberOfTrailingZeros(bits);
    }

    public void copyFrom(Row other) {
        System.arraycopy(other.value, 0, value, 0, steps);
        System.arraycopy(other.present, 0, present, 0, present.length);
    }

    public Row copy() {
        Row copy = new Row(steps);
        copy.copyFrom(this);
        return copy;
    }
}
