package io.engram.promql.engine.functions;

/** Functions of Go's {@code math} package whose results at the edges differ from Java's, or that Java lacks. */
public final class GoMath {
    private static final double LN2 = Math.log(2);

    private GoMath() {}

    /** Exact for powers of two. */
    static double log2(double x) {
        if (!(x > 0) || Double.isInfinite(x)) {
            return Math.log(x);
        }
        int exponent = Math.getExponent(x);
        if (exponent < Double.MIN_EXPONENT) {
            return log2(x * 0x1p54) - 54;
        }
        double fraction = x / Math.scalb(1.0, exponent);
        return fraction == 1 ? exponent : exponent + Math.log(fraction) / LN2;
    }

    /** 1 to any power is 1, and so is −1 to an infinite one. */
    public static double pow(double x, double y) {
        if (x == 1 || (x == -1 && Double.isInfinite(y))) {
            return 1;
        }
        return Math.pow(x, y);
    }

    /** +Inf where either is, even if the other is NaN. */
    public static double max(double x, double y) {
        return x == Double.POSITIVE_INFINITY || y == Double.POSITIVE_INFINITY
                ? Double.POSITIVE_INFINITY
                : Math.max(x, y);
    }

    /** −Inf where either is, even if the other is NaN. */
    public static double min(double x, double y) {
        return x == Double.NEGATIVE_INFINITY || y == Double.NEGATIVE_INFINITY
                ? Double.NEGATIVE_INFINITY
                : Math.min(x, y);
    }

    static double asinh(double x) {
        double a = Math.abs(x);
        if (Double.isNaN(x) || Double.isInfinite(x) || a < 0x1p-28) {
            return x;
        }
        double result;
        if (a > 0x1p28) {
            result = Math.log(a) + LN2;
        } else if (a > 2) {
            result = Math.log(2 * a + 1 / (Math.sqrt(a * a + 1) + a));
        } else {
            result = Math.log1p(a + a * a / (1 + Math.sqrt(1 + a * a)));
        }
        return Math.copySign(result, x);
    }

    static double acosh(double x) {
        if (x < 1 || Double.isNaN(x)) {
            return Double.NaN;
        }
        if (x >= 0x1p28) {
            return Math.log(x) + LN2;
        }
        if (x > 2) {
            return Math.log(2 * x - 1 / (x + Math.sqrt(x * x - 1)));
        }
        double t = x - 1;
        return Math.log1p(t + Math.sqrt(2 * t + t * t));
    }

    static double atanh(double x) {
        double a = Math.abs(x);
        if (a > 1 || Double.isNaN(x)) {
            return Double.NaN;
        }
        double result;
        if (a < 0x1p-28) {
            result = a;
        } else if (a < 0.5) {
            double twice = a + a;
            result = 0.5 * Math.log1p(twice + twice * a / (1 - a));
        } else {
            result = 0.5 * Math.log1p((a + a) / (1 - a));
        }
        return Math.copySign(result, x);
    }
}
