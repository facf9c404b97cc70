package io.engram.server.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and writes values as users write them. Readers throw {@link IllegalArgumentException} saying what is expected. */
final class Values {
    private static final Pattern DURATION_PART = Pattern.compile("(\\d+)(ms|[ywdhms])");
    private static final Map<String, Long> UNIT_MS = Map.of(
            "y",
            31_536_000_000L,
            "w",
            604_800_000L,
            "d",
            86_400_000L,
            "h",
            3_600_000L,
            "m",
            60_000L,
            "s",
            1_000L,
            "ms",
            1L);
    /** Biggest first, as they are tried for writing. */
    private static final List<String> UNITS = List.of("y", "w", "d", "h", "m", "s", "ms");

    private static final Pattern NUMBER = Pattern.compile("(-?\\d+) ?(B|KiB|MiB|GiB|TiB|KB|MB|GB|TB)?");
    private static final Map<String, Long> UNIT_BYTES = Map.of(
            "B",
            1L,
            "KiB",
            1L << 10,
            "MiB",
            1L << 20,
            "GiB",
            1L << 30,
            "TiB",
            1L << 40,
            "KB",
            1_000L,
            "MB",
            1_000_000L,
            "GB",
            1_000_000_000L,
            "TB",
            1_000_000_000_000L);

    private Values() {}

    static Object parse(String text, Type type) {
        if (type == String.class) {
            return text;
        }
        if (type == int.class) {
            return parseInt(text);
        }
        if (type == long.class) {
            return parseLong(text);
        }
        if (type == double.class) {
            return parseDouble(text);
        }
        if (type == boolean.class) {
            return parseBoolean(text);
        }
        if (type == Duration.class) {
            return parseDuration(text);
        }
        if (type == Path.class) {
            return parsePath(text);
        }
        if (type instanceof Class<?> c && c.isEnum()) {
            return parseEnum(text, c);
        }
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return parseList(text, list.getActualTypeArguments()[0]);
        }
        if (type instanceof Class<?> c && c.isRecord()) {
            return parseRecord(text, c);
        }
        throw new IllegalStateException("settings cannot be of " + type);
    }

    private static int parseInt(String text) {
        long value = parseLong(text);
        if (value != (int) value) {
            throw new IllegalArgumentException("a whole number up to " + Integer.MAX_VALUE);
        }
        return (int) value;
    }

    private static long parseLong(String text) {
        Matcher number = NUMBER.matcher(text);
        if (number.matches()) {
            try {
                long unit = number.group(2) == null ? 1 : UNIT_BYTES.get(number.group(2));
                return Math.multiplyExact(Long.parseLong(number.group(1)), unit);
            } catch (NumberFormatException | ArithmeticException _) {
                throw new IllegalArgumentException("a smaller number");
            }
        }
        throw new IllegalArgumentException("a whole number (bytes may carry KiB, MiB, GiB)");
    }

    private static double parseDouble(String text) {
        try {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new IllegalArgumentException("a number");
    }

    private static boolean parseBoolean(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("true or false");
        };
    }

    /** Prometheus' durations: {@code 15d}, {@code 1h30m}, {@code 100ms}, {@code 0}. */
    static Duration parseDuration(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        long totalMs = 0;
        int end = 0;
        int lastUnit = -1;
        Matcher part = DURATION_PART.matcher(text);
        try {
            while (part.find() && part.start() == end && UNITS.indexOf(part.group(2)) > lastUnit) {
                long partMs = Math.multiplyExact(Long.parseLong(part.group(1)), UNIT_MS.get(part.group(2)));
                totalMs = Math.addExact(totalMs, partMs);
                lastUnit = UNITS.indexOf(part.group(2));
                end = part.end();
            }
        } catch (NumberFormatException | ArithmeticException _) {
            throw new IllegalArgumentException("a shorter duration");
        }
        if (end != text.length() || end == 0) {
            throw new IllegalArgumentException("a duration such as 100ms, 30s, 1h30m or 15d");
        }
        return Duration.ofMillis(totalMs);
    }

    private static Path parsePath(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException _) {
            throw new IllegalArgumentException("a path");
        }
    }

    /** A value that has a notation of its own: its type has a {@code parse}, and its text is what {@code toString} says. */
    private static Object parseRecord(String text, Class<?> type) {
        try {
            return type.getMethod("parse", String.class).invoke(null, text);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw refused;
            }
            throw new IllegalStateException("parse a " + type, e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("settings cannot be of " + type, e);
        }
    }

    private static Object parseEnum(String text, Class<?> type) {
        for (Object constant : type.getEnumConstants()) {
            if (enumText(constant).equals(text)) {
                return constant;
            }
        }
        List<String> all =
                Arrays.stream(type.getEnumConstants()).map(Values::enumText).toList();
        throw new IllegalArgumentException("one of " + String.join(", ", all));
    }

    private static String enumText(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static List<Object> parseList(String text, Type element) {
        List<Object> list = new ArrayList<>();
        if (!text.isBlank()) {
            for (String part : text.split(",", -1)) {
                list.add(parse(part.strip(), element));
            }
        }
        return List.copyOf(list);
    }

    /** The value as a user would write it; read again, it is the same. */
    static String text(Object value) {
        return switch (value) {
            case Duration duration -> durationText(duration.toMillis());
            case Enum<?> constant -> enumText(constant);
            case List<?> list ->
                String.join(",", list.stream().map(Values::text).toList());
            default -> value.toString();
        };
    }

    private static String durationText(long ms) {
        if (ms == 0) {
            return "0s";
        }
        StringBuilder text = new StringBuilder();
        long left = ms;
        // Years and weeks read worse than days.
        for (String unit : List.of("d", "h", "m", "s", "ms")) {
            long count = left / UNIT_MS.get(unit);
            if (count > 0) {
                text.append(count).append(unit);
                left -= count * UNIT_MS.get(unit);
            }
        }
        return text.toString();
    }

    /** {@code 32MiB} where it comes out even, else the number. */
    static String bytesText(long bytes) {
        for (String unit : List.of("TiB", "GiB", "MiB", "KiB")) {
            long size = UNIT_BYTES.get(unit);
            if (bytes != 0 && bytes % size == 0) {
                return bytes / size + unit;
            }
        }
        return Long.toString(bytes);
    }
}
