package io.engram.promql.parser;

import io.engram.model.labels.Label;
import io.engram.model.labels.Matcher;
import io.engram.model.labels.Utf8Order;
import io.engram.model.text.GoFloat;
import io.engram.model.text.GoQuote;
import io.engram.model.time.Durations;
import io.engram.promql.ast.Expr;
import io.engram.promql.ast.Expr.Aggregate;
import io.engram.promql.ast.Expr.Binary;
import io.engram.promql.ast.Expr.Call;
import io.engram.promql.ast.Expr.MatrixSelector;
import io.engram.promql.ast.Expr.NumberLiteral;
import io.engram.promql.ast.Expr.Paren;
import io.engram.promql.ast.Expr.StringLiteral;
import io.engram.promql.ast.Expr.Subquery;
import io.engram.promql.ast.Expr.Unary;
import io.engram.promql.ast.Expr.VectorSelector;
import io.engram.promql.ast.TimeShift;
import io.engram.promql.ast.VectorMatching;
import io.engram.promql.ast.WindowMode;
import java.math.BigDecimal;
import java.util.List;

/**
 * Writes expressions in canonical PromQL, as Prometheus' {@code Expr.String()} does. What is printed parses to the same
 * expression; where Prometheus' own text would not (durations such as {@code 1s1ms} as numbers, the empty selector of
 * {@code info}), it is the parse that counts.
 */
public final class Printer {
    private final StringBuilder out;

    Printer(StringBuilder out) {
        this.out = out;
    }

    /** On one line. */
    public static String print(Expr expr) {
        var out = new StringBuilder(128);
        new Printer(out).write(expr);
        return out.toString();
    }

    /** On as many lines as it takes to break what is longer than 100 bytes, as the API's {@code format_query} does. */
    public static String pretty(Expr expr) {
        return new PrettyPrinter().print(expr);
    }

    /** Whether a label may stand without quotes. */
    static boolean isPlainName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!Lexer.isAlpha(c) && (i == 0 || !Lexer.isDigit(c))) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    void write(Expr expr) {
        switch (expr) {
            case NumberLiteral number -> writeNumber(number);
            case StringLiteral string -> GoQuote.append(out, string.value());
            case Paren paren -> {
                out.append('(');
                write(paren.inner());
                out.append(')');
            }
            case Unary unary -> {
                out.append(unary.negative() ? '-' : '+');
                write(unary.operand());
            }
            case VectorSelector selector -> {
                writeSelector(selector);
                writeAt(selector.shift());
                writeMode(selector.mode());
                writeOffset(selector.shift());
            }
            case MatrixSelector matrix -> writeMatrix(matrix);
            case Subquery subquery -> {
                write(subquery.inner());
                writeSubqueryBrackets(subquery);
            }
            case Call call -> writeCall(call);
            case Aggregate aggregate -> writeAggregate(aggregate);
            case Binary binary -> {
                write(binary.left());
                out.append(' ');
                writeOperator(binary);
                out.append(' ');
                write(binary.right());
            }
        }
    }

    private void writeNumber(NumberLiteral number) {
        if (number.duration()) {
            Durations.append(out, Math.round(number.value() * 1000));
        } else {
            out.append(GoFloat.plain(number.value()));
        }
    }

    private void writeSelector(VectorSelector selector) {
        String name = selector.metricName();
        out.append(name);
        List<String> matchers = selector.matchers().stream()
                .filter(matcher -> name.isEmpty() || !isNameItself(matcher, name))
                .map(Printer::matcher)
                .sorted(Utf8Order::compare)
                .toList();
        if (!matchers.isEmpty() || name.isEmpty()) {
            out.append('{').append(String.join(",", matchers)).append('}');
        }
    }

    private static boolean isNameItself(Matcher matcher, String metricName) {
        return matcher.type() == Matcher.Type.EQUAL
                && matcher.name().equals(Label.METRIC_NAME)
                && matcher.value().equals(metricName);
    }

    private static String matcher(Matcher matcher) {
        String name = isPlainName(matcher.name()) ? matcher.name() : GoQuote.quote(matcher.name());
        return name + matcher.type().symbol() + GoQuote.quote(matcher.value());
    }

    private void writeMatrix(MatrixSelector matrix) {
        VectorSelector selector = matrix.selector();
        writeSelector(selector);
        out.append('[');
        DurationPrinter.write(out, matrix.range());
        out.append(']');
        writeMode(selector.mode());
        writeAt(selector.shift());
        writeOffset(selector.shift());
    }

    void writeSubqueryBrackets(Subquery subquery) {
        out.append('[');
        DurationPrinter.write(out, subquery.range());
        out.append(':');
        if (subquery.step() != null) {
            DurationPrinter.write(out, subquery.step());
        }
        out.append(']');
        writeAt(subquery.shift());
        writeOffset(subquery.shift());
    }

    private void writeAt(TimeShift shift) {
        switch (shift.at()) {
            case null -> {}
            case TimeShift.At.Timestamp(long ms) ->
                out.append(" @ ").append(BigDecimal.valueOf(ms, 3).toPlainString());
            case TimeShift.At.Start() -> out.append(" @ start()");
            case TimeShift.At.End() -> out.append(" @ end()");
        }
    }

    private void writeMode(WindowMode mode) {
        switch (mode) {
            case PLAIN -> {}
            case ANCHORED -> out.append(" anchored");
            case SMOOTHED -> out.append(" smoothed");
        }
    }

    private void writeOffset(TimeShift shift) {
        if (shift.offset() != null) {
            out.append(" offset ");
            DurationPrinter.write(out, shift.offset());
        }
    }

    private void writeCall(Call call) {
        out.append(call.function().name()).append('(');
        for (int i = 0; i < call.arguments().size(); i++) {
            out.append(i == 0 ? "" : ", ");
            write(call.arguments().get(i));
        }
        out.append(')');
    }

    private void writeAggregate(Aggregate aggregate) {
        writeAggregateHead(aggregate);
        out.append('(');
        if (aggregate.parameter() != null) {
            write(aggregate.parameter());
            out.append(", ");
        }
        write(aggregate.operand());
        out.append(')');
    }

    void writeAggregateHead(Aggregate aggregate) {
        out.append(aggregate.op().symbol());
        if (aggregate.without() || !aggregate.grouping().isEmpty()) {
            out.append(aggregate.without() ? " without " : " by ");
            writeLabels(aggregate.grouping());
            out.append(' ');
        }
    }

    /** The operator with all that stands between the sides of a binary expression. */
    void writeOperator(Binary binary) {
        out.append(binary.op().symbol());
        if (binary.returnBool()) {
            out.append(" bool");
        }
        VectorMatching matching = binary.matching();
        if (matching != null) {
            writeMatching(matching);
        }
    }

    private void writeMatching(VectorMatching matching) {
        boolean grouped = matching.card() == VectorMatching.Card.MANY_TO_ONE
                || matching.card() == VectorMatching.Card.ONE_TO_MANY;
        if (matching.on() || grouped || !matching.labels().isEmpty()) {
            out.append(matching.on() ? " on " : " ignoring ");
            writeLabels(matching.labels());
        }
        if (grouped) {
            out.append(matching.card() == VectorMatching.Card.MANY_TO_ONE ? " group_left " : " group_right ");
            writeLabels(matching.include());
        }
        Double left = matching.fillLeft();
        Double right = matching.fillRight();
        if (left != null && right != null && left.doubleValue() == right.doubleValue()) {
            writeFill(" fill (", left);
            return;
        }
        writeFill(" fill_left (", left);
        writeFill(" fill_right (", right);
    }

    private void writeFill(String keyword, Double value) {
        if (value != null) {
            out.append(keyword).append(GoFloat.general(value)).append(')');
        }
    }

    private void writeLabels(List<String> labels) {
        out.append('(');
        for (int i = 0; i < labels.size(); i++) {
            String label = labels.get(i);
            out.append(i == 0 ? "" : ", ").append(isPlainName(label) ? label : GoQuote.quote(label));
        }
        out.append(')');
    }
}
