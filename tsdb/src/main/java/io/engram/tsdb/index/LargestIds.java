package io.engram.tsdb.index;

import io.engram.model.cardinality.Count;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.IntBinaryOperator;
import java.util.function.IntFunction;

/** The ids with the largest counts, of as many as are offered: a heap whose root is the first to give way. */
final class LargestIds {
    /** Most heaps stay small: there is not more room than there may be ids. */
    private final int limit;

    private final IntBinaryOperator order;
    private long[] counts = new long[16];
    private int[] ids = new int[16];
    private int size;

    /** @param order of ids whose counts are equal: negative where the first goes first */
    LargestIds(int limit, IntBinaryOperator order) {
        this.limit = limit;
        this.order = order;
    }

    void offer(int id, long count) {
        if (size < limit) {
            if (size == ids.length) {
                counts = Arrays.copyOf(counts, 2 * size);
                ids = Arrays.copyOf(ids, 2 * size);
            }
            counts[size] = count;
            ids[size] = id;
            up(size++);
        } else if (size > 0 && (count > counts[0] || (count == counts[0] && order.applyAsInt(id, ids[0]) < 0))) {
            counts[0] = count;
            ids[0] = id;
            down(0);
        }
    }

    /** The largest first; empties this. */
    List<Count> take(IntFunction<String> name) {
        List<Count> rising = new ArrayList<>(size);
        while (size > 0) {
            rising.add(new Count(name.apply(ids[0]), counts[0]));
            size--;
            counts[0] = counts[size];
            ids[0] = ids[size];
            down(0);
        }
        Collections.reverse(rising);
        return rising;
    }

    /** Whether the one at {@code a} gives way before the one at {@code b}. */
    private boolean givesWay(int a, int b) {
        return counts[a] < counts[b] || (counts[a] == counts[b] && order.applyAsInt(ids[a], ids[b]) > 0);
    }

    private void up(int from) {
        int at = from;
        while (at > 0 && givesWay(at, (at - 1) / 2)) {
            swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    private void down(int from) {
        int at = from;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && givesWay(child + 1, child)) {
                child++;
            }
            if (!givesWay(child, at)) {
                return;
            }
            swap(at, child);
            at = child;
        }
    }

    private void swap(int a, int b) {
        long count = counts[a];
        counts[a] = counts[b];
        counts[b] = count;
        int id = ids[a];
        ids[a] = ids[b];
        ids[b] = id;
    }
}
