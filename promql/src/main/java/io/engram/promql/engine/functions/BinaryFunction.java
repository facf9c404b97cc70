package io.engram.promql.engine.functions;

import io.engram.promql.ast.BinaryOp;

/** Arithmetic and comparison of two floats. */
public final class BinaryFunction {
    private BinaryFunction() {}

    /** @throws IllegalArgumentException where {@code op} is no arithmetic of floats */
    public static double arithmetic(BinaryOp op, double a, double b) {
        return switch (op) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case MOD -> a % b;
            case POW -> GoMath.pow(a, b);
            case ATAN2 -> Math.atan2(a, b);
            default -> throw new IllegalArgumentException(op.symbol() + " is no arithmetic of floats");
        };
    }

    public static boolean compares(BinaryOp op, double a, double b) {
        return switch (op) {
            case EQL -> a == b;
            case NEQ -> a != b;
            case LSS -> a < b;
            case LTE -> a <= b;
            case GTR -> a > b;
            case GTE -> a >= b;
            default -> throw new IllegalArgumentException(op.symbol() + " is no comparison");
        };
    }
}
