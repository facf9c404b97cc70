package io.engram.promql.parser;

import io.engram.model.labels.Matcher;
import io.engram.promql.ast.DurationExpr;
import io.engram.promql.ast.Expr;
import io.engram.promql.ast.Span;
import io.engram.promql.ast.TimeShift;
import java.util.Comparator;

/** Trees without what printing may change: places, the order of matchers, and whether a lone range had a unit. */
final class Shape {
    private static final Span NOWHERE = new Span(0, 0);

    private Shape() {}

    static Expr of(Expr expr) {
        return switch (expr) {
            case Expr.NumberLiteral n -> new Expr.NumberLiteral(n.value(), n.duration(), NOWHERE);
            case Expr.StringLiteral s -> new Expr.StringLiteral(s.value(), NOWHERE);
            case Expr.Paren p -> new Expr.Paren(of(p.inner()), NOWHERE);
            case Expr.Unary u -> new Expr.Unary(u.negative(), of(u.operand()), NOWHERE);
            case Expr.VectorSelector v -> selector(v);
            case Expr.MatrixSelector m -> new Expr.MatrixSelector(selector(m.selector()), whole(m.range()), NOWHERE);
            case Expr.Subquery s ->
                new Expr.Subquery(of(s.inner()), whole(s.range()), whole(s.step()), shift(s.shift()), NOWHERE);
            case Expr.Call c ->
                new Expr.Call(
                        c.function(), c.arguments().stream().map(Shape::of).toList(), NOWHERE);
            case Expr.Aggregate a ->
                new Expr.Aggregate(
                        a.op(),
                        of(a.operand()),
                        a.parameter() == null ? null : of(a.parameter()),
                        a.grouping(),
                        a.without(),
                        NOWHERE);
            case Expr.Binary b ->
                new Expr.Binary(b.op(), of(b.left()), of(b.right()), b.matching(), b.returnBool(), NOWHERE);
        };
    }

    private static Expr.VectorSelector selector(Expr.VectorSelector v) {
        var matchers = v.matchers().stream()
                .sorted(Comparator.comparing(Matcher::toString))
                .toList();
        return new Expr.VectorSelector(v.metricName(), matchers, shift(v.shift()), v.mode(), NOWHERE);
    }

    private static TimeShift shift(TimeShift shift) {
        return new TimeShift(whole(shift.offset()), shift.at());
    }

    private static DurationExpr whole(DurationExpr duration) {
        if (duration instanceof DurationExpr.Literal literal) {
            return new DurationExpr.Literal(literal.durationMs() / 1000.0, true, NOWHERE);
        }
        return duration == null ? null : part(duration);
    }

    private static DurationExpr part(DurationExpr duration) {
        return switch (duration) {
            case DurationExpr.Literal l -> new DurationExpr.Literal(l.seconds(), l.duration(), NOWHERE);
            case DurationExpr.Step _ -> new DurationExpr.Step(NOWHERE);
            case DurationExpr.QueryRange _ -> new DurationExpr.QueryRange(NOWHERE);
            case DurationExpr.Negated n -> new DurationExpr.Negated(part(n.operand()), NOWHERE);
            case DurationExpr.Paren p -> new DurationExpr.Paren(part(p.inner()), NOWHERE);
            case DurationExpr.Arithmetic a ->
                new DurationExpr.Arithmetic(a.op(), part(a.left()), part(a.right()), NOWHERE);
            case DurationExpr.Extreme e -> new DurationExpr.Extreme(e.max(), part(e.left()), part(e.right()), NOWHERE);
        };
    }
}
