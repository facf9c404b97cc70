package io.engram.querier;

/**
 * Writes doubles as ASCII the way Go's {@code strconv.AppendFloat(v, 'f' or 'e', -1, 64)} does for Prometheus' JSON: the
 * fewest digits that read back as the same double, an exponent below 1e-6 and from 1e21 on ({@code 1e-07},
 * {@code 1e+21}), {@code +Inf}, {@code -Inf}, {@code NaN}. Makes no garbage. Used by one thread.
 *
 * <ol>
 *   <li>Whole numbers below 2^53 are written digit by digit.
 *   <li>For the others the JDK finds the shortest digits; they go into a builder that is used again, because
 *       {@code StringBuilder.append(double)} writes into its own array.
 *   <li>Those digits are laid out anew, because Java chooses its exponents differently.
 * </ol>
 */
final class FloatText {
    /** Bytes that one number can take at most: 21 digits before the point, or "-0." with 6 zeros and 17 digits. */
    static final int MAX_BYTES = 32;

    private static final double WHOLE_LIMIT = 1L << 53;

    private final StringBuilder java = new StringBuilder(32);
    private final byte[] digits = new byte[24];
    private int digitCount;
    /** Where the decimal point stands: the value is 0.d1d2d3… times ten to this. */
    private int pointAt;

    /** Writes {@code value} into {@code out} from {@code at} on, which has room for {@link #MAX_BYTES}; returns the end. */
    int put(double value, byte[] out, int at) {
        double magnitude = Math.abs(value);
        if (magnitude < WHOLE_LIMIT && magnitude == Math.rint(magnitude)) {
            int end = at;
            if (Double.doubleToRawLongBits(value) < 0) { // -0 prints its sign in Go
                out[end++] = '-';
            }
            return putWhole((long) magnitude, out, end);
        }
        if (!(magnitude <= Double.MAX_VALUE)) {
            return putSpecial(value, out, at);
        }
        int end = at;
        if (value < 0) {
            out[end++] = '-';
        }
        split(magnitude);
        return magnitude < 1e-6 || magnitude >= 1e21 ? putExponent(out, end) : putPlain(out, end);
    }

    /** Writes a number that is not negative. */
    static int putWhole(long number, byte[] out, int at) {
        int width = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            width++;
        }
        long rest = number;
        for (int i = at + width - 1; i >= at; i--) {
            out[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return at + width;
    }

    private static int putSpecial(double value, byte[] out, int at) {
        String text = Double.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        for (int i = 0; i < 3; i++) {
            out[at + i] = (byte) text.charAt(i);
        }
        if (text.length() == 4) {
            out[at + 3] = (byte) text.charAt(3);
        }
        return at + text.length();
    }

    /** Takes Java's "123.45" or "1.2345E-7" apart into digits and the place of the point. */
    private void split(double magnitude) {
        java.setLength(0);
        java.append(magnitude);
        digitCount = 0;
        int exponent = 0;
        int wholeDigits = -1;
        boolean leading = true;
        int leadingZeros = 0;
        for (int i = 0; i < java.length(); i++) {
            char c = java.charAt(i);
            if (c == '.') {
                wholeDigits = digitCount;
            } else if (c == 'E') {
                exponent = parseExponent(i + 1);
                break;
            } else if (leading && c == '0') {
                leadingZeros += wholeDigits >= 0 ? 1 : 0;
            } else {
                leading = false;
                digits[digitCount++] = (byte) c;
            }
        }
        while (digitCount > 1 && digits[digitCount - 1] == '0') {
            digitCount--;
        }
        pointAt = wholeDigits - leadingZeros + exponent;
        if (digitCount == 2 && magnitude < 1e-320) {
            preferOneDigit(magnitude);
        }
    }

    private int parseExponent(int from) {
        boolean negative = java.charAt(from) == '-';
        int exponent = 0;
        for (int i = negative ? from + 1 : from; i < java.length(); i++) {
            exponent = exponent * 10 + java.charAt(i) - '0';
        }
        return negative ? -exponent : exponent;
    }

    /** Java never writes fewer than two digits; among the smallest subnormals one can be enough ({@code 5e-324}). */
    private void preferOneDigit(double magnitude) {
        int low = digits[0] - '0';
        boolean highFits = Double.parseDouble((low + 1) + "e" + (pointAt - 1)) == magnitude;
        boolean lowFits = Double.parseDouble(low + "e" + (pointAt - 1)) == magnitude;
        if (highFits && (!lowFits || digits[1] >= '5')) {
            digits[0] = (byte) (low == 9 ? '1' : '1' + low);
            pointAt += low == 9 ? 1 : 0;
            digitCount = 1;
        } else if (lowFits) {
            digitCount = 1;
        }
    }

    private int putExponent(byte[] out, int at) {
        int end = at;
        out[end++] = digits[0];
        if (digitCount > 1) {
            out[end++] = '.';
            System.arraycopy(digits, 1, out, end, digitCount - 1);
            end += digitCount - 1;
        }
        int exponent = pointAt - 1;
        out[end++] = 'e';
        out[end++] = (byte) (exponent < 0 ? '-' : '+');
        int size = Math.abs(exponent);
        if (size < 10) {
            out[end++] = '0';
        }
        return putWhole(size, out, end);
    }

    private int putPlain(byte[] out, int at) {
        int end = at;
        if (pointAt <= 0) {
            out[end++] = '0';
            out[end++] = '.';
            for (int i = pointAt; i < 0; i++) {
                out[end++] = '0';
            }
        }
        for (int i = 0; i < digitCount; i++) {
            if (i == pointAt && i > 0) {
                out[end++] = '.';
            }
            out[end++] = digits[i];
        }
        for (int i = digitCount; i < pointAt; i++) {
            out[end++] = '0';
        }
        return end;
    }
}
