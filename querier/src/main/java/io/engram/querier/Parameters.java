package io.engram.querier;

import io.engram.model.labels.Matcher;
import io.engram.model.limits.Limits;
import io.engram.model.text.GoQuote;
import io.engram.model.time.Durations;
import io.engram.promql.parser.ParseException;
import io.engram.promql.parser.Parser;
import io.engram.querier.fetch.ReplicaRule;
import io.engram.server.http.Exchange;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Reads the parameters of Prometheus' API; each mistake is answered in Prometheus' own words ({@code web/api/v1/api.go}). */
final class Parameters {
    /** Times are cut to this: 2^53 ms, some 285 thousand years. Further out a sum of two times could overflow. */
    static final long MAX_TIME_MS = 1L << 53;

    static final long MIN_TIME_MS = -MAX_TIME_MS;

    /** What Prometheus itself calls its first and last moment; its clients send them back. */
    private static final String FIRST_MOMENT = "-292273086-05-16T16:47:06Z";

    private static final String LAST_MOMENT = "292277025-08-18T07:12:54.999999999Z";

    private static final Pattern NUMBER = Pattern.compile("[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");
    private static final Pattern RFC_3339 = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}" + "(?:[.,][0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})");

    private Parameters() {}

    /** A time that may be missing or empty. */
    static long timeMs(Exchange exchange, String name, long whenMissing) {
        String text = exchange.parameter(name);
        return text == null || text.isEmpty() ? whenMissing : parseTimeMs(name, text);
    }

    /** A time that must be there. */
    static long timeMs(Exchange exchange, String name) {
        return parseTimeMs(name, orEmpty(exchange.parameter(name)));
    }

    private static long parseTimeMs(String name, String text) {
        if (NUMBER.matcher(text).matches()) {
            return clamp(Math.rint(Double.parseDouble(text) * 1000));
        }
        if (RFC_3339.matcher(text).matches()) {
            try {
                return OffsetDateTime.parse(text.replace(',', '.')).toInstant().toEpochMilli();
            } catch (DateTimeException e) {
                throw badTime(name, text);
            }
        }
        return switch (text) {
            case FIRST_MOMENT -> MIN_TIME_MS;
            case LAST_MOMENT -> MAX_TIME_MS;
            default -> throw badTime(name, text);
        };
    }

    private static ApiError badTime(String name, String text) {
        return ApiError.badParameter(name, "cannot parse " + GoQuote.quote(text) + " to a valid timestamp");
    }

    private static long clamp(double ms) {
        return (long) Math.max(MIN_TIME_MS, Math.min(MAX_TIME_MS, ms));
    }

    /** A duration in Prometheus' units or in seconds, which may be missing or empty; in nanoseconds, as Go counts. */
    static long durationNs(Exchange exchange, String name, long whenMissing) {
        String text = exchange.parameter(name);
        return text == null || text.isEmpty() ? whenMissing : parseDurationNs(name, text);
    }

    /** A duration that must be there. */
    static long durationNs(Exchange exchange, String name) {
        return parseDurationNs(name, orEmpty(exchange.parameter(name)));
    }

    private static long parseDurationNs(String name, String text) {
        if (NUMBER.matcher(text).matches()) {
            double ns = Double.parseDouble(text) * 1e9;
            if (Math.abs(ns) >= Long.MAX_VALUE) {
                throw ApiError.badParameter(
                        name, "cannot parse " + GoQuote.quote(text) + " to a valid duration. It overflows int64");
            }
            return (long) ns;
        }
        try {
            return Durations.parse(text) * 1_000_000;
        } catch (IllegalArgumentException e) {
            throw ApiError.badParameter(name, "cannot parse " + GoQuote.quote(text) + " to a valid duration");
        }
    }

    /** How much of an answer is wanted; 0 is all of it. */
    static int limit(Exchange exchange) {
        String text = orEmpty(exchange.parameter("limit"));
        if (text.isEmpty()) {
            return 0;
        }
        long limit = integer(
                text,
                () -> ApiError.badParameter(
                        "limit", "strconv.Atoi: parsing " + GoQuote.quote(text) + ": invalid syntax"));
        if (limit < 0) {
            throw ApiError.badParameter("limit", "limit must be non-negative");
        }
        return (int) Math.min(limit, Integer.MAX_VALUE);
    }

    /** A count where a negative number means no limit, as {@code /metadata} has it. */
    static long count(Exchange exchange, String name) {
        String text = orEmpty(exchange.parameter(name));
        return text.isEmpty() ? -1 : integer(text, () -> ApiError.badData(name + " must be a number"));
    }

    private static long integer(String text, Supplier<ApiError> error) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw error.get();
        }
    }

    /**
     * Which series the request takes for replicas of one another: what the tenant's limits say, but for {@code dedup} and
     * {@code replicaLabels[]}, which are named as Thanos names them.
     */
    static ReplicaRule replicas(Exchange exchange, Limits limits) {
        if (!flag(exchange, "dedup", true)) {
            return ReplicaRule.AS_STORED;
        }
        ReplicaRule rule = ReplicaRule.of(limits);
        List<String> labels = exchange.parameters("replicaLabels[]").stream()
                .filter(label -> !label.isEmpty())
                .toList();
        return labels.isEmpty() ? rule : rule.withLabels(labels);
    }

    /** As Go reads them ({@code strconv.ParseBool}). */
    private static boolean flag(Exchange exchange, String name, boolean whenMissing) {
        String text = orEmpty(exchange.parameter(name));
        return switch (text) {
            case "" -> whenMissing;
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default ->
                throw ApiError.badParameter(
                        name, "strconv.ParseBool: parsing " + GoQuote.quote(text) + ": invalid syntax");
        };
    }

    /**
     * The selectors of {@code match[]}. Each must have a matcher that the empty string fails, or it would mean
     * everything.
     */
    static List<List<Matcher>> matchers(Exchange exchange) {
        List<List<Matcher>> sets = new ArrayList<>();
        for (String selector : exchange.parameters("match[]")) {
            List<Matcher> matchers = parseSelector(selector);
            if (matchers.stream().allMatch(Matcher::matchesEmpty)) {
                throw ApiError.badData("match[] must contain at least one non-empty matcher");
            }
            sets.add(matchers);
        }
        return sets;
    }

    private static List<Matcher> parseSelector(String selector) {
        try {
            return Parser.parseSelector(selector);
        } catch (ParseException e) {
            throw ApiError.badData(e.getMessage());
        }
    }

    static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
