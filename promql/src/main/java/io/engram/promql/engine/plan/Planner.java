package io.engram.promql.engine.plan;

import io.engram.promql.ast.Expr;
import io.engram.promql.ast.TimeShift;
import io.engram.promql.ast.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Turns an expression into a plan for one query.
 *
 * <ol>
 *   <li>Durations and {@code @} are resolved with the query's start, end and step; parentheses and {@code +x} fall away.
 *   <li>On the way up, each node says whether it is the same at every step: numbers are, selectors with {@code @} are,
 *       and whatever is made of such, unless a function looks at the evaluation time.
 *   <li>The highest such nodes are wrapped as {@link Plan.StepInvariant}; range selectors are not, since the function
 *       around them reads them itself.
 * </ol>
 */
public final class Planner {
    /** They look at the evaluation time even where their arguments do not. */
    private static final Set<String> TIME_DEPENDENT = Set.of(
            "days_in_month",
            "day_of_month",
            "day_of_week",
            "day_of_year",
            "hour",
            "minute",
            "month",
            "year",
            "predict_linear",
            "time",
            "timestamp");

    private final long startMs;
    private final long endMs;
    private final long stepMs;
    private final long defaultSubqueryStepMs;
    private final DurationEvaluator durations;

    /** @param stepMs 0 for an instant query */
    public Planner(long startMs, long endMs, long stepMs, long defaultSubqueryStepMs) {
        this.startMs = startMs;
        this.endMs = endMs;
        this.stepMs = stepMs;
        this.defaultSubqueryStepMs = defaultSubqueryStepMs;
        this.durations = new DurationEvaluator(stepMs, endMs - startMs);
    }

    private record Planned(Plan plan, boolean invariant) {
        Plan wrapped() {
            return invariant && worthWrapping(plan) ? new Plan.StepInvariant(plan) : plan;
        }

        private static boolean worthWrapping(Plan plan) {
            return !(plan instanceof Plan.Number
                    || plan instanceof Plan.Text
                    || plan instanceof Plan.Matrix
                    || plan instanceof Plan.Subquery);
        }
    }

    /** @throws io.engram.promql.parser.ParseException where a duration is not above 0 or out of range */
    public Plan plan(Expr expression) {
        return planned(expression).wrapped();
    }

    private Planned planned(Expr expression) {
        return switch (expression) {
            case Expr.NumberLiteral number -> new Planned(new Plan.Number(number.value(), number.span()), true);
            case Expr.StringLiteral text -> new Planned(new Plan.Text(text.value(), text.span()), true);
            case Expr.Paren paren -> planned(paren.inner());
            case Expr.Unary unary -> {
                Planned operand = planned(unary.operand());
                yield unary.negative()
                        ? new Planned(new Plan.Negate(operand.plan(), unary.span()), operand.invariant())
                        : operand;
            }
            case Expr.VectorSelector selector -> {
                Plan.Selector planned = selector(selector);
                yield new Planned(planned, planned.shift().fixed());
            }
            case Expr.MatrixSelector matrix -> {
                Plan.Selector selector = selector(matrix.selector());
                long rangeMs = durations.positiveMs(matrix.range());
                yield new Planned(
                        new Plan.Matrix(selector, rangeMs, matrix.span()),
                        selector.shift().fixed());
            }
            case Expr.Subquery subquery -> subquery(subquery);
            case Expr.Call call -> call(call);
            case Expr.Aggregate aggregate -> aggregate(aggregate);
            case Expr.Binary binary -> binary(binary);
        };
    }

    private Plan.Selector selector(Expr.VectorSelector selector) {
        return new Plan.Selector(selector.matchers(), shift(selector.shift()), selector.mode(), selector.span());
    }

    private Plan.Shift shift(TimeShift shift) {
        long offsetMs = shift.offset() == null ? 0 : durations.millis(shift.offset());
        return switch (shift.at()) {
            case null -> new Plan.Shift(offsetMs, false, 0);
            case TimeShift.At.Timestamp at -> new Plan.Shift(offsetMs, true, at.timestampMs());
            case TimeShift.At.Start _ -> new Plan.Shift(offsetMs, true, startMs);
            case TimeShift.At.End _ -> new Plan.Shift(offsetMs, true, endMs);
        };
    }

    private Planned subquery(Expr.Subquery subquery) {
        Plan.Shift shift = shift(subquery.shift());
        long rangeMs = durations.positiveMs(subquery.range());
        long stepMs = subquery.step() == null ? defaultSubqueryStepMs : durations.positiveMs(subquery.step());
        Plan inner = planned(subquery.inner()).wrapped();
        return new Planned(new Plan.Subquery(inner, rangeMs, stepMs, shift, subquery.span()), shift.fixed());
    }

    private Planned call(Expr.Call call) {
        if (call.arguments().isEmpty()) {
            Double ofQuery = ofQuery(call.function().name());
            if (ofQuery != null) {
                return new Planned(new Plan.Number(ofQuery, call.span()), true);
            }
        }
        List<Planned> arguments = new ArrayList<>();
        boolean invariant = !TIME_DEPENDENT.contains(call.function().name());
        for (Expr argument : call.arguments()) {
            Planned planned = planned(argument);
            invariant &= planned.invariant();
            arguments.add(planned);
        }
        boolean whole = invariant;
        List<Plan> plans = arguments.stream()
                .map(argument -> whole ? argument.plan() : argument.wrapped())
                .toList();
        return new Planned(new Plan.Call(call.function().name(), call.function().returns(), plans, call.span()), whole);
    }

    /** What a function says of the query itself, in seconds; null where it says something else. */
    private Double ofQuery(String function) {
        return switch (function) {
            case "start" -> startMs / 1000.0;
            case "end" -> endMs / 1000.0;
            case "step" -> stepMs / 1000.0;
            case "range" -> (endMs - startMs) / 1000.0;
            default -> null;
        };
    }

    private Planned aggregate(Expr.Aggregate aggregate) {
        Planned operand = planned(aggregate.operand());
        Planned parameter = aggregate.parameter() == null ? null : planned(aggregate.parameter());
        boolean invariant = operand.invariant() && (parameter == null || parameter.invariant());
        return new Planned(
                new Plan.Aggregate(
                        aggregate.op(),
                        invariant ? operand.plan() : operand.wrapped(),
                        parameter == null ? null : invariant ? parameter.plan() : parameter.wrapped(),
                        aggregate.grouping(),
                        aggregate.without(),
                        aggregate.span()),
                invariant);
    }

    private Planned binary(Expr.Binary binary) {
        Planned left = planned(binary.left());
        Planned right = planned(binary.right());
        boolean invariant = left.invariant() && right.invariant();
        ValueType type = binary.type();
        return new Planned(
                new Plan.Binary(
                        binary.op(),
                        invariant ? left.plan() : left.wrapped(),
                        invariant ? right.plan() : right.wrapped(),
                        binary.matching(),
                        binary.returnBool(),
                        type,
                        binary.span()),
                invariant);
    }
}
