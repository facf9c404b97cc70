package io.engram.promql.engine.plan;

import io.engram.promql.ast.DurationExpr;
import io.engram.promql.parser.ParseException;

/** Evaluates durations, whose value may depend on the query's step and range. Arithmetic is done in seconds. */
record DurationEvaluator(long stepMs, long queryRangeMs) {

    /** @throws ParseException where it is not above 0 or out of range */
    long positiveMs(DurationExpr duration) {
        long ms = millis(duration);
        if (ms <= 0) {
            throw error(duration, "duration must be greater than 0");
        }
        return ms;
    }

    long millis(DurationExpr duration) {
        if (duration instanceof DurationExpr.Literal literal) {
            return literal.durationMs();
        }
        double seconds = seconds(duration);
        if (Double.isNaN(seconds) || Math.abs(seconds) * 1e9 >= Long.MAX_VALUE) {
            throw error(duration, "duration is out of range");
        }
        return (long) (seconds * 1000);
    }

    private double seconds(DurationExpr duration) {
        return switch (duration) {
            case DurationExpr.Literal literal -> literal.seconds();
            case DurationExpr.Step _ -> stepMs / 1000.0;
            case DurationExpr.QueryRange _ -> queryRangeMs / 1000.0;
            case DurationExpr.Negated negated -> -seconds(negated.operand());
            case DurationExpr.Paren paren -> seconds(paren.inner());
            case DurationExpr.Extreme extreme ->
                extreme.max()
                        ? Math.max(seconds(extreme.left()), seconds(extreme.right()))
                        : Math.min(seconds(extreme.left()), seconds(extreme.right()));
            case DurationExpr.Arithmetic arithmetic -> arithmetic(arithmetic);
        };
    }

    private double arithmetic(DurationExpr.Arithmetic expression) {
        double left = seconds(expression.left());
        double right = seconds(expression.right());
        return switch (expression.op()) {
            case ADD -> left + right;
            case SUB -> left - right;
            case MUL -> left * right;
            case DIV -> {
                if (right == 0) {
                    throw error(expression, "division by zero");
                }
                yield left / right;
            }
            case MOD -> {
                if (right == 0) {
                    throw error(expression, "modulo by zero");
                }
                yield left % right;
            }
            case POW -> Math.pow(left, right);
            default ->
                throw error(
                        expression,
                        "unexpected duration expression operator "
                                + expression.op().symbol());
        };
    }

    private static ParseException error(DurationExpr at, String message) {
        return new ParseException(at.span().start() + ":" + at.span().end() + ": " + message);
    }
}
