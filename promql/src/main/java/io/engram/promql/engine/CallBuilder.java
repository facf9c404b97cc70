package io.engram.promql.engine;

import io.engram.promql.engine.functions.ElementFunctions;
import io.engram.promql.engine.functions.GoMath;
import io.engram.promql.engine.plan.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/** Turns one call of a function that takes no range vector into an operator. */
final class CallBuilder {
    private final QueryContext context;
    private final OperatorBuilder operators;
    private final Plan.Call call;
    private final StepTimes times;
    private final int steps;

    CallBuilder(QueryContext context, OperatorBuilder operators, Plan.Call call, StepTimes times) {
        this.context = context;
        this.operators = operators;
        this.call = call;
        this.times = times;
        this.steps = times.count();
    }

    VectorOperator build() {
        return switch (call.function()) {
            case "vector" -> OperatorBuilder.ofScalar(scalar(0));
            case "timestamp" -> timestamp();
            case "absent" -> {
                VectorOperator operand = vector(0);
                yield new ComputedOperator(
                        () -> Absence.compute(context, operand, Absence.labelsOf(argument(0)), false, steps));
            }
            case "round" -> round();
            case "clamp" -> clamp(scalar(1), scalar(2));
            case "clamp_min" -> clamp(scalar(1), filled(Double.POSITIVE_INFINITY));
            case "clamp_max" -> clamp(filled(Double.NEGATIVE_INFINITY), scalar(1));
            case "sort" -> sorted(vector -> Sorting.byValue(vector, false));
            case "sort_desc" -> sorted(vector -> Sorting.byValue(vector, true));
            case "sort_by_label" -> sorted(vector -> Sorting.byLabels(vector, texts(1), false));
            case "sort_by_label_desc" -> sorted(vector -> Sorting.byLabels(vector, texts(1), true));
            case "label_replace" ->
                LabelFunctions.replace(context, vector(0), steps, text(1), text(2), text(3), text(4));
            case "label_join" -> LabelFunctions.join(context, vector(0), steps, text(1), text(2), texts(3));
            case "histogram_quantile" -> {
                var asked = new HistogramFunctions.Asked(scalar(0), argument(0).span());
                yield quantiles(1, List.of(asked), null, 1);
            }
            case "histogram_quantiles" -> {
                List<HistogramFunctions.Asked> asked = new ArrayList<>();
                for (int i = 2; i < call.arguments().size(); i++) {
                    asked.add(
                            new HistogramFunctions.Asked(scalar(i), argument(i).span()));
                }
                yield quantiles(0, asked, text(1), 1);
            }
            case "histogram_fraction" -> {
                double[] lower = scalar(0);
                double[] upper = scalar(1);
                VectorOperator operand = vector(2);
                yield new ComputedOperator(() -> new HistogramFunctions(context, times)
                        .fraction(operand, lower, upper, argument(2).span()));
            }
            case "info" -> new InfoJoin(context, operators, call, times).operator();
            default -> ofEachValue();
        };
    }

    private VectorOperator quantiles(
            int vectorIndex, List<HistogramFunctions.Asked> asked, String label, int monotonicityIndex) {
        VectorOperator operand = vector(vectorIndex);
        return new ComputedOperator(() -> new HistogramFunctions(context, times)
                .quantiles(
                        operand,
                        asked,
                        label,
                        argument(vectorIndex).span(),
                        argument(monotonicityIndex).span()));
    }

    private VectorOperator ofEachValue() {
        DoubleUnaryOperator calendar = ElementFunctions.calendar(call.function());
        if (calendar != null && call.arguments().isEmpty()) {
            double[] values = new double[steps];
            for (int i = 0; i < steps; i++) {
                values[i] = calendar.applyAsDouble(times.at(i) / 1000L);
            }
            return OperatorBuilder.ofScalar(values);
        }
        MapOperator.RowFunction function = OperatorBuilder.elementwise(call.function());
        if (function == null) {
            throw OperatorBuilder.notEvaluated(call.function());
        }
        return new MapOperator(vector(0), function, true);
    }

    /** The times of a selector's samples; of anything else, the evaluation time. */
    private VectorOperator timestamp() {
        Plan argument = argument(0) instanceof Plan.StepInvariant once ? once.operand() : argument(0);
        if (argument instanceof Plan.Selector selector) {
            return operators.instant(withoutOffsetIfFixed(selector), times, "timestamp", true);
        }
        return new MapOperator(
                vector(0),
                row -> {
                    for (int step = 0; step < steps; step++) {
                        row.value[step] = times.at(step) / 1000.0;
                    }
                },
                true);
    }

    /** Prometheus forgets the offset of a selector with {@code @} here, and so do we. */
    private static Plan.Selector withoutOffsetIfFixed(Plan.Selector selector) {
        Plan.Shift shift = selector.shift();
        return shift.fixed()
                ? new Plan.Selector(
                        selector.matchers(), new Plan.Shift(0, true, shift.atMs()), selector.mode(), selector.span())
                : selector;
    }

    private VectorOperator round() {
        double[] nearest = call.arguments().size() > 1 ? scalar(1) : filled(1);
        return new MapOperator(
                vector(0),
                row -> {
                    for (int step = row.next(0); step >= 0; step = row.next(step + 1)) {
                        // Multiplying by the inverse loses fewer digits than dividing.
                        double inverse = 1.0 / nearest[step];
                        row.value[step] = Math.floor(row.value[step] * inverse + 0.5) / inverse;
                    }
                },
                true);
    }

    private VectorOperator clamp(double[] low, double[] high) {
        return new MapOperator(
                vector(0),
                row -> {
                    for (int step = row.next(0); step >= 0; step = row.next(step + 1)) {
                        if (high[step] < low[step]) {
                            row.remove(step);
                        } else {
                            row.value[step] = GoMath.max(low[step], GoMath.min(high[step], row.value[step]));
                        }
                    }
                },
                true);
    }

    private VectorOperator sorted(UnaryOperator<HeldVector> order) {
        VectorOperator operand = vector(0);
        if (!context.options().instant()) {
            context.annotations().sortInRangeQuery(call.span());
            return operand;
        }
        if (steps != 1) {
            return operand;
        }
        return new ComputedOperator(() -> order.apply(HeldVector.of(context, operand, steps)));
    }

    private Plan argument(int index) {
        return call.arguments().get(index);
    }

    private VectorOperator vector(int index) {
        return operators.vector(argument(index), times);
    }

    private double[] scalar(int index) {
        return operators.scalars().values(argument(index), times);
    }

    private double[] filled(double value) {
        double[] values = new double[steps];
        Arrays.fill(values, value);
        return values;
    }

    private String text(int index) {
        return ((Plan.Text) argument(index)).value();
    }

    private List<String> texts(int from) {
        List<String> texts = new ArrayList<>();
        for (int i = from; i < call.arguments().size(); i++) {
            texts.add(text(i));
        }
        return texts;
    }
}
