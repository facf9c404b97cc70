package io.engram.promql.parser;

import io.engram.model.text.GoFloat;
import io.engram.model.time.Durations;
import io.engram.promql.ast.DurationExpr;

/** Writes durations: a lone number becomes a duration ({@code [60]} is {@code [1m]}), inside arithmetic it stays one. */
final class DurationPrinter {
    private DurationPrinter() {}

    /** A duration that is not a part of another. */
    static void write(StringBuilder out, DurationExpr duration) {
        if (duration instanceof DurationExpr.Literal literal) {
            Durations.append(out, literal.durationMs());
        } else {
            writePart(out, duration);
        }
    }

    private static void writePart(StringBuilder out, DurationExpr duration) {
        switch (duration) {
            case DurationExpr.Literal literal -> {
                if (literal.duration()) {
                    Durations.append(out, Math.round(literal.seconds() * 1000));
                } else {
                    out.append(GoFloat.plain(literal.seconds()));
                }
            }
            case DurationExpr.Step _ -> out.append("step()");
            case DurationExpr.QueryRange _ -> out.append("range()");
            case DurationExpr.Negated negated -> {
                out.append('-');
                writePart(out, negated.operand());
            }
            case DurationExpr.Paren paren -> {
                out.append('(');
                writePart(out, paren.inner());
                out.append(')');
            }
            case DurationExpr.Arithmetic sum -> {
                writePart(out, sum.left());
                out.append(' ').append(sum.op().symbol()).append(' ');
                writePart(out, sum.right());
            }
            case DurationExpr.Extreme extreme -> {
                out.append(extreme.max() ? "max_of(" : "min_of(");
                writePart(out, extreme.left());
                out.append(", ");
                writePart(out, extreme.right());
                out.append(')');
            }
        }
    }
}
