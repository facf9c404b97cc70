package io.engram.model.regex;

import java.util.Arrays;

/** Gathers ranges of characters for a class; both ends of a range are included. */
final class CharRanges {
    private int[] ranges = new int[8];
    private int length;

    CharRanges add(int first, int last) {
        if (length == ranges.length) {
            ranges = Arrays.copyOf(ranges, length * 2);
        }
        ranges[length++] = first;
        ranges[length++] = last;
        return this;
    }

    CharRanges addAll(int... pairs) {
        for (int i = 0; i < pairs.length; i += 2) {
            add(pairs[i], pairs[i + 1]);
        }
        return this;
    }

    /** Adds the other case of every ASCII letter, and the two signs beyond ASCII that fold to one. */
    CharRanges addAsciiFolds() {
        int given = length;
        for (int i = 0; i < given; i += 2) {
            int first = Math.max(ranges[i], 'A');
            int last = Math.min(ranges[i + 1], 'z');
            for (int c = first; c <= last; c++) {
                if (c <= 'Z' || c >= 'a') {
                    add(c ^ 0x20, c ^ 0x20);
                    int lower = c | 0x20;
                    if (lower == 'k') {
                        add(0x212A, 0x212A);
                    } else if (lower == 's') {
                        add(0x17F, 0x17F);
                    }
                }
            }
        }
        return this;
    }

    boolean reachesBeyondAscii() {
        for (int i = 1; i < length; i += 2) {
            if (ranges[i] > 0x7F) {
                return true;
            }
        }
        return false;
    }

    /** Sorted and joined. */
    int[] toArray() {
        long[] sorted = new long[length / 2];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = (long) ranges[2 * i] << 32 | ranges[2 * i + 1];
        }
        Arrays.sort(sorted);
        int[] joined = new int[length];
        int count = 0;
        for (long range : sorted) {
            int first = (int) (range >>> 32);
            int last = (int) range;
            if (count > 0 && first <= joined[count - 1] + 1) {
                joined[count - 1] = Math.max(joined[count - 1], last);
            } else {
                joined[count++] = first;
                joined[count++] = last;
            }
        }
        return Arrays.copyOf(joined, count);
    }

    static int[] negate(int[] ranges) {
        var result = new CharRanges();
        int next = 0;
        for (int i = 0; i < ranges.length; i += 2) {
            if (ranges[i] > next) {
                result.add(next, ranges[i] - 1);
            }
            next = ranges[i + 1] + 1;
        }
        if (next <= Node.MAX_CHAR) {
            result.add(next, Node.MAX_CHAR);
        }
        return result.toArray();
    }
}
