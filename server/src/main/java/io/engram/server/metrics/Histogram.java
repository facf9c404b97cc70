package io.engram.server.metrics;

import com.codahale.metrics.Metric;
import java.util.Arrays;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often values fell below fixed bounds: Prometheus' classic histogram, which can be summed over instances.
 * Dropwizard's own keeps a sample of the values instead. Safe for all threads; observing costs about ten nanoseconds.
 */
public final class Histogram implements Metric {
    private final double[] bounds;
    /** One per bound, and one for what lies above the last. Each counts its own bucket only. */
    private final LongAdder[] counts;

    private final DoubleAdder sum = new DoubleAdder();

    /** @param bounds upper ends (included) of the buckets, rising; the bucket up to infinity is added */
    public Histogram(double... bounds) {
        for (int i = 0; i < bounds.length; i++) {
            if (!Double.isFinite(bounds[i]) || (i > 0 && bounds[i] <= bounds[i - 1])) {
                throw new IllegalArgumentException("bounds must be finite and rise: " + Arrays.toString(bounds));
            }
        }
        this.bounds = bounds.clone();
        this.counts = new LongAdder[bounds.length + 1];
        Arrays.setAll(counts, _ -> new LongAdder());
    }

    public void observe(double value) {
        int bucket = 0;
        while (bucket < bounds.length && !(value <= bounds[bucket])) {
            bucket++;
        }
        counts[bucket].increment();
        sum.add(value);
    }

    /** Buckets as they are shown, cumulative; the last is the count of all. */
    long[] cumulative() {
        long[] all = new long[counts.length];
        long total = 0;
        for (int i = 0; i < all.length; i++) {
            total += counts[i].sum();
            all[i] = total;
        }
        return all;
    }

    double[] bounds() {
        return bounds;
    }

    public long count() {
        long[] all = cumulative();
        return all[all.length - 1];
    }

    public double sum() {
        return sum.sum();
    }
}
