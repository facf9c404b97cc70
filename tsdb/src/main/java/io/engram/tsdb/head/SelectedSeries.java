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
    private int count;
    private int[] numbers;
    private long[] hi;
    private long[] lo;
    private long[] min;
    private long[] max;
    private int[] chunks;

    SelectedSeries(int capacity) {
        numbers = new int[capacity];
        hi = new long[capacity];
        lo = new long[capacity];
        min = new long[capacity];
        max = new long[capacity];
        chunks = new int[capacity];
    }

    void add(int number, long fingerprintHi, long fingerprintLo, long minMs, long maxMs, int chunkCount) {
        if (count == numbers.length) {
            resize(2 * count);
        }
        numbers[count] = number;
        hi[count] = fingerprintHi;
        lo[count] = fingerprintLo;
        min[count] = minMs;
        max[count] = maxMs;
        chunks[count++] = chunkCount;
    }

    private void resize(int length) {
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
        int[] labelStart = new int[count + 1];
        int[] labelIds = new int[16 * count + 64];
        int[] pairs = new int[32];
        int end = 0;
        for (int i = 0; i < count; i++) {
            int labels = view.labelCount(numbers[i]);
            if (labels > pairs.length) {
                pairs = new int[Math.max(labels, 2 * pairs.length)];
            }
            int n = view.pairIds(numbers[i], pairs);
            if (end + n > labelIds.length) {
                labelIds = Arrays.copyOf(labelIds, Math.max(2 * labelIds.length, end + n));
            }
            for (int k = 0; k < n; k++) {
                labelIds[end++] = dictionary.id(pairs[k]);
            }
            labelStart[i + 1] = end;
        }
        SeriesTable table = new SeriesTable(
                dictionary.labels(), hi, lo, labelStart, Arrays.copyOf(labelIds, end), min, max, chunks);
        return new HeadSelection(head, table, numbers, minMs, maxMs);
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
