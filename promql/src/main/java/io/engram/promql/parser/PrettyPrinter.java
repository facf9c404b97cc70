package io.engram.promql.parser;

import io.engram.promql.ast.Expr;
import io.engram.promql.ast.Expr.Aggregate;
import io.engram.promql.ast.Expr.Binary;
import io.engram.promql.ast.Expr.Call;
import io.engram.promql.ast.Expr.Paren;
import io.engram.promql.ast.Expr.Subquery;
import io.engram.promql.ast.Expr.Unary;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Breaks long expressions over lines, as Prometheus' {@code Prettify}: an expression that fits a line stays on it; one that
 * does not puts its parts on lines of their own, indented one step further.
 */
final class PrettyPrinter {
    private static final int MAX_LINE_BYTES = 100;
    private static final String INDENT = "  ";

    /** Sizes of the subtrees on one line, so that each is printed for its size but once. */
    private final Map<Expr, Integer> sizes = new IdentityHashMap<>();

    private final StringBuilder out = new StringBuilder(256);
    private final Printer printer = new Printer(out);

    String print(Expr expr) {
        write(expr, 0);
        return out.toString();
    }

    private void write(Expr expr, int level) {
        switch (expr) {
            case Unary unary -> writeUnary(unary, level);
            case Subquery subquery -> writeSubquery(subquery, level);
            case Aggregate aggregate when isLong(aggregate) -> writeAggregate(aggregate, level);
            case Binary binary when isLong(binary) -> writeBinary(binary, level);
            case Call call when isLong(call) -> writeCall(call, level);
            case Paren paren
            when isLong(paren) -> {
                indent(level).append("(\n");
                write(paren.inner(), level + 1);
                indent(newLine(), level).append(')');
            }
            default -> {
                indent(level);
                printer.write(expr);
            }
        }
    }

    private void writeUnary(Unary unary, int level) {
        indent(level).append(unary.negative() ? '-' : '+');
        int start = out.length();
        write(unary.operand(), level);
        int end = start;
        while (end < out.length() && out.charAt(end) == ' ') {
            end++;
        }
        out.delete(start, end);
    }

    private void writeSubquery(Subquery subquery, int level) {
        if (isLong(subquery)) {
            write(subquery.inner(), level);
            printer.writeSubqueryBrackets(subquery);
        } else {
            printer.write(subquery);
        }
    }

    private void writeAggregate(Aggregate aggregate, int level) {
        indent(level);
        printer.writeAggregateHead(aggregate);
        out.append("(\n");
        if (aggregate.parameter() != null) {
            write(aggregate.parameter(), level + 1);
            out.append(",\n");
        }
        write(aggregate.operand(), level + 1);
        indent(newLine(), level).append(')');
    }

    private void writeBinary(Binary binary, int level) {
        write(binary.left(), level + 1);
        indent(newLine(), level);
        printer.writeOperator(binary);
        out.append('\n');
        write(binary.right(), level + 1);
    }

    private void writeCall(Call call, int level) {
        indent(level).append(call.function().name()).append("(\n");
        for (int i = 0; i < call.arguments().size(); i++) {
            out.append(i == 0 ? "" : ",\n");
            write(call.arguments().get(i), level + 1);
        }
        indent(newLine(), level).append(')');
    }

    private boolean isLong(Expr expr) {
        return sizes.computeIfAbsent(expr, PrettyPrinter::size) > MAX_LINE_BYTES;
    }

    private static int size(Expr expr) {
        return Printer.print(expr).getBytes(StandardCharsets.UTF_8).length;
    }

    private StringBuilder newLine() {
        return out.append('\n');
    }

    private StringBuilder indent(int level) {
        return indent(out, level);
    }

    private static StringBuilder indent(StringBuilder out, int level) {
        return out.repeat(INDENT, level);
    }
}
