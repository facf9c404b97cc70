package io.engram.promql.engine.functions;

import java.util.function.DoubleUnaryOperator;

/** Functions of one value: mathematics and calendar, in UTC. */
public final class ElementFunctions {
    private static final long SECONDS_PER_DAY = 86_400;

    private ElementFunctions() {}

    /** The function of that name, or null where it is none of one value. */
    public static DoubleUnaryOperator named(String name) {
        return switch (name) {
            case "abs" -> Math::abs;
            case "ceil" -> Math::ceil;
            case "floor" -> Math::floor;
            case "exp" -> Math::exp;
            case "sqrt" -> Math::sqrt;
            case "ln" -> Math::log;
            case "log2" -> GoMath::log2;
            case "log10" -> Math::log10;
            case "sgn" -> v -> v < 0 ? -1 : v > 0 ? 1 : v;
            case "sin" -> Math::sin;
            case "cos" -> Math::cos;
            case "tan" -> Math::tan;
            case "asin" -> Math::asin;
            case "acos" -> Math::acos;
            case "atan" -> Math::atan;
            case "sinh" -> Math::sinh;
            case "cosh" -> Math::cosh;
            case "tanh" -> Math::tanh;
            case "asinh" -> GoMath::asinh;
            case "acosh" -> GoMath::acosh;
            case "atanh" -> GoMath::atanh;
            case "rad" -> v -> v * Math.PI / 180;
            case "deg" -> v -> v * 180 / Math.PI;
            default -> calendar(name);
        };
    }

    /** The part of a date of that name, of seconds since the epoch; null where it is none. */
    public static DoubleUnaryOperator calendar(String name) {
        return switch (name) {
            case "minute" -> v -> Math.floorMod((long) v, 3600L) / 60;
            case "hour" -> v -> Math.floorMod((long) v, SECONDS_PER_DAY) / 3600;
            case "day_of_week" -> v -> Math.floorMod(days(v) + 4, 7L);
            case "day_of_month" -> v -> civil(v)[2];
            case "day_of_year" -> v -> dayOfYear(civil(v));
            case "days_in_month" -> v -> daysInMonth(civil(v));
            case "month" -> v -> civil(v)[1];
            case "year" -> v -> civil(v)[0];
            default -> null;
        };
    }

    private static long days(double seconds) {
        return Math.floorDiv((long) seconds, SECONDS_PER_DAY);
    }

    /**
     * Year, month and day of a time. Computed by hand because {@code java.time} refuses years that a sample's value may
     * well have. The calendar of 400 years repeats; a year is counted from March so that the leap day is its last.
     */
    private static long[] civil(double seconds) {
        long z = days(seconds) + 719_468;
        long era = Math.floorDiv(z, 146_097L);
        long dayOfEra = Math.floorMod(z, 146_097L);
        long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        long shiftedMonth = (5 * dayOfYear + 2) / 153;
        long day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
        long month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
        long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        return new long[] {year, month, day};
    }

    private static boolean leap(long year) {
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    }

    private static int daysInMonth(long[] date) {
        return switch ((int) date[1]) {
            case 2 -> leap(date[0]) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    private static double dayOfYear(long[] date) {
        double day = date[2];
        for (long month = 1; month < date[1]; month++) {
            day += daysInMonth(new long[] {date[0], month, 1});
        }
        return day;
    }
}
