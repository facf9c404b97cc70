package io.engram.model.time;

import io.engram.model.text.GoQuote;

/**
 * Durations as Prometheus writes them: {@code 1h30m}, {@code 90d}, {@code 250ms}. A day has 24 hours, a week seven days,
 * a year 365. Follows {@code model.Duration} of {@code prometheus/common}, error texts included.
 */
public final class Durations {
    private static final String[] UNITS = {"y", "w", "d", "h", "m", "s", "ms"};
    private static final long[] UNIT_MS = {31_536_000_000L, 604_800_000L, 86_400_000L, 3_600_000L, 60_000L, 1000L, 1L};

    /** As far as a count of nanoseconds in 64 bits reaches: about 292 years. */
    private static final long MAX_MS = Long.MAX_VALUE / 1_000_000;

    private Durations() {}

    /**
     * @param text numbers with units, the largest unit first and none twice; or {@code 0}
     * @return milliseconds, not negative
     * @throws IllegalArgumentException with Prometheus' error text
     */
    public static long parse(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("empty duration string");
        }
        if (text.equals("0")) {
            return 0;
        }
        long total = 0;
        int lastUnit = -1;
        int at = 0;
        while (at < text.length()) {
            int digitsEnd = skip(text, at, true);
            int unitEnd = skip(text, digitsEnd, false);
            if (digitsEnd == at || unitEnd == digitsEnd) {
                throw invalid(text);
            }
            long count = count(text, at, digitsEnd);
            int unit = unit(text, digitsEnd, unitEnd);
            if (unit <= lastUnit) {
                throw invalid(text);
            }
            lastUnit = unit;
            if (count > MAX_MS / UNIT_MS[unit] || total + count * UNIT_MS[unit] > MAX_MS) {
                throw new IllegalArgumentException("duration out of range");
            }
            total += count * UNIT_MS[unit];
            at = unitEnd;
        }
        return total;
    }

    /** The canonical text: years and weeks only where nothing is left over. A negative duration has a minus in front. */
    public static String format(long durationMs) {
        var out = new StringBuilder(12);
        append(out, durationMs);
        return out.toString();
    }

    /** Appends what {@link #format} gives. */
    public static void append(StringBuilder out, long durationMs) {
        if (durationMs == 0) {
            out.append("0s");
            return;
        }
        long rest = durationMs;
        if (durationMs < 0) {
            out.append('-');
            rest = -durationMs;
        }
        for (int unit = 0; unit < UNITS.length; unit++) {
            boolean wholeOnly = unit < 2;
            long count = rest / UNIT_MS[unit];
            if (count > 0 && !(wholeOnly && rest % UNIT_MS[unit] != 0)) {
                out.append(count).append(UNITS[unit]);
                rest -= count * UNIT_MS[unit];
            }
        }
    }

    private static int skip(String text, int from, boolean digits) {
        int at = from;
        while (at < text.length() && isDigit(text.charAt(at)) == digits) {
            at++;
        }
        return at;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static long count(String text, int from, int to) {
        try {
            return Long.parseLong(text, from, to, 10);
        } catch (NumberFormatException e) {
            throw invalid(text);
        }
    }

    private static int unit(String text, int from, int to) {
        for (int unit = 0; unit < UNITS.length; unit++) {
            if (text.regionMatches(from, UNITS[unit], 0, to - from) && UNITS[unit].length() == to - from) {
                return unit;
            }
        }
        throw new IllegalArgumentException(
                "unknown unit " + GoQuote.quote(text.substring(from, to)) + " in duration " + GoQuote.quote(text));
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("not a valid duration string: " + GoQuote.quote(text));
    }
}
