package io.engram.model.testing;

import io.engram.model.StaleMarker;
import io.engram.model.histogram.Histogram;
import io.engram.model.histogram.Histogram.FloatCounts;
import io.engram.model.histogram.Histogram.IntegerCounts;
import io.engram.model.histogram.ResetHint;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Valid histograms for property tests. */
public final class RandomHistograms {
    private static final int[] NO_SPANS = {};
    private static final double[] NO_BOUNDS = {};

    private RandomHistograms() {}

    public static Histogram stale(boolean isFloat) {
        return new Histogram(
                ResetHint.UNKNOWN,
                0,
                0,
                StaleMarker.VALUE,
                isFloat
                        ? new FloatCounts(0, 0, new double[0], new double[0])
                        : new IntegerCounts(0, 0, new long[0], new long[0]),
                NO_SPANS,
                NO_SPANS,
                NO_BOUNDS);
    }

    public static Histogram next(SplittableRandom random) {
        boolean custom = random.nextInt(5) == 0;
        int[] positiveSpans = spans(random, custom ? 0 : random.nextInt(-60, 60));
        int[] negativeSpans = custom ? NO_SPANS : spans(random, random.nextInt(-60, 60));
        long[] positive = counts(random, positiveSpans);
        long[] negative = counts(random, negativeSpans);
        long zeroCount = custom ? 0 : random.nextInt(10);
        long count = zeroCount
                + Arrays.stream(positive).sum()
                + Arrays.stream(negative).sum();
        Histogram.Counts counts = random.nextBoolean()
                ? new IntegerCounts(count, zeroCount, positive, negative)
                : new FloatCounts(count / 3.0, zeroCount / 3.0, thirds(positive), thirds(negative));
        double[] bounds = custom ? bounds(random, positiveSpans) : NO_BOUNDS;
        return new Histogram(
                ResetHint.values()[random.nextInt(4)],
                custom ? Histogram.CUSTOM_SCHEMA : random.nextInt(-4, 9),
                custom ? 0 : random.nextInt(3) * 0.001,
                random.nextInt(1000) / 8.0,
                counts,
                positiveSpans,
                negativeSpans,
                bounds);
    }

    /** One that counts more: buckets rise by a little, and some new ones may appear. */
    public static Histogram after(Histogram h, SplittableRandom random) {
        boolean custom = h.schema() == Histogram.CUSTOM_SCHEMA;
        return switch (h.counts()) {
            case IntegerCounts c -> {
                long[] positive = risen(c.positive(), random);
                long[] negative = risen(c.negative(), random);
                int[] spans = h.positiveSpans();
                if (!custom && random.nextInt(6) == 0) {
                    spans = Arrays.copyOf(spans, spans.length + 2);
                    spans[spans.length - 2] = random.nextInt(3);
                    spans[spans.length - 1] = 1;
                    positive = Arrays.copyOf(positive, positive.length + 1);
                    positive[positive.length - 1] = random.nextInt(4);
                }
                long zero = c.zeroCount() + (custom ? 0 : random.nextInt(3));
                long count = zero
                        + Arrays.stream(positive).sum()
                        + Arrays.stream(negative).sum();
                yield with(h, new IntegerCounts(count, zero, positive, negative), spans, random);
            }
            case FloatCounts c ->
                with(
                        h,
                        new FloatCounts(
                                c.count() + random.nextInt(3) / 2.0,
                                c.zeroCount(),
                                Arrays.stream(c.positive())
                                        .map(v -> v + random.nextInt(3) / 4.0)
                                        .toArray(),
                                c.negative()),
                        h.positiveSpans(),
                        random);
        };
    }

    private static Histogram with(Histogram h, Histogram.Counts counts, int[] positiveSpans, SplittableRandom random) {
        return new Histogram(
                h.resetHint(),
                h.schema(),
                h.zeroThreshold(),
                h.sum() + random.nextInt(100) / 16.0,
                counts,
                positiveSpans,
                h.negativeSpans(),
                h.customBounds());
    }

    private static long[] risen(long[] counts, SplittableRandom random) {
        return Arrays.stream(counts).map(v -> v + random.nextInt(4)).toArray();
    }

    private static double[] thirds(long[] counts) {
        return Arrays.stream(counts).mapToDouble(v -> v / 3.0).toArray();
    }

    private static int[] spans(SplittableRandom random, int first) {
        int[] spans = new int[2 * random.nextInt(4)];
        for (int i = 0; i < spans.length; i += 2) {
            spans[i] = i == 0 ? first : random.nextInt(5);
            spans[i + 1] = random.nextInt(6);
        }
        return spans;
    }

    private static long[] counts(SplittableRandom random, int[] spans) {
        int count = 0;
        for (int i = 1; i < spans.length; i += 2) {
            count += spans[i];
        }
        long[] counts = new long[count];
        Arrays.setAll(counts, _ -> random.nextInt(3) == 0 ? 0 : random.nextInt(500));
        return counts;
    }

    private static double[] bounds(SplittableRandom random, int[] spans) {
        double[] bounds = new double[Arrays.stream(spans).sum()];
        double bound = random.nextInt(-4, 4);
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = bound;
            bound += (1 + random.nextInt(8)) / (random.nextBoolean() ? 8.0 : 3.0);
        }
        return bounds;
    }
}
