package io.engram.promql.engine;

import io.engram.promql.ast.BinaryOp;
import io.engram.promql.engine.functions.BinaryFunction;
import io.engram.promql.engine.functions.GoMath;
import io.engram.promql.engine.functions.Row;
import io.engram.promql.engine.plan.Plan;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;

/** Computes scalar expressions: one value per step. */
final class Scalars {
    private final QueryContext context;
    private final OperatorBuilder operators;

    Scalars(QueryContext context, OperatorBuilder operators) {
        this.context = context;
        this.operators = operators;
    }

    /** @param plan of type scalar */
    double[] values(Plan plan, StepTimes times) {
        context.check();
        int steps = times.count();
        return switch (plan) {
            case Plan.Number number -> filled(steps, number.value());
            case Plan.StepInvariant once -> {
                double[] first = values(once.operand(), times.first());
                yield filled(steps, first.length == 0 ? Double.NaN : first[0]);
            }
            case Plan.Negate negate -> {
                double[] values = values(negate.operand(), times);
                for (int i = 0; i < steps; i++) {
                    values[i] = -values[i];
                }
                yield values;
            }
            case Plan.Binary binary -> binary(binary, times);
            case Plan.Call call -> call(call, times);
            case Plan.Text _, Plan.Selector _, Plan.Matrix _, Plan.Subquery _, Plan.Aggregate _ ->
                throw new IllegalStateException("no scalar: " + plan);
        };
    }

    private static double[] filled(int steps, double value) {
        double[] values = new double[steps];
        Arrays.fill(values, value);
        return values;
    }

    private double[] binary(Plan.Binary binary, StepTimes times) {
        double[] left = values(binary.left(), times);
        double[] right = values(binary.right(), times);
        for (int i = 0; i < left.length; i++) {
            left[i] = binary.op().kind() == BinaryOp.Kind.ARITHMETIC
                    ? BinaryFunction.arithmetic(binary.op(), left[i], right[i])
                    : BinaryFunction.compares(binary.op(), left[i], right[i]) ? 1 : 0;
        }
        return left;
    }

    private double[] call(Plan.Call call, StepTimes times) {
        switch (call.function()) {
            case "time" -> {
                double[] values = new double[times.count()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = times.at(i) / 1000.0;
                }
                return values;
            }
            case "pi" -> {
                return filled(times.count(), Math.PI);
            }
            case "scalar" -> {
                return only(operators.vector(call.arguments().getFirst(), times), times.count());
            }
            case "min_of" -> {
                return combined(call, times, GoMath::min);
            }
            case "max_of" -> {
                return combined(call, times, GoMath::max);
            }
            default -> throw OperatorBuilder.notEvaluated(call.function());
        }
    }

    private double[] combined(Plan.Call call, StepTimes times, DoubleBinaryOperator operator) {
        double[] left = values(call.arguments().get(0), times);
        double[] right = values(call.arguments().get(1), times);
        for (int i = 0; i < left.length; i++) {
            left[i] = operator.applyAsDouble(left[i], right[i]);
        }
        return left;
    }

    /** The value of the only series at each step; NaN where there is none or more than one. */
    private static double[] only(VectorOperator vector, int steps) {
        double[] values = filled(steps, Double.NaN);
        boolean[] seen = new boolean[steps];
        Row row = new Row(steps);
        int size = vector.series().size();
        try (VectorOperator.Reader reader = vector.read(0, size)) {
            while (reader.next(row)) {
                for (int step = row.next(0); step >= 0; step = row.next(step + 1)) {
                    values[step] = seen[step] ? Double.NaN : row.value[step];
                    seen[step] = true;
                }
            }
        }
        return values;
    }
}
