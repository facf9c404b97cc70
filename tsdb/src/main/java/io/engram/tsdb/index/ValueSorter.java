package io.engram.tsdb.index;

import java.util.Arrays;

/** Puts pairs of one name in the order of their values' UTF-8 bytes. */
final class ValueSorter {
    private ValueSorter() {}

    /** A pair with the beginning of its value as a number, so that most comparisons need not go to the text. */
    private record Keyed(long key, int pairId) {}

    /** A sorted copy. */
    static int[] sort(int[] pairIds, Snapshot at) {
        var keyed = new Keyed[pairIds.length];
        for (int i = 0; i < keyed.length; i++) {
            keyed[i] = new Keyed(at.valueKey(pairIds[i]), pairIds[i]);
        }
        Arrays.sort(keyed, (a, b) -> {
            int byKey = Long.compareUnsigned(a.key, b.key);
            return byKey != 0 ? byKey : at.compareValues(a.pairId, b.pairId);
        });
        int[] sorted = new int[keyed.length];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = keyed[i].pairId;
        }
        return sorted;
    }

    static int[] merge(int[] a, int[] b, Snapshot at) {
        if (a.length == 0 || b.length == 0) {
            return a.length == 0 ? b : a;
        }
        int[] merged = new int[a.length + b.length];
        int i = 0;
        int j = 0;
        while (i < a.length && j < b.length) {
            merged[i + j] = at.compareValues(a[i], b[j]) <= 0 ? a[i++] : b[j++];
        }
        System.arraycopy(a, i, merged, i + j, a.length - i);
        System.arraycopy(b, j, merged, a.length + j, b.length - j);
        return merged;
    }
}
