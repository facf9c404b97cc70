package io.engram.model.text;

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
 * <p>Whole numbers and decimals of up to three places, most of what is ever stored, take a path without garbage.
 */
public final class GoFloat {
    /** As many bytes as {@link #write} can need. */
    public static final int MAX_BYTES = 32;

    /** Below this, a whole number times a thousand has 15 digits at most: such a decimal is always the shortest. */
    private static final double SHORT_LIMIT = 1e12;

    private GoFloat() {}

    public static String format(double value) {
        var out = new StringBuilder(24);
        append(out, value);
        return out.toString();
    }

    /** Appends what {@link #format} gives. */
    public static void append(StringBuilder out, double value) {
        byte[] text = new byte[MAX_BYTES];
        int length = write(value, text, 0);
        for (int i = 0; i < length; i++) {
            out.append((char) text[i]);
        }
    }

    /**
     * Writes what {@link #format} gives, in ASCII, to {@code out} from {@code at} on.
     *
     * @param out has {@link #MAX_BYTES} left there
     * @return the position behind the last byte written
     */
    public static int write(double value, byte[] out, int at) {
        double magnitude = Math.abs(value);
        if (magnitude < SHORT_LIMIT) {
            double thousandfold = Math.rint(magnitude * 1000);
            if (thousandfold / 1000 == magnitude) {
                int position = at;
                if (Double.doubleToRawLongBits(value) < 0) {
                    out[position++] = '-';
                }
                return writeThousandths((long) thousandfold, out, position);
            }
        }
        if (!(magnitude <= Double.MAX_VALUE)) {
            return ascii(special(value), out, at);
        }
        Decimal decimal = Decimal.of(value);
        boolean exponent = magnitude < 1e-6 || magnitude >= 1e21;
        return ascii(exponent ? decimal.scientific() : decimal.positional(), out, at);
    }

    /** Without an exponent, however long that becomes. */
    public static String plain(double value) {
        return Double.isFinite(value) ? Decimal.of(value).positional() : special(value);
    }

    /** With an exponent where Go's {@code %v} has one. */
    public static String general(double value) {
        if (!Double.isFinite(value)) {
            return special(value);
        }
        Decimal decimal = Decimal.of(value);
        int exponent = decimal.pointAt() - 1;
        return value != 0 && (exponent < -4 || exponent >= 6) ? decimal.scientific() : decimal.positional();
    }

    private static String special(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        return value > 0 ? "+Inf" : "-Inf";
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

    private static int writeWhole(long whole, byte[] out, int at) {
        int digits = 1;
        for (long power = 10; whole >= power; power *= 10) {
            digits++;
        }
        long rest = whole;
        for (int i = at + digits - 1; i >= at; i--) {
            long tenth = rest / 10;
            out[i] = (byte) ('0' + (rest - tenth * 10));
            rest = tenth;
        }
        return at + digits;
    }

    private static int ascii(String text, byte[] out, int at) {
        for (int i = 0; i < text.length(); i++) {
            out[at + i] = (byte) text.charAt(i);
        }
        return at + text.length();
    }
}
