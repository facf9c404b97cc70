package io.engram.promql.engine;

import io.engram.promql.ast.BinaryOp;
import io.engram.promql.engine.functions.BinaryFunction;
import io.engram.promql.engine.functions.Row;
import java.util.function.DoubleUnaryOperator;

/** Functions over rows, for {@link MapOperator}. */
final class RowFunctions {
    private RowFunctions() {}

    static MapOperator.RowFunction each(DoubleUnaryOperator function) {
        return row -> {
            for (int step = row.next(0); step >= 0; step = row.next(step + 1)) {
                row.value[step] = function.applyAsDouble(row.value[step]);
            }
        };
    }

    /**
     * An operation with a scalar. A comparison keeps the vector's value where it holds; with {@code returnBool} it
     * gives 1 or 0.
     *
     * @param scalar one per step
     */
    static MapOperator.RowFunction binary(BinaryOp op, double[] scalar, boolean scalarLeft, boolean returnBool) {
        if (op.kind() == BinaryOp.Kind.ARITHMETIC) {
            return arithmetic(op, scalar, scalarLeft);
        }
        return row -> {
            for (int step = row.next(0); step >= 0; step = row.next(step + 1)) {
                double v = row.value[step];
                boolean holds = scalarLeft
                        ? BinaryFunction.compares(op, scalar[step], v)
                        : BinaryFunction.compares(op, v, scalar[step]);
                if (returnBool) {
                    row.value[step] = holds ? 1 : 0;
                } else if (!holds) {
                    row.remove(step);
                }
            }
        };
    }

    /** The common ones compute all steps, present or not: a loop without tests. */
    private static MapOperator.RowFunction arithmetic(BinaryOp op, double[] scalar, boolean scalarLeft) {
        if (op == BinaryOp.MUL) {
            return row -> multiply(row, scalar);
        }
        if (op == BinaryOp.ADD) {
            return row -> add(row, scalar);
        }
        if (op == BinaryOp.DIV && !scalarLeft) {
            return row -> divide(row, scalar);
        }
        return row -> {
            for (int step = row.next(0); step >= 0; step = row.next(step + 1)) {
                double v = row.value[step];
                row.value[step] = scalarLeft
                        ? BinaryFunction.arithmetic(op, scalar[step], v)
                        : BinaryFunction.arithmetic(op, v, scalar[step]);
            }
        };
    }

    private static void multiply(Row row, double[] scalar) {
        for (int i = 0; i < row.steps; i++) {
            row.value[i] *= scalar[i];
        }
    }

    private static void add(Row row, double[] scalar) {
        for (int i = 0; i < row.steps; i++) {
            row.value[i] += scalar[i];
        }
    }

    private static void divide(Row row, double[] scalar) {
        for (int i = 0; i < row.steps; i++) {
            row.value[i] /= scalar[i];
        }
    }
}
