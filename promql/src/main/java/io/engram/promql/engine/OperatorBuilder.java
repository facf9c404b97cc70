package io.engram.promql.engine;

import io.engram.model.labels.Labels;
import io.engram.promql.ast.AggregateOp;
import io.engram.promql.ast.BinaryOp;
import io.engram.promql.ast.Span;
import io.engram.promql.ast.ValueType;
import io.engram.promql.ast.WindowMode;
import io.engram.promql.engine.functions.ElementFunctions;
import io.engram.promql.engine.functions.InstantLookup;
import io.engram.promql.engine.functions.Interpolation;
import io.engram.promql.engine.functions.RangeFunction;
import io.engram.promql.engine.functions.Row;
import io.engram.promql.engine.functions.Windows;
import io.engram.promql.engine.plan.Plan;
import io.engram.promql.storage.SampleColumns;
import io.engram.promql.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntConsumer;

/** Turns plans into operators. Scalars are computed on the way, since the operators around them take their values. */
final class OperatorBuilder {
    private static final String[] COUNTER_SUFFIXES = {"_total", "_sum", "_count", "_bucket"};

    private final QueryContext context;
    private final Scalars scalars;
    private final long lookbackMs;

    OperatorBuilder(QueryContext context) {
        this.context = context;
        this.scalars = new Scalars(context, this);
        this.lookbackMs = context.options().lookbackMs();
    }

    Scalars scalars() {
        return scalars;
    }

    /** @param plan of type vector */
    VectorOperator vector(Plan plan, StepTimes times) {
        return vector(plan, times, "");
    }

    /** @param around the function right around it, for the storage to know */
    private VectorOperator vector(Plan plan, StepTimes times, String around) {
        return switch (plan) {
            case Plan.Selector selector -> instant(selector, times, around, false);
            case Plan.StepInvariant once -> {
                VectorOperator operand = vector(once.operand(), times.first(), around);
                yield times.count() == 1 ? operand : new RepeatOperator(operand);
            }
            case Plan.Negate negate ->
                new MapOperator(vector(negate.operand(), times), RowFunctions.each(v -> -v), true);
            case Plan.Aggregate aggregate -> aggregate(aggregate, times);
            case Plan.Binary binary -> binary(binary, times);
            case Plan.Call call -> call(call, times);
            case Plan.Number _, Plan.Text _, Plan.Matrix _, Plan.Subquery _ ->
                throw new IllegalStateException("no vector: " + plan);
        };
    }

    /** @param timestamps gives the samples' times in place of their values */
    VectorOperator instant(Plan.Selector selector, StepTimes times, String around, boolean timestamps) {
        boolean smoothed = selector.mode() == WindowMode.SMOOTHED && !timestamps;
        var selection = selection(selector, times, around, 0, lookbackMs, smoothed ? lookbackMs : 0);
        var samples = new SelectedSamples(context, selection, !smoothed);
        Windows windows = windows(times, selector.shift(), smoothed ? 0 : lookbackMs);
        RangeFunction.Factory function =
                smoothed ? () -> Interpolation.instant(lookbackMs) : () -> new InstantLookup(timestamps);
        return new WindowOperator(samples, function, windows, timestamps, null);
    }

    private static Windows windows(StepTimes times, Plan.Shift shift, long rangeMs) {
        return new Windows(
                times.count(), times.startMs(), times.stepMs(), shift.offsetMs(), shift.fixed(), shift.atMs(), rangeMs);
    }

    /** @param rangeMs of a range selector, 0 for an instant one, which looks back {@code beforeMs} instead */
    private Storage.Selection selection(
            Plan.Selector selector, StepTimes times, String around, long rangeMs, long beforeMs, long behindMs) {
        Plan.Shift shift = selector.shift();
        long first = (shift.fixed() ? shift.atMs() : times.startMs()) - shift.offsetMs();
        long last = (shift.fixed() ? shift.atMs() : times.endMs()) - shift.offsetMs();
        return new Storage.Selection(
                selector.matchers(),
                first - rangeMs - beforeMs + 1,
                last + behindMs,
                around,
                rangeMs,
                context.options().stepMs());
    }

    /** The samples of a range vector; windows of it end at {@code times}. */
    SampleSource samples(Plan plan, StepTimes times, String around) {
        return switch (plan) {
            case Plan.Matrix matrix -> {
                WindowMode mode = matrix.selector().mode();
                long before = mode == WindowMode.PLAIN ? 0 : lookbackMs;
                long behind = mode == WindowMode.SMOOTHED ? lookbackMs : 0;
                yield new SelectedSamples(
                        context, selection(matrix.selector(), times, around, matrix.rangeMs(), before, behind), false);
            }
            case Plan.Subquery subquery -> {
                Plan.Shift shift = subquery.shift();
                long first = (shift.fixed() ? shift.atMs() : times.startMs()) - shift.offsetMs();
                long last = (shift.fixed() ? shift.atMs() : times.endMs()) - shift.offsetMs();
                long step = subquery.stepMs();
                long start = Math.floorDiv(first - subquery.rangeMs(), step) * step + step;
                StepTimes inner =
                        times.count() == 0 ? new StepTimes(start, step, 0) : StepTimes.between(start, last, step);
                context.checkSteps(inner.count());
                yield new SubquerySamples(context, vector(subquery.inner(), inner), inner);
            }
            default -> throw new IllegalStateException("no range vector: " + plan);
        };
    }

    /** What of {@code samples} the range vector has at one evaluation time. */
    SampleColumns windowOf(Plan plan, long atMs, SampleColumns samples) {
        if (!(plan instanceof Plan.Matrix matrix) || matrix.selector().mode() == WindowMode.PLAIN) {
            return samples; // the source gives no others
        }
        Plan.Shift shift = matrix.selector().shift();
        long endMs = (shift.fixed() ? shift.atMs() : atMs) - shift.offsetMs();
        return Interpolation.extend(
                samples, endMs - matrix.rangeMs(), endMs, matrix.selector().mode() == WindowMode.SMOOTHED);
    }

    private VectorOperator call(Plan.Call call, StepTimes times) {
        for (int i = 0; i < call.arguments().size(); i++) {
            if (call.arguments().get(i).type() == ValueType.MATRIX) {
                return overRange(call, i, times);
            }
        }
        return new CallBuilder(context, this, call, times).build();
    }

    private VectorOperator overRange(Plan.Call call, int matrixIndex, StepTimes times) {
        String function = call.function();
        Plan matrix = call.arguments().get(matrixIndex);
        List<double[]> values = new ArrayList<>();
        for (int i = 0; i < call.arguments().size(); i++) {
            if (i != matrixIndex) {
                values.add(scalars.values(call.arguments().get(i), times));
            }
        }
        WindowMode mode = matrix instanceof Plan.Matrix m ? m.selector().mode() : WindowMode.PLAIN;
        RangeFunctions.checkMode(function, mode);
        RangeFunction.Factory factory = RangeFunctions.named(function, values, mode, lookbackMs);
        if (factory == null) {
            throw notEvaluated(function);
        }
        SampleSource samples = samples(matrix, times, function);
        Windows windows = matrix instanceof Plan.Subquery subquery
                ? windows(times, subquery.shift(), subquery.rangeMs())
                : windows(times, ((Plan.Matrix) matrix).selector().shift(), ((Plan.Matrix) matrix).rangeMs());
        Span blamed = call.arguments().getFirst().span();
        if (function.equals("double_exponential_smoothing") || function.equals("holt_winters")) {
            checkFactors(values, samples);
        }
        VectorOperator operator = new WindowOperator(
                samples,
                factory,
                windows,
                !RangeFunctions.keepsName(function),
                onValues(function, values, samples, blamed));
        if (!function.equals("absent_over_time")) {
            return operator;
        }
        Labels labels = Absence.labelsOf(matrix);
        return new ComputedOperator(() -> Absence.compute(context, operator, labels, true, times.count()));
    }

    private IntConsumer onValues(String function, List<double[]> values, SampleSource samples, Span blamed) {
        return switch (function) {
            case "rate", "increase" -> {
                Set<String> told = ConcurrentHashMap.newKeySet();
                yield series -> {
                    String name = samples.series().labels()[series].metricName();
                    if (mayBeNoCounter(name) && told.add(name)) {
                        context.annotations().possibleNonCounter(name, blamed);
                    }
                };
            }
            case "quantile_over_time" ->
                _ -> {
                    for (double q : values.getFirst()) {
                        if (!(q >= 0 && q <= 1)) {
                            context.annotations().invalidQuantile(q, blamed);
                        }
                    }
                };
            default -> null;
        };
    }

    private static boolean mayBeNoCounter(String name) {
        for (String suffix : COUNTER_SUFFIXES) {
            if (name.endsWith(suffix)) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static void checkFactors(List<double[]> values, SampleSource samples) {
        if (samples.series().size() == 0) {
            return;
        }
        checkFactor("smoothing", "sf", values.get(0));
        checkFactor("trend", "tf", values.get(1));
    }

    private static void checkFactor(String name, String symbol, double[] values) {
        for (double v : values) {
            if (v <= 0 || v >= 1) {
                throw QueryContext.failure("invalid " + name + " factor. Expected: 0 < " + symbol + " < 1, got: "
                        + String.format(java.util.Locale.ROOT, "%f", v));
            }
        }
    }

    static QueryException notEvaluated(String function) {
        return QueryContext.failure(function + "() is not evaluated by this version");
    }

    private VectorOperator aggregate(Plan.Aggregate aggregate, StepTimes times) {
        AggregateOp op = aggregate.op();
        int steps = times.count();
        if (op == AggregateOp.COUNT_VALUES) {
            return countValues(aggregate, times);
        }
        Grouping grouping = aggregate.without()
                ? Grouping.leavingOut(aggregate.grouping())
                : Grouping.keeping(aggregate.grouping());
        double[] parameter = op.takesParameter() ? scalars.values(aggregate.parameter(), times) : null;
        VectorOperator operand = vector(aggregate.operand(), times, op.symbol());
        if (parameter == null) {
            return new ComputedOperator(() -> new Aggregation(context, op, operand, grouping, steps).compute());
        }
        Span span = aggregate.parameter().span();
        return new ComputedOperator(
                () -> new Selection(context, op, operand, grouping, parameter, span, steps).compute());
    }

    private VectorOperator countValues(Plan.Aggregate aggregate, StepTimes times) {
        String label = ((Plan.Text) aggregate.parameter()).value();
        if (label.isEmpty()) {
            throw QueryContext.failure("invalid label name \"\"");
        }
        List<String> names = new ArrayList<>(aggregate.grouping());
        if (!aggregate.without()) {
            names.add(label);
        }
        Grouping grouping = aggregate.without() ? Grouping.leavingOut(names) : Grouping.keeping(names);
        VectorOperator operand =
                vector(aggregate.operand(), times, aggregate.op().symbol());
        return new ComputedOperator(() -> CountValues.compute(context, operand, grouping, label, times.count()));
    }

    private VectorOperator binary(Plan.Binary binary, StepTimes times) {
        int steps = times.count();
        BinaryOp op = binary.op();
        if (binary.left().type() == ValueType.SCALAR) {
            double[] left = scalars.values(binary.left(), times);
            VectorOperator right = vector(binary.right(), times);
            return withScalar(binary, right, left, true);
        }
        if (binary.right().type() == ValueType.SCALAR) {
            VectorOperator left = vector(binary.left(), times);
            return withScalar(binary, left, scalars.values(binary.right(), times), false);
        }
        VectorOperator left = vector(binary.left(), times);
        VectorOperator right = vector(binary.right(), times);
        if (op.kind() == BinaryOp.Kind.SET) {
            Grouping matching = binary.matching().on()
                    ? Grouping.keeping(binary.matching().labels())
                    : Grouping.leavingOut(binary.matching().labels());
            return new ComputedOperator(() -> SetOperation.compute(context, op, left, right, matching, steps));
        }
        return new ComputedOperator(() -> new VectorBinary(context, binary, steps).compute(left, right));
    }

    private VectorOperator withScalar(Plan.Binary binary, VectorOperator vector, double[] scalar, boolean scalarLeft) {
        BinaryOp op = binary.op();
        if (op == BinaryOp.TRIM_LOWER || op == BinaryOp.TRIM_UPPER) {
            return new MapOperator(
                    vector,
                    row -> {
                        if (!row.isEmpty()) {
                            context.annotations().incompatibleFloats(op.symbol(), binary.span());
                        }
                        row.clear();
                    },
                    false);
        }
        boolean dropsName = op.kind() == BinaryOp.Kind.ARITHMETIC || binary.returnBool();
        return new MapOperator(vector, RowFunctions.binary(op, scalar, scalarLeft, binary.returnBool()), dropsName);
    }

    /** A function of each value by that name, or null. */
    static MapOperator.RowFunction elementwise(String function) {
        DoubleUnaryOperator operator = ElementFunctions.named(function);
        return operator == null ? null : RowFunctions.each(operator);
    }

    /** A vector of one series without labels, which has a value at every step. */
    static VectorOperator ofScalar(double[] values) {
        Row row = new Row(values.length);
        System.arraycopy(values, 0, row.value, 0, values.length);
        row.markAll();
        HeldVector held = new HeldVector(SeriesSet.of(Labels.EMPTY), new Row[] {row});
        return new ComputedOperator(() -> held);
    }
}
