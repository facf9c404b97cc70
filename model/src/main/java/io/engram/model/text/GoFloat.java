package io.engram.model.text;

import java.nio.charset.StandardCharsets;

/**
 * Floats in their shortest form, as Go's {@code strconv.FormatFloat} writes them with precision -1. There are three
 * layouts of the same digits:
 *
 * <ul>
 *   <li>{@link #format}: never an exponent below 1e21 and from 1e-6 on, else one of two digits or more ({@code 1e+21},
 *       {@code 1e-07}); the values of Prometheus' HTTP API
 *   <li>{@link #plain}: never an exponent (Go's {@code 'f'}); number literals of PromQL
 *   <li>{@link #general}: an exponent from 1e+06 on and below 0.0001 (Go's {@code 'g'} and {@code %v})
 * </ul>
 *
 * <p>Not-a-number is {@code NaN}, infinities are {@code +Inf} and {@code -Inf}, the negative zero is {@code -0}.
 *
 * <p>Who writes many floats keeps an instance and calls {@link #write}, which makes no garbage; an instance is used by one
 * thread. The static methods are for single values.
 */
public final class GoFloat {
    /** As many bytes as {@link #write} can need: 21 digits before the point, or "-0." with 6 zeros and 17 digits. */
    public static final int MAX_BYTES = 32;

    /** As many bytes as {@link #plain} can need: "-0." with 323 zeros and 17 digits. */
    private static final int MAX_PLAIN_BYTES = 350;

    /** Below this, a whole number times a thousand has 15 digits at most: such a decimal is always the shortest. */
    private static final double SHORT_LIMIT = 1e12;

    /** Below this, every double without a fraction is exactly the whole number that it prints as. */
    private static final double WHOLE_LIMIT = 1L << 53;

    private final ShortestDigits digits = new ShortestDigits();

    /** When a layout has an exponent; {@code exponent} is that of ten, of a number that is not 0. */
    @FunctionalInterface
    private interface Layout {
        boolean scientific(int exponent);
    }

    public static String format(double value) {
        byte[] out = new byte[MAX_BYTES];
        return text(out, new GoFloat().write(value, out, 0));
    }

    /** Without an exponent, however long that becomes. */
    public static String plain(double value) {
        return text(value, _ -> false);
    }

    /** With an exponent where Go's {@code %v} has one. */
    public static String general(double value) {
        return text(value, exponent -> exponent < -4 || exponent >= 6);
    }

    private static String text(double value, Layout layout) {
        byte[] out = new byte[MAX_PLAIN_BYTES];
        return text(out, new GoFloat().write(value, layout, out));
    }

    private static String text(byte[] ascii, int length) {
        return new String(ascii, 0, length, StandardCharsets.ISO_8859_1);
    }

    private int write(double value, Layout layout, byte[] out) {
        double magnitude = Math.abs(value);
        if (!(magnitude <= Double.MAX_VALUE)) {
            return writeSpecial(value, out, 0);
        }
        int end = writeSign(value, out, 0);
        if (magnitude == 0) {
            return writeWhole(0, out, end);
        }
        digits.of(magnitude);
        return layout.scientific(digits.exponent()) ? digits.scientific(out, end) : digits.positional(out, end);
    }

    /**
     * Writes what {@link #format} gives, in ASCII, to {@code out} from {@code at} on. Whole numbers and decimals of up to
     * three places, most of what is ever stored, are written digit by digit.
     *
     * @param out has {@link #MAX_BYTES} left there
     * @return the position behind the last byte written
     */
    public int write(double value, byte[] out, int at) {
        double magnitude = Math.abs(value);
        if (!(magnitude <= Double.MAX_VALUE)) {
            return writeSpecial(value, out, at);
        }
        int end = writeSign(value, out, at);
        if (magnitude < SHORT_LIMIT) {
            double thousandfold = Math.rint(magnitude * 1000);
            if (thousandfold / 1000 == magnitude) {
                return writeThousandths((long) thousandfold, out, end);
            }
        } else if (magnitude < WHOLE_LIMIT && magnitude == Math.rint(magnitude)) {
            return writeWhole((long) magnitude, out, end);
        }
        digits.of(magnitude);
        return magnitude < 1e-6 || magnitude >= 1e21 ? digits.scientific(out, end) : digits.positional(out, end);
    }

    /** The negative zero has a sign, too. */
    private static int writeSign(double value, byte[] out, int at) {
        if (Double.doubleToRawLongBits(value) < 0) {
            out[at] = '-';
            return at + 1;
        }
        return at;
    }

    private static int writeSpecial(double value, byte[] out, int at) {
        String text = Double.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        for (int i = 0; i < text.length(); i++) {
            out[at + i] = (byte) text.charAt(i);
        }
        return at + text.length();
    }

    private static int writeThousandths(long thousandths, byte[] out, int at) {
        long whole = thousandths / 1000;
        int rest = (int) (thousandths - whole * 1000);
        int end = writeWhole(whole, out, at);
        if (rest == 0) {
            return end;
        }
        out[end++] = '.';
        int hundred = rest / 100;
        int ten = rest / 10 % 10;
        int one = rest % 10;
        out[end++] = (byte) ('0' + hundred);
        if (ten != 0 || one != 0) {
            out[end++] = (byte) ('0' + ten);
        }
        if (one != 0) {
            out[end++] = (byte) ('0' + one);
        }
        return end;
    }

    /** Writes a whole number that is not negative; returns the position behind it. */
    public static int writeWhole(long whole, byte[] out, int at) {
        int width = 1;
        for (long rest = whole; rest >= 10; rest /= 10) {
            width++;
        }
        long rest = whole;
        for (int i = at + width - 1; i >= at; i--) {
            long tenth = rest / 10;
            out[i] = (byte) ('0' + (rest - tenth * 10));
            rest = tenth;
        }
        return at + width;
    }
}
