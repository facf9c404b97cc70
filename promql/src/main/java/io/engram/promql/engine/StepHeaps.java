package io.engram.promql.engine;

import java.util.Arrays;

/**
 * The k highest, or lowest, values of one group at each step, as rows are offered one after the other. NaN comes after
 * all numbers, and of equals the earlier series first, so the order of offers does not matter. Used by one thread.
 */
final class StepHeaps {
    private static final int INITIAL_ENTRIES = 4;

    private final boolean highest;
    private final int[] k;
    private final int[] size;
    // By step: heaps whose root is the worst of those kept.
    private final double[][] value;
    private final int[][] series;

    /** @param k how many to keep at each step */
    StepHeaps(boolean highest, int[] k) {
        this.highest = highest;
        this.k = k;
        this.size = new int[k.length];
        this.value = new double[k.length][];
        this.series = new int[k.length][];
    }

    /** @return by how many values it has grown */
    int offer(int step, double v, int ofSeries) {
        int n = size[step];
        if (n < k[step]) {
            if (n == 0) {
                value[step] = new double[Math.min(INITIAL_ENTRIES, k[step])];
                series[step] = new int[value[step].length];
            } else if (n == value[step].length) {
                value[step] = Arrays.copyOf(value[step], Math.min(2 * n, k[step]));
                series[step] = Arrays.copyOf(series[step], value[step].length);
            }
            value[step][n] = v;
            series[step][n] = ofSeries;
            size[step]++;
            up(value[step], series[step], n);
            return 1;
        }
        if (n > 0 && worse(value[step][0], series[step][0], v, ofSeries)) {
            value[step][0] = v;
            series[step][0] = ofSeries;
            down(value[step], series[step], n);
        }
        return 0;
    }

    void mergeFrom(StepHeaps other) {
        for (int step = 0; step < size.length; step++) {
            for (int i = 0; i < other.size[step]; i++) {
                offer(step, other.value[step][i], other.series[step][i]);
            }
        }
    }

    /** Receives what is kept at a step. */
    @FunctionalInterface
    interface Receiver {
        void accept(int series, double value);
    }

    /** Hands out what is kept at a step, best first, and keeps it no longer. */
    void drain(int step, Receiver receiver) {
        int n = size[step];
        int[] order = new int[n];
        double[] values = new double[n];
        for (int i = n - 1; i >= 0; i--) {
            order[i] = series[step][0];
            values[i] = value[step][0];
            value[step][0] = value[step][i];
            series[step][0] = series[step][i];
            down(value[step], series[step], i);
        }
        size[step] = 0;
        for (int i = 0; i < n; i++) {
            receiver.accept(order[i], values[i]);
        }
    }

    private boolean worse(double x, int xSeries, double y, int ySeries) {
        if (x == y) {
            return xSeries > ySeries;
        }
        if (Double.isNaN(x) || Double.isNaN(y)) {
            return Double.isNaN(x) && Double.isNaN(y) ? xSeries > ySeries : Double.isNaN(x);
        }
        return highest ? x < y : x > y;
    }

    private void up(double[] values, int[] owners, int at) {
        int i = at;
        while (i > 0 && worse(values[i], owners[i], values[(i - 1) / 2], owners[(i - 1) / 2])) {
            swap(values, owners, i, (i - 1) / 2);
            i = (i - 1) / 2;
        }
    }

    private void down(double[] values, int[] owners, int n) {
        int i = 0;
        while (true) {
            int worst = i;
            for (int child = 2 * i + 1; child <= 2 * i + 2 && child < n; child++) {
                if (worse(values[child], owners[child], values[worst], owners[worst])) {
                    worst = child;
                }
            }
            if (worst == i) {
                return;
            }
            swap(values, owners, i, worst);
            i = worst;
        }
    }

    private static void swap(double[] values, int[] owners, int i, int j) {
        double v = values[i];
        values[i] = values[j];
        values[j] = v;
        int s = owners[i];
        owners[i] = owners[j];
        owners[j] = s;
    }
}
