package io.engram.promql.engine.functions;

import io.engram.promql.ast.AggregateOp;
import java.util.Arrays;

/**
 * What an aggregation keeps of one group: some numbers per step. Rows are added one after another in any order, by one
 * thread; those of several threads are merged. Results differ by order in the last digits at most.
 */
public abstract class Accumulator {
    final int steps;
    final long[] seen;

    Accumulator(int steps) {
        this.steps = steps;
        this.seen = new long[(steps + 63) >>> 6];
    }

    /** @throws IllegalArgumentException where {@code op} needs the values themselves */
    public static Accumulator of(AggregateOp op, int steps) {
        return switch (op) {
            case SUM -> new Sum(steps);
            case AVG -> new Avg(steps);
            case COUNT -> new Count(steps);
            case GROUP -> new Group(steps);
            case MIN -> new Extreme(steps, false);
            case MAX -> new Extreme(steps, true);
            case STDDEV -> new Variance(steps, true);
            case STDVAR -> new Variance(steps, false);
            case TOPK, BOTTOMK, COUNT_VALUES, QUANTILE, LIMITK, LIMIT_RATIO ->
                throw new IllegalArgumentException(op.symbol() + " keeps values");
        };
    }

    /** Numbers it keeps for each step; what a query is charged for. */
    public abstract int numbersPerStep();

    abstract void addRun(double[] value, int from, int to);

    abstract void mergeRun(Accumulator other, int from, int to);

    abstract double result(int step);

    public final void add(Row row) {
        runs(row.present, row.value, null);
    }

    public final void merge(Accumulator other) {
        runs(other.seen, null, other);
    }

    /** Goes over steps in runs of those present: whole words are loops without a test inside. */
    private void runs(long[] present, double[] value, Accumulator other) {
        int word = 0;
        while (word < present.length) {
            if (present[word] == -1L) {
                int first = word;
                while (word < present.length && present[word] == -1L) {
                    seen[word++] = -1L;
                }
                run(value, other, first << 6, word << 6);
                continue;
            }
            long bits = present[word];
            seen[word] |= bits;
            while (bits != 0) {
                int from = Long.numberOfTrailingZeros(bits);
                int length = Long.numberOfTrailingZeros(~(bits >>> from));
                run(value, other, (word << 6) + from, (word << 6) + from + length);
                bits = from + length == 64 ? 0 : bits & (-1L << (from + length));
            }
            word++;
        }
    }

    private void run(double[] value, Accumulator other, int from, int to) {
        if (other == null) {
            addRun(value, from, to);
        } else {
            mergeRun(other, from, to);
        }
    }

    /** Writes the group's values. */
    public final void finish(Row out) {
        System.arraycopy(seen, 0, out.present, 0, seen.length);
        for (int step = out.next(0); step >= 0; step = out.next(step + 1)) {
            out.value[step] = result(step);
        }
    }

    private static double[] filled(int steps, double with) {
        double[] array = new double[steps];
        Arrays.fill(array, with);
        return array;
    }

    private static final class Sum extends Accumulator {
        // −0 is the zero that leaves every value as it is.
        private final double[] sum = filled(steps, -0.0);
        private final double[] lost = new double[steps];

        Sum(int steps) {
            super(steps);
        }

        @Override
        public int numbersPerStep() {
            return 2;
        }

        @Override
        void addRun(double[] value, int from, int to) {
            addTo(sum, lost, value, from, to);
        }

        static void addTo(double[] sum, double[] lost, double[] value, int from, int to) {
            for (int i = from; i < to; i++) {
                double s = sum[i];
                double x = value[i];
                double next = s + x;
                double part = next - s;
                lost[i] += (s - (next - part)) + (x - part);
                sum[i] = next;
            }
        }

        @Override
        void mergeRun(Accumulator other, int from, int to) {
            Sum that = (Sum) other;
            addTo(sum, lost, that.sum, from, to);
            for (int i = from; i < to; i++) {
                lost[i] += that.lost[i];
            }
        }

        @Override
        double result(int step) {
            return CompensatedSum.total(sum[step], lost[step]);
        }
    }

    private static final class Avg extends Accumulator {
        private final double[] sum = filled(steps, -0.0);
        private final double[] lost = new double[steps];
        private final double[] scaled = new double[steps];
        private final double[] count = new double[steps];

        Avg(int steps) {
            super(steps);
        }

        @Override
        public int numbersPerStep() {
            return 4;
        }

        @Override
        void addRun(double[] value, int from, int to) {
            Sum.addTo(sum, lost, value, from, to);
            for (int i = from; i < to; i++) {
                scaled[i] += value[i] * CompensatedSum.SCALE;
                count[i]++;
            }
        }

        @Override
        void mergeRun(Accumulator other, int from, int to) {
            Avg that = (Avg) other;
            Sum.addTo(sum, lost, that.sum, from, to);
            for (int i = from; i < to; i++) {
                lost[i] += that.lost[i];
                scaled[i] += that.scaled[i];
                count[i] += that.count[i];
            }
        }

        @Override
        double result(int step) {
            return CompensatedSum.mean(sum[step], lost[step], scaled[step], count[step]);
        }
    }

    private static final class Count extends Accumulator {
        private final double[] count = new double[steps];

        Count(int steps) {
            super(steps);
        }

        @Override
        public int numbersPerStep() {
            return 1;
        }

        @Override
        void addRun(double[] value, int from, int to) {
            for (int i = from; i < to; i++) {
                count[i]++;
            }
        }

        @Override
        void mergeRun(Accumulator other, int from, int to) {
            double[] more = ((Count) other).count;
            for (int i = from; i < to; i++) {
                count[i] += more[i];
            }
        }

        @Override
        double result(int step) {
            return count[step];
        }
    }

    private static final class Group extends Accumulator {
        Group(int steps) {
            super(steps);
        }

        @Override
        public int numbersPerStep() {
            return 1;
        }

        @Override
        void addRun(double[] value, int from, int to) {}

        @Override
        void mergeRun(Accumulator other, int from, int to) {}

        @Override
        double result(int step) {
            return 1;
        }
    }

    private static final class Extreme extends Accumulator {
        private final double[] best = filled(steps, Double.NaN);
        private final boolean max;

        Extreme(int steps, boolean max) {
            super(steps);
            this.max = max;
        }

        @Override
        public int numbersPerStep() {
            return 1;
        }

        @Override
        void addRun(double[] value, int from, int to) {
            if (max) {
                for (int i = from; i < to; i++) {
                    best[i] = value[i] > best[i] || Double.isNaN(best[i]) ? value[i] : best[i];
                }
            } else {
                for (int i = from; i < to; i++) {
                    best[i] = value[i] < best[i] || Double.isNaN(best[i]) ? value[i] : best[i];
                }
            }
        }

        @Override
        void mergeRun(Accumulator other, int from, int to) {
            addRun(((Extreme) other).best, from, to);
        }

        @Override
        double result(int step) {
            return best[step];
        }
    }

    /** Welford's variance; merged as Chan, Golub and LeVeque do. */
    private static final class Variance extends Accumulator {
        private final double[] count = new double[steps];
        private final double[] mean = new double[steps];
        private final double[] squares = new double[steps];
        private final boolean squareRoot;

        Variance(int steps, boolean squareRoot) {
            super(steps);
            this.squareRoot = squareRoot;
        }

        @Override
        public int numbersPerStep() {
            return 3;
        }

        @Override
        void addRun(double[] value, int from, int to) {
            for (int i = from; i < to; i++) {
                double delta = value[i] - mean[i];
                mean[i] += delta / ++count[i];
                squares[i] += delta * (value[i] - mean[i]);
            }
        }

        @Override
        void mergeRun(Accumulator other, int from, int to) {
            Variance that = (Variance) other;
            for (int i = from; i < to; i++) {
                double n = count[i] + that.count[i];
                double delta = that.mean[i] - mean[i];
                mean[i] += delta * that.count[i] / n;
                squares[i] += that.squares[i] + delta * delta * count[i] * that.count[i] / n;
                count[i] = n;
            }
        }

        @Override
        double result(int step) {
            double variance = squares[step] / count[step];
            return squareRoot ? Math.sqrt(variance) : variance;
        }
    }
}
