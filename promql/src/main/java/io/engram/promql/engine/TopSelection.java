package io.engram.promql.engine;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/** The k highest, or lowest, of some values; NaN comes after all numbers, and of equals the earlier first. */
final class TopSelection {
    private TopSelection() {}

    /**
     * @param candidates in the order that breaks ties
     * @return those selected, best first
     */
    static int[] of(int[] candidates, IntToDoubleFunction value, int k, boolean highest) {
        if (k == 0) {
            return new int[0];
        }
        double[] key = new double[candidates.length];
        for (int i = 0; i < key.length; i++) {
            double v = value.applyAsDouble(candidates[i]);
            key[i] = highest ? -v : v;
        }
        // A heap of positions whose root is the worst of those kept.
        int[] heap = new int[Math.min(k, key.length)];
        int size = 0;
        for (int i = 0; i < key.length; i++) {
            if (size < heap.length) {
                heap[size] = i;
                up(heap, size++, key);
            } else if (worse(key, heap[0], i)) {
                heap[0] = i;
                down(heap, size, key);
            }
        }
        Integer[] kept = new Integer[size];
        for (int i = 0; i < size; i++) {
            kept[i] = heap[i];
        }
        Arrays.sort(kept, (a, b) -> worse(key, a, b) ? 1 : worse(key, b, a) ? -1 : 0);
        int[] result = new int[size];
        for (int i = 0; i < size; i++) {
            result[i] = candidates[kept[i]];
        }
        return result;
    }

    private static boolean worse(double[] key, int a, int b) {
        double x = key[a];
        double y = key[b];
        if (Double.isNaN(x) || Double.isNaN(y)) {
            return Double.isNaN(x) == Double.isNaN(y) ? a > b : Double.isNaN(x);
        }
        return x == y ? a > b : x > y;
    }

    private static void up(int[] heap, int at, double[] key) {
        int i = at;
        while (i > 0 && worse(key, heap[i], heap[(i - 1) / 2])) {
            int parent = (i - 1) / 2;
            int swap = heap[i];
            heap[i] = heap[parent];
            heap[parent] = swap;
            i = parent;
        }
    }

    private static void down(int[] heap, int size, double[] key) {
        int i = 0;
        while (true) {
            int worst = i;
            for (int child = 2 * i + 1; child <= 2 * i + 2 && child < size; child++) {
                if (worse(key, heap[child], heap[worst])) {
                    worst = child;
                }
            }
            if (worst == i) {
                return;
            }
            int swap = heap[i];
            heap[i] = heap[worst];
            heap[worst] = swap;
            i = worst;
        }
    }
}
