package io.engram.promql.engine.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.StaleMarker;
import io.engram.model.testing.Seeds;
import io.engram.promql.engine.functions.SlidingFold.Kind;
import io.engram.promql.storage.SampleColumns;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The sliding kernels against ones that look at each window from scratch. */
class SlidingKernelsTest {
    private static final int ROUNDS = 300;

    /** What a window without a value gives. */
    private static final Double NONE = null;

    @FunctionalInterface
    private interface Naive {
        Double at(SampleColumns in, int from, int to, long startMs, long endMs);
    }

    private static SampleColumns samples(SplittableRandom random, boolean counter) {
        SampleColumns in = new SampleColumns();
        int n = random.nextInt(400);
        long t = random.nextLong(-200_000, 200_000);
        double v = random.nextDouble(100);
        for (int i = 0; i < n; i++) {
            t += 1 + random.nextInt(random.nextInt(10) == 0 ? 120_000 : 20_000);
            int kind = random.nextInt(40);
            if (counter) {
                v = kind == 0 ? random.nextDouble(5) : v + random.nextDouble(10);
                in.add(t, kind == 1 ? Double.NaN : v);
            } else {
                in.add(
                        t,
                        switch (kind) {
                            case 0 -> Double.NaN;
                            case 1 -> Double.POSITIVE_INFINITY;
                            case 2 -> 1e300;
                            case 3 -> -1e300;
                            default -> random.nextDouble(-50, 50);
                        });
            }
        }
        return in;
    }

    private static Windows windows(SplittableRandom random) {
        boolean fixed = random.nextInt(8) == 0;
        return new Windows(
                1 + random.nextInt(200),
                random.nextLong(-300_000, 300_000),
                1 + random.nextInt(60_000),
                random.nextLong(-100_000, 100_000),
                fixed,
                random.nextLong(0, 1_000_000),
                1 + random.nextInt(random.nextBoolean() ? 20_000 : 600_000));
    }

    private static void check(SampleColumns in, Windows windows, RangeFunction kernel, Naive naive) {
        Row row = new Row(windows.steps());
        kernel.apply(in, windows, row);
        for (int step = 0; step < windows.steps(); step++) {
            long end = windows.endMs(step);
            long start = end - windows.rangeMs();
            int from = 0;
            while (from < in.size && in.timestampMs[from] <= start) {
                from++;
            }
            int to = from;
            while (to < in.size && in.timestampMs[to] <= end) {
                to++;
            }
            Double expected = from == to ? NONE : naive.at(in, from, to, start, end);
            assertEquals(expected != null, row.has(step), "presence at step " + step);
            if (expected != null) {
                double tolerance = Math.abs(expected) * 1e-12 + 1e-300;
                assertEquals(expected, row.value[step], Double.isFinite(tolerance) ? tolerance : 0, "step " + step);
            }
        }
    }

    @Test
    void ratesEqualThoseOfEachWindowAlone() {
        Seeds.check(ROUNDS, random -> {
            SampleColumns in = samples(random, true);
            if (random.nextBoolean()) {
                changeReplicas(random, in);
            }
            Windows windows = windows(random);
            for (int kind = 0; kind < 3; kind++) {
                boolean counter = kind < 2;
                boolean perSecond = kind == 0;
                check(
                        in,
                        windows,
                        new Rate(counter, perSecond),
                        (s, from, to, start, end) -> naiveRate(s, from, to, start, end, counter, perSecond));
            }
        });
    }

    private static void changeReplicas(SplittableRandom random, SampleColumns in) {
        for (int i = 1; i < in.size; i++) {
            if (random.nextInt(20) == 0) {
                in.addChange(i, random.nextDouble(20), random.nextBoolean());
            }
        }
    }

    /** Prometheus' {@code extrapolatedRate}, word for word, but for changes of replica. */
    private static Double naiveRate(
            SampleColumns in, int from, int to, long start, long end, boolean counter, boolean perSecond) {
        if (to - from < 2) {
            return NONE;
        }
        double result = in.value[to - 1] - in.value[from];
        for (int i = from + 1; counter && i < to; i++) {
            int change = in.firstChange(i);
            if (change < in.changeCount && in.changeAt[change] == i) {
                result += in.changeIncrease[change] - (in.value[i] - in.value[i - 1]);
            } else if (in.value[i] < in.value[i - 1]) {
                result += in.value[i - 1];
            }
        }
        double toStart = (in.timestampMs[from] - start) / 1000.0;
        double toEnd = (end - in.timestampMs[to - 1]) / 1000.0;
        double sampled = (in.timestampMs[to - 1] - in.timestampMs[from]) / 1000.0;
        double average = sampled / (to - from - 1);
        double threshold = average * 1.1;
        if (toStart >= threshold) {
            toStart = average / 2;
        }
        if (counter) {
            double toZero = toStart;
            if (result > 0 && in.value[from] >= 0) {
                toZero = sampled * (in.value[from] / result);
            }
            toStart = Math.min(toStart, toZero);
        }
        if (toEnd >= threshold) {
            toEnd = average / 2;
        }
        double factor = (sampled + toStart + toEnd) / sampled;
        return result * (perSecond ? factor / ((end - start) / 1000.0) : factor);
    }

    @Test
    void extremesEqualThoseOfEachWindowAlone() {
        Seeds.check(ROUNDS, random -> {
            SampleColumns in = samples(random, false);
            Windows windows = windows(random);
            check(in, windows, new SlidingFold(Kind.MAX), (s, from, to, start, end) -> extreme(s, from, to, true));
            check(in, windows, new SlidingFold(Kind.MIN), (s, from, to, start, end) -> extreme(s, from, to, false));
        });
    }

    private static Double extreme(SampleColumns in, int from, int to, boolean max) {
        double best = in.value[from];
        for (int i = from; i < to; i++) {
            double v = in.value[i];
            if (Double.isNaN(best) || (max ? v > best : v < best)) {
                best = v;
            }
        }
        return best;
    }

    @Test
    void sumsAndMeansEqualThoseOfEachWindowAlone() {
        Seeds.check(ROUNDS, random -> {
            SampleColumns in = samples(random, false);
            Windows windows = windows(random);
            check(in, windows, new SlidingFold(Kind.SUM), (s, from, to, start, end) -> sum(s, from, to));
            check(in, windows, new SlidingFold(Kind.AVG), (s, from, to, start, end) -> sum(s, from, to) / (to - from));
        });
    }

    /** Exact, as a sum of decimals; plain where something is not finite. */
    private static double sum(SampleColumns in, int from, int to) {
        double plain = 0;
        for (int i = from; i < to; i++) {
            plain += in.value[i];
        }
        if (!Double.isFinite(plain)) {
            return plain;
        }
        java.math.BigDecimal exact = java.math.BigDecimal.ZERO;
        for (int i = from; i < to; i++) {
            exact = exact.add(new java.math.BigDecimal(in.value[i]));
        }
        return exact.doubleValue();
    }

    @Test
    void hugeValuesThatLeftTheWindowLeaveNoTrace() {
        SampleColumns in = new SampleColumns();
        in.add(1000, 1e200);
        in.add(2000, 0.1);
        in.add(3000, 0.2);
        Row row = new Row(3);
        new SlidingFold(Kind.SUM).apply(in, new Windows(3, 1000, 1000, 0, false, 0, 2000), row);
        assertEquals(0.1 + 0.2, row.value[2], 1e-16);
    }

    @Test
    void meanOfValuesWhoseSumOverflowsIsFinite() {
        SampleColumns in = new SampleColumns();
        in.add(1, Double.MAX_VALUE);
        in.add(2, Double.MAX_VALUE);
        Row row = new Row(1);
        new SlidingFold(Kind.AVG).apply(in, new Windows(1, 2, 1, 0, false, 0, 10), row);
        assertEquals(Double.MAX_VALUE, row.value[0]);
    }

    @Test
    void instantLookupGivesTheNewestSampleOfTheLookback() {
        Seeds.check(ROUNDS, random -> {
            SampleColumns in = samples(random, true);
            for (int i = 0; i < in.size; i++) {
                if (random.nextInt(10) == 0) {
                    in.value[i] = StaleMarker.VALUE;
                }
            }
            check(
                    in,
                    windows(random),
                    new InstantLookup(false),
                    (s, from, to, start, end) ->
                            StaleMarker.is(s.value[to - 1]) ? NONE : Double.valueOf(s.value[to - 1]));
        });
    }

    @Test
    void windowsAreOpenOnTheLeft() {
        SampleColumns in = new SampleColumns();
        in.add(0, 1);
        in.add(1000, 2);
        Row row = new Row(1);
        OverTime.count().apply(in, new Windows(1, 1000, 1, 0, false, 0, 1000), row);
        assertTrue(row.has(0));
        assertEquals(1, row.value[0]);
    }
}
