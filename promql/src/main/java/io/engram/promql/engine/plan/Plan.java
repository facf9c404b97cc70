package io.engram.promql.engine.plan;

import io.engram.model.labels.Matcher;
import io.engram.promql.ast.AggregateOp;
import io.engram.promql.ast.BinaryOp;
import io.engram.promql.ast.Span;
import io.engram.promql.ast.ValueType;
import io.engram.promql.ast.VectorMatching;
import io.engram.promql.ast.WindowMode;
import java.util.List;

/** One step of a query's evaluation. */
public sealed interface Plan {
    /** Where in the query it stands, for annotations. */
    Span span();

    ValueType type();

    /**
     * When a selector or subquery looks.
     *
     * @param offsetMs how far back
     * @param fixed whether it looks at {@code atMs} whatever the evaluation time
     */
    record Shift(long offsetMs, boolean fixed, long atMs) {}

    record Number(double value, Span span) implements Plan {
        @Override
        public ValueType type() {
            return ValueType.SCALAR;
        }
    }

    record Text(String value, Span span) implements Plan {
        @Override
        public ValueType type() {
            return ValueType.STRING;
        }
    }

    record Selector(List<Matcher> matchers, Shift shift, WindowMode mode, Span span) implements Plan {
        public Selector {
            matchers = List.copyOf(matchers);
        }

        @Override
        public ValueType type() {
            return ValueType.VECTOR;
        }
    }

    record Matrix(Selector selector, long rangeMs, Span span) implements Plan {
        @Override
        public ValueType type() {
            return ValueType.MATRIX;
        }
    }

    record Subquery(Plan inner, long rangeMs, long stepMs, Shift shift, Span span) implements Plan {
        @Override
        public ValueType type() {
            return ValueType.MATRIX;
        }
    }

    record Call(String function, ValueType type, List<Plan> arguments, Span span) implements Plan {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    record Aggregate(AggregateOp op, Plan operand, Plan parameter, List<String> grouping, boolean without, Span span)
            implements Plan {
        public Aggregate {
            grouping = List.copyOf(grouping);
        }

        @Override
        public ValueType type() {
            return ValueType.VECTOR;
        }
    }

    record Binary(
            BinaryOp op, Plan left, Plan right, VectorMatching matching, boolean returnBool, ValueType type, Span span)
            implements Plan {}

    record Negate(Plan operand, Span span) implements Plan {
        @Override
        public ValueType type() {
            return operand.type();
        }
    }

    /** Its operand has the same value at every step, and is evaluated once. */
    record StepInvariant(Plan operand) implements Plan {
        @Override
        public Span span() {
            return operand.span();
        }

        @Override
        public ValueType type() {
            return operand.type();
        }
    }
}
