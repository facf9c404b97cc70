package io.engram.model.text;

/**
 * The shortest digits that give a double back, and their two layouts. Makes no garbage: the JDK finds the digits, in a
 * builder that is used again, because {@code StringBuilder.append(double)} writes into its own array; they are laid out
 * anew, because Java chooses its exponents differently. Used by one thread.
 */
final class ShortestDigits {
    /** Doubles below this have so few bits that one digit can be enough, where Java gives two. */
    private static final double ONE_DIGIT_LIMIT = 1e-320;

    private final StringBuilder java = new StringBuilder(32);
    private final byte[] digits = new byte[24];
    private int count;
    /** Where the decimal point stands: the value is 0.d1d2d3… times ten to this. */
    private int pointAt;

    /** Takes Java's "123.45" or "1.2345E-7" apart into digits and the place of the point. */
    void of(double positive) {
        java.setLength(0);
        java.append(positive);
        count = 0;
        int exponent = 0;
        int wholeDigits = -1;
        boolean leading = true;
        int leadingZeros = 0;
        for (int i = 0; i < java.length(); i++) {
            char c = java.charAt(i);
            if (c == '.') {
                wholeDigits = count;
            } else if (c == 'E') {
                exponent = parseExponent(i + 1);
                break;
            } else if (leading && c == '0') {
                leadingZeros += wholeDigits >= 0 ? 1 : 0;
            } else {
                leading = false;
                digits[count++] = (byte) c;
            }
        }
        while (count > 1 && digits[count - 1] == '0') {
            count--;
        }
        pointAt = wholeDigits - leadingZeros + exponent;
        if (count == 2 && positive < ONE_DIGIT_LIMIT) {
            preferOneDigit(positive);
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
    private void preferOneDigit(double positive) {
        int low = digits[0] - '0';
        boolean highFits = Double.parseDouble((low + 1) + "e" + (pointAt - 1)) == positive;
        boolean lowFits = Double.parseDouble(low + "e" + (pointAt - 1)) == positive;
        if (highFits && (!lowFits || digits[1] >= '5')) {
            digits[0] = (byte) (low == 9 ? '1' : '1' + low);
            pointAt += low == 9 ? 1 : 0;
            count = 1;
        } else if (lowFits) {
            count = 1;
        }
    }

    /** The exponent of ten before which one digit stands: 2 for 125. */
    int exponent() {
        return pointAt - 1;
    }

    /** {@code 1.25e+30}; the exponent has two digits at least. Returns the end. */
    int scientific(byte[] out, int at) {
        int end = at;
        out[end++] = digits[0];
        if (count > 1) {
            out[end++] = '.';
            System.arraycopy(digits, 1, out, end, count - 1);
            end += count - 1;
        }
        int exponent = exponent();
        out[end++] = 'e';
        out[end++] = (byte) (exponent < 0 ? '-' : '+');
        int magnitude = Math.abs(exponent);
        if (magnitude < 10) {
            out[end++] = '0';
        }
        return GoFloat.writeWhole(magnitude, out, end);
    }

    /** {@code 0.00125}, {@code 12.5}, {@code 12500}. Returns the end. */
    int positional(byte[] out, int at) {
        int end = at;
        if (pointAt <= 0) {
            out[end++] = '0';
            out[end++] = '.';
            for (int i = pointAt; i < 0; i++) {
                out[end++] = '0';
            }
        }
        for (int i = 0; i < count; i++) {
            if (i == pointAt && i > 0) {
                out[end++] = '.';
            }
            out[end++] = digits[i];
        }
        for (int i = count; i < pointAt; i++) {
            out[end++] = '0';
        }
        return end;
    }
}
