package io.engram.tsdb.head;

import io.engram.model.labels.Label;
import io.engram.model.read.SeriesTable;
import io.engram.tsdb.index.LabelView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/** The series that a select has found, as columns that grow. For one thread. */
final class SelectedSeries {
    private static final int FIRST = 1 << 15;

    private final int most;
    private int count;
    private int[] numbers;
    private long[] hi;
    private long[] lo;
    private long[] min;
    private long[] max;
    private int[] chunks;

    /**
     * @param most series that there can be. Room grows in large steps: arrays of this size lie in memory that has often
     *     not been used before, which costs more than to fill them
     */
    SelectedSeries(int most) {
        this.most = most;
        int capacity = Math.min(most, FIRST);
        numbers = new int[capacity];
        hi = new long[capacity];
        lo = new long[capacity];
        min = new long[capacity];
        max = new long[capacity];
        chunks = new int[capacity];
    }

    void add(int number, long fingerprintHi, long fingerprintLo, long minMs, long maxMs, int chunkCount) {
        if (count == numbers.length) {
            resize((int) Math.min(most, 8L * count));
        }
        numbers[count] = number;
        hi[count] = fingerprintHi;
        lo[count] = fingerprintLo;
        min[count] = minMs;
        max[count] = maxMs;
        chunks[count++] = chunkCount;
    }

    private void resize(int length) {
        if (length == numbers.length) {
            return;
        }
        numbers = Arrays.copyOf(numbers, length);
        hi = Arrays.copyOf(hi, length);
        lo = Arrays.copyOf(lo, length);
        min = Arrays.copyOf(min, length);
        max = Arrays.copyOf(max, length);
        chunks = Arrays.copyOf(chunks, length);
    }

    HeadSelection toSelection(TenantHead head, LabelView view, long minMs, long maxMs) {
        resize(count);
        PairDictionary dictionary = new PairDictionary(view);
        int[] labelStart = labelStarts(view);
        int[] labelIds = new int[labelStart[count]];
        int[] pairs = {};
        int[] before = {};
        int beforeStart = 0;
        int beforeCount = 0;
        for (int i = 0; i < count; i++) {
            int start = labelStart[i];
            int n = labelStart[i + 1] - start;
            if (n > pairs.length) {
                pairs = new int[2 * n];
            }
            view.pairIds(numbers[i], pairs);
            for (int k = 0; k < n; k++) {
                // Series that came one after the other share most of their labels.
                labelIds[start + k] =
                        k < beforeCount && pairs[k] == before[k] ? labelIds[beforeStart + k] : dictionary.id(pairs[k]);
            }
            int[] free = before;
            before = pairs;
            pairs = free;
            beforeStart = start;
            beforeCount = n;
        }
        SeriesTable table = new SeriesTable(dictionary.labels(), hi, lo, labelStart, labelIds, min, max, chunks);
        return new HeadSelection(head, table, numbers, minMs, maxMs);
    }

    /** Counted before they are read, so that their array need not grow. */
    private int[] labelStarts(LabelView view) {
        int[] starts = new int[count + 1];
        for (int i = 0; i < count; i++) {
            starts[i + 1] = starts[i] + view.labelCount(numbers[i]);
        }
        return starts;
    }

    RoaringBitmap toBitmap() {
        return RoaringBitmap.bitmapOf(Arrays.copyOf(numbers, count));
    }

    /** Numbers the pairs of a selection from 0, in the order in which they occur. */
    private static final class PairDictionary {
        private final LabelView view;
        private final List<Label> labels = new ArrayList<>();
        /** Open addressing: pair id + 1, and its number here. */
        private int[] keys = new int[256];

        private int[] ids = new int[256];

        PairDictionary(LabelView view) {
            this.view = view;
        }

        int id(int pairId) {
            int slot = slot(keys, pairId + 1);
            if (keys[slot] == 0) {
                if (2 * labels.size() >= keys.length) {
                    grow();
                    slot = slot(keys, pairId + 1);
                }
                keys[slot] = pairId + 1;
                ids[slot] = labels.size();
                labels.add(view.label(pairId));
            }
            return ids[slot];
        }

        private static int slot(int[] keys, int key) {
            int mask = keys.length - 1;
            int i = key * 0x9E3779B9 >>> 8 & mask;
            while (keys[i] != 0 && keys[i] != key) {
                i = i + 1 & mask;
            }
            return i;
        }

        private void grow() {
            int[] oldKeys = keys;
            int[] oldIds = ids;
            keys = new int[2 * oldKeys.length];
            ids = new int[keys.length];
            for (int i = 0; i < oldKeys.length; i++) {
                if (oldKeys[i] != 0) {
                    int slot = slot(keys, oldKeys[i]);
                    keys[slot] = oldKeys[i];
                    ids[slot] = oldIds[i];
                }
            }
        }

        Label[] labels() {
            return labels.toArray(Label[]::new);
        }
    }
}
