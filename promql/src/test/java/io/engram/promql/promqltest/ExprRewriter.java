package io.engram.promql.promqltest;

import io.engram.promql.ast.DurationExpr;
import io.engram.promql.ast.Expr;
import io.engram.promql.ast.TimeShift;
import java.util.Set;
import java.util.function.Consumer;

/** Puts {@code @} on an expression's selectors, and walks expressions. */
final class ExprRewriter {
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
            "timestamp",
            "start",
            "end",
            "range",
            "step");

    private static final Set<String> OF_QUERY = Set.of("start", "end", "range", "step");

    private ExprRewriter() {}

    static boolean dependsOnEvaluationTime(Expr expression) {
        boolean[] found = {false};
        walk(
                expression,
                one -> found[0] |= one instanceof Expr.Call call
                        && TIME_DEPENDENT.contains(call.function().name()));
        return found[0];
    }

    /** {@code start()}, {@code end()}, {@code step()} or {@code range()}: the query's own times matter. */
    static boolean dependsOnQueryTimes(Expr expression) {
        boolean[] found = {false};
        walk(expression, one -> {
            switch (one) {
                case Expr.Call call ->
                    found[0] |= OF_QUERY.contains(call.function().name());
                case Expr.VectorSelector selector -> found[0] |= dependsOnQueryTimes(selector.shift());
                case Expr.MatrixSelector matrix -> found[0] |= dependsOnQueryTimes(matrix.range());
                case Expr.Subquery subquery ->
                    found[0] |= dependsOnQueryTimes(subquery.shift())
                            || dependsOnQueryTimes(subquery.range())
                            || dependsOnQueryTimes(subquery.step());
                default -> {}
            }
        });
        return found[0];
    }

    private static boolean dependsOnQueryTimes(TimeShift shift) {
        return dependsOnQueryTimes(shift.offset())
                || shift.at() instanceof TimeShift.At.Start
                || shift.at() instanceof TimeShift.At.End;
    }

    private static boolean dependsOnQueryTimes(DurationExpr duration) {
        return switch (duration) {
            case null -> false;
            case DurationExpr.Literal _ -> false;
            case DurationExpr.Step _, DurationExpr.QueryRange _ -> true;
            case DurationExpr.Negated negated -> dependsOnQueryTimes(negated.operand());
            case DurationExpr.Paren paren -> dependsOnQueryTimes(paren.inner());
            case DurationExpr.Arithmetic a -> dependsOnQueryTimes(a.left()) || dependsOnQueryTimes(a.right());
            case DurationExpr.Extreme a -> dependsOnQueryTimes(a.left()) || dependsOnQueryTimes(a.right());
        };
    }

    static void walk(Expr expression, Consumer<Expr> visitor) {
        if (expression == null) {
            return;
        }
        visitor.accept(expression);
        switch (expression) {
            case Expr.NumberLiteral _, Expr.StringLiteral _, Expr.VectorSelector _ -> {}
            case Expr.Paren paren -> walk(paren.inner(), visitor);
            case Expr.Unary unary -> walk(unary.operand(), visitor);
            case Expr.MatrixSelector matrix -> walk(matrix.selector(), visitor);
            case Expr.Subquery subquery -> walk(subquery.inner(), visitor);
            case Expr.Call call -> call.arguments().forEach(argument -> walk(argument, visitor));
            case Expr.Aggregate aggregate -> {
                walk(aggregate.parameter(), visitor);
                walk(aggregate.operand(), visitor);
            }
            case Expr.Binary binary -> {
                walk(binary.left(), visitor);
                walk(binary.right(), visitor);
            }
        }
    }

    static Expr at(Expr expression, long atMs) {
        return switch (expression) {
            case null -> null;
            case Expr.NumberLiteral number -> number;
            case Expr.StringLiteral text -> text;
            case Expr.Paren paren -> new Expr.Paren(at(paren.inner(), atMs), paren.span());
            case Expr.Unary unary -> new Expr.Unary(unary.negative(), at(unary.operand(), atMs), unary.span());
            case Expr.VectorSelector selector -> at(selector, atMs);
            case Expr.MatrixSelector matrix ->
                new Expr.MatrixSelector(at(matrix.selector(), atMs), matrix.range(), matrix.span());
            case Expr.Subquery subquery ->
                new Expr.Subquery(
                        subquery.inner(),
                        subquery.range(),
                        subquery.step(),
                        at(subquery.shift(), atMs),
                        subquery.span());
            case Expr.Call call ->
                new Expr.Call(
                        call.function(),
                        call.arguments().stream()
                                .map(argument -> at(argument, atMs))
                                .toList(),
                        call.span());
            case Expr.Aggregate aggregate ->
                new Expr.Aggregate(
                        aggregate.op(),
                        at(aggregate.operand(), atMs),
                        at(aggregate.parameter(), atMs),
                        aggregate.grouping(),
                        aggregate.without(),
                        aggregate.span());
            case Expr.Binary binary ->
                new Expr.Binary(
                        binary.op(),
                        at(binary.left(), atMs),
                        at(binary.right(), atMs),
                        binary.matching(),
                        binary.returnBool(),
                        binary.span());
        };
    }

    private static Expr.VectorSelector at(Expr.VectorSelector selector, long atMs) {
        return new Expr.VectorSelector(
                selector.metricName(),
                selector.matchers(),
                at(selector.shift(), atMs),
                selector.mode(),
                selector.span());
    }

    private static TimeShift at(TimeShift shift, long atMs) {
        return shift.at() == null ? new TimeShift(shift.offset(), new TimeShift.At.Timestamp(atMs)) : shift;
    }
}
