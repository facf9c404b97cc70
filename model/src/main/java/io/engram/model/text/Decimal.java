package io.engram.model.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * The shortest digits that give a finite double back.
 *
 * @param digits without leading or trailing zeros; "0" for zero
 * @param pointAt where the decimal point stands, counted from the first digit: 12.5 is "125" with 2
 */
record Decimal(boolean negative, String digits, int pointAt) {
    /** Doubles below this have so few bits that one digit can be enough, where {@link Double#toString} gives two. */
    private static final double ONE_DIGIT_LIMIT = 1e-321;

    static Decimal of(double value) {
        boolean negative = Double.doubleToRawLongBits(value) < 0;
        double magnitude = Math.abs(value);
        if (magnitude == 0) {
            return new Decimal(negative, "0", 1);
        }
        String text = Double.toString(magnitude);
        if (magnitude < ONE_DIGIT_LIMIT) {
            String shorter = new BigDecimal(text)
                    .round(new MathContext(1, RoundingMode.HALF_EVEN))
                    .toString();
            text = Double.parseDouble(shorter) == magnitude ? shorter : text;
        }
        return ofJava(negative, text);
    }

    /** Takes {@code 12.5}, {@code 1.25E7} or {@code 5E-324} apart. */
    private static Decimal ofJava(boolean negative, String text) {
        int exponentAt = text.indexOf('E');
        int mantissaEnd = exponentAt < 0 ? text.length() : exponentAt;
        int exponent = exponentAt < 0 ? 0 : Integer.parseInt(text, exponentAt + 1, text.length(), 10);
        int point = text.indexOf('.');
        int wholeEnd = point < 0 ? mantissaEnd : point;
        var digits = new StringBuilder(20).append(text, 0, wholeEnd);
        if (point >= 0) {
            digits.append(text, point + 1, mantissaEnd);
        }
        int leading = 0;
        while (leading < digits.length() - 1 && digits.charAt(leading) == '0') {
            leading++;
        }
        int end = digits.length();
        while (end > leading + 1 && digits.charAt(end - 1) == '0') {
            end--;
        }
        return new Decimal(negative, digits.substring(leading, end), wholeEnd - leading + exponent);
    }

    /** {@code 0.00125}, {@code 12.5}, {@code 12500}. */
    String positional() {
        var out = new StringBuilder(24);
        sign(out);
        int count = digits.length();
        if (pointAt <= 0) {
            out.append("0.").repeat('0', -pointAt).append(digits);
        } else if (pointAt >= count) {
            out.append(digits).repeat('0', pointAt - count);
        } else {
            out.append(digits, 0, pointAt).append('.').append(digits, pointAt, count);
        }
        return out.toString();
    }

    /** {@code 1.25e+30}; the exponent has two digits at least. */
    String scientific() {
        var out = new StringBuilder(24);
        sign(out);
        out.append(digits.charAt(0));
        if (digits.length() > 1) {
            out.append('.').append(digits, 1, digits.length());
        }
        int exponent = pointAt - 1;
        out.append('e').append(exponent < 0 ? '-' : '+');
        int magnitude = Math.abs(exponent);
        if (magnitude < 10) {
            out.append('0');
        }
        return out.append(magnitude).toString();
    }

    private void sign(StringBuilder out) {
        if (negative) {
            out.append('-');
        }
    }
}
