package io.engram.promql.ast;

import io.engram.model.labels.Matcher;
import java.util.List;

/**
 * A parsed PromQL expression. Nodes are values; {@code Printer} gives their canonical text. Grammar and names follow
 * Prometheus' {@code promql/parser/ast.go}.
 */
public sealed interface Expr {
    Span span();

    ValueType type();

    record NumberLiteral(double value, boolean duration, Span span) implements Expr {
        @Override
        public ValueType type() {
            return ValueType.SCALAR;
        }
    }

    record StringLiteral(String value, Span span) implements Expr {
        @Override
        public ValueType type() {
            return ValueType.STRING;
        }
    }

    /** {@code (expr)}: kept, because printing must give it back. */
    record Paren(Expr inner, Span span) implements Expr {
        @Override
        public ValueType type() {
            return inner.type();
        }
    }

    record Unary(boolean negative, Expr operand, Span span) implements Expr {
        @Override
        public ValueType type() {
            return operand.type();
        }
    }

    /**
     * {@code name{matchers} offset … @ …}.
     *
     * @param metricName the name in front of the braces, or empty; {@code matchers} has it too, as an EQUAL on {@code __name__}
     */
    record VectorSelector(String metricName, List<Matcher> matchers, TimeShift shift, WindowMode mode, Span span)
            implements Expr {
        public VectorSelector {
            matchers = List.copyOf(matchers);
        }

        @Override
        public ValueType type() {
            return ValueType.VECTOR;
        }
    }

    /** {@code selector[range]}; the shift written behind the brackets stands in the selector. */
    record MatrixSelector(VectorSelector selector, DurationExpr range, Span span) implements Expr {
        @Override
        public ValueType type() {
            return ValueType.MATRIX;
        }
    }

    /** {@code expr[range:step]}; {@code step} is null where the default is meant. */
    record Subquery(Expr inner, DurationExpr range, DurationExpr step, TimeShift shift, Span span) implements Expr {
        @Override
        public ValueType type() {
            return ValueType.MATRIX;
        }
    }

    record Call(Function function, List<Expr> arguments, Span span) implements Expr {
        public Call {
            arguments = List.copyOf(arguments);
        }

        @Override
        public ValueType type() {
            return function.returns();
        }
    }

    /**
     * {@code op by (grouping) (parameter, operand)}.
     *
     * @param parameter null where the operator has none
     * @param without the grouping names what to leave out
     */
    record Aggregate(AggregateOp op, Expr operand, Expr parameter, List<String> grouping, boolean without, Span span)
            implements Expr {
        public Aggregate {
            grouping = List.copyOf(grouping);
        }

        @Override
        public ValueType type() {
            return ValueType.VECTOR;
        }
    }

    /**
     * @param matching null where neither side is a vector or none of it is a vector-vector operation
     * @param returnBool {@code bool} stood behind a comparison
     */
    record Binary(BinaryOp op, Expr left, Expr right, VectorMatching matching, boolean returnBool, Span span)
            implements Expr {
        @Override
        public ValueType type() {
            return left.type() == ValueType.SCALAR && right.type() == ValueType.SCALAR
                    ? ValueType.SCALAR
                    : ValueType.VECTOR;
        }
    }
}
