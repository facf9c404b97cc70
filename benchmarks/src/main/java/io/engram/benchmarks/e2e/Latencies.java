package io.engram.benchmarks.e2e;

import java.util.Arrays;
import java.util.List;

/** How long requests took, in ms. */
final class Latencies {
    private final double[] sorted;

    private Latencies(double[] sorted) {
        this.sorted = sorted;
    }

    static Latencies of(List<Double> ms) {
        double[] sorted = ms.stream().mapToDouble(d -> d).toArray();
        Arrays.sort(sorted);
        return new Latencies(sorted);
    }

    /** NaN where there was no request. */
    double p(double quantile) {
        return sorted.length == 0 ? Double.NaN : sorted[Math.min(sorted.length - 1, (int) (quantile * sorted.length))];
    }
}
