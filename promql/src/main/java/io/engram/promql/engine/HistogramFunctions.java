package io.engram.promql.engine;

import io.engram.model.labels.Labels;
import io.engram.promql.ast.Span;
import io.engram.promql.engine.functions.ClassicHistogram;
import io.engram.promql.engine.functions.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code histogram_quantile}, {@code histogram_quantiles} and {@code histogram_fraction} of classic histograms. */
final class HistogramFunctions {
    private static final String BUCKET_LABEL = "le";

    private final QueryContext context;
    private final int steps;
    private final StepTimes times;

    HistogramFunctions(QueryContext context, StepTimes times) {
        this.context = context;
        this.times = times;
        this.steps = times.count();
    }

    private record Bucket(double bound, Row row) {}

    /** Reads the buckets of each histogram, in order of their bounds; {@code span} is blamed for bad ones. */
    private Map<Labels, List<Bucket>> buckets(HeldVector input, Span span) {
        Map<Labels, List<Bucket>> histograms = new LinkedHashMap<>();
        for (int i = 0; i < input.rows().length; i++) {
            Row row = input.rows()[i];
            if (row == null) {
                continue;
            }
            Labels labels = input.series().labels()[i];
            String le = labels.get(BUCKET_LABEL);
            Double bound = GoText.parseFloat(le);
            if (bound == null) {
                context.annotations().badBucketLabel(labels.metricName(), le, span);
                continue;
            }
            histograms
                    .computeIfAbsent(labels.without(BUCKET_LABEL), _ -> new ArrayList<>())
                    .add(new Bucket(bound, row));
        }
        histograms.values().forEach(list -> list.sort(Comparator.comparingDouble(Bucket::bound)));
        return histograms;
    }

    private static boolean load(ClassicHistogram histogram, List<Bucket> buckets, int step) {
        histogram.clear();
        for (Bucket bucket : buckets) {
            if (bucket.row().has(step)) {
                histogram.add(bucket.bound(), bucket.row().value[step]);
            }
        }
        return !histogram.isEmpty();
    }

    /** A quantile that is asked for: one value per step, and the argument that it stands in. */
    record Asked(double[] quantile, Span span) {}

    /**
     * @param label takes the quantile, or null for {@code histogram_quantile}
     * @param vectorSpan blamed for bad buckets
     * @param monotonicitySpan blamed for counts that fall
     */
    HeldVector quantiles(
            VectorOperator operand, List<Asked> asked, String label, Span vectorSpan, Span monotonicitySpan) {
        for (Asked one : asked) {
            warnOfInvalid(one);
        }
        HeldVector input = HeldVector.of(context, operand, steps);
        HeldVector.Builder result = new HeldVector.Builder(context, steps);
        ClassicHistogram histogram = new ClassicHistogram();
        buckets(input, vectorSpan).forEach((labels, buckets) -> {
            context.check();
            for (int step = 0; step < steps; step++) {
                if (!load(histogram, buckets, step)) {
                    continue;
                }
                for (Asked one : asked) {
                    double q = one.quantile()[step];
                    Labels out = label == null ? labels : labels.with(label, GoText.openMetrics(q));
                    result.set(out, true, step, histogram.quantile(q));
                }
                if (histogram.forced) {
                    context.annotations()
                            .forcedMonotonicity(
                                    labels.metricName(),
                                    monotonicitySpan,
                                    times.at(step),
                                    histogram.forcedFrom,
                                    histogram.forcedTo,
                                    histogram.forcedBy);
                }
            }
        });
        input.release(context);
        return result.build();
    }

    private void warnOfInvalid(Asked asked) {
        for (int step = 0; step < steps; step++) {
            double q = asked.quantile()[step];
            if (!(q >= 0 && q <= 1) && (step == 0 || q != asked.quantile()[step - 1])) {
                context.annotations().invalidQuantile(q, asked.span());
            }
        }
    }

    HeldVector fraction(VectorOperator operand, double[] lower, double[] upper, Span vectorSpan) {
        HeldVector input = HeldVector.of(context, operand, steps);
        HeldVector.Builder result = new HeldVector.Builder(context, steps);
        ClassicHistogram histogram = new ClassicHistogram();
        buckets(input, vectorSpan).forEach((labels, buckets) -> {
            context.check();
            for (int step = 0; step < steps; step++) {
                if (load(histogram, buckets, step)) {
                    result.set(labels, true, step, histogram.fraction(lower[step], upper[step]));
                }
            }
        });
        input.release(context);
        return result.build();
    }
}
