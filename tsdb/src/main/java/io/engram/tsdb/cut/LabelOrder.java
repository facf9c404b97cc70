package io.engram.tsdb.cut;

import io.engram.model.read.SeriesTable;
import java.util.Arrays;

/**
 * Puts series in label order without looking at a text. All are sorted by their first label, as numbers; those that share
 * it by their second, and so on until no two are left together. Eight bytes a series.
 */
final class LabelOrder {
    private final SeriesTable table;
    private final int[] ranks;
    /** Of each series: the rank of the label that is looked at, and the series below it. */
    private final long[] keys;

    /** @param ranks of each pair in the table's dictionary its place in label order, from 1; 0 is for no label */
    LabelOrder(SeriesTable table, int[] ranks) {
        this.table = table;
        this.ranks = ranks;
        this.keys = new long[table.size()];
    }

    int[] sort() {
        for (int s = 0; s < keys.length; s++) {
            keys[s] = s;
        }
        sort(0, keys.length, 0);
        int[] sorted = new int[keys.length];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = (int) keys[i];
        }
        return sorted;
    }

    /** Sorts the series at {@code [from, to)}, which have their first {@code depth} labels in common. */
    private void sort(int from, int to, int depth) {
        int shared = depth;
        while (readRanks(from, to, shared)) {
            if (keys[from] >>> 32 == 0) {
                return; // they have no more labels
            }
            shared++;
        }
        Arrays.sort(keys, from, to);
        for (int start = from; start < to; ) {
            long rank = keys[start] >>> 32;
            int end = start + 1;
            while (end < to && keys[end] >>> 32 == rank) {
                end++;
            }
            if (end - start > 1) {
                sort(start, end, shared + 1);
            }
            start = end;
        }
    }

    /** Takes the ranks of the labels at {@code depth} into the keys; true where all are the same. */
    private boolean readRanks(int from, int to, int depth) {
        int first = -1;
        boolean same = true;
        for (int i = from; i < to; i++) {
            int series = (int) keys[i];
            int at = table.labelStart()[series] + depth;
            int rank = at < table.labelStart()[series + 1] ? ranks[table.labelIds()[at]] : 0;
            keys[i] = (long) rank << 32 | series;
            same &= i == from || rank == first;
            first = rank;
        }
        return same;
    }
}
