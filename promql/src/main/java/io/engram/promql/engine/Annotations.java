package io.engram.promql.engine;

import io.engram.model.text.GoFloat;
import io.engram.model.text.GoQuote;
import io.engram.promql.ast.Span;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the user should know about a query besides its result; texts as Prometheus has them
 * ({@code util/annotations/annotations.go}), each once. Used by all threads of a query.
 */
final class Annotations {
    private static final String INFO = "PromQL info: ";
    private static final String WARNING = "PromQL warning: ";

    private final String query;
    // Guarded by this, all three.
    private final Set<String> warnings = new LinkedHashSet<>();
    private final Set<String> infos = new LinkedHashSet<>();
    private final Map<String, ForcedMonotonicity> forced = new LinkedHashMap<>();

    /** @param query the text that spans point into; empty where there is none, and positions are left out */
    Annotations(String query) {
        this.query = query;
    }

    synchronized void storageWarning(String text) {
        warnings.add(text);
    }

    synchronized void storageInfo(String text) {
        infos.add(text);
    }

    void sortInRangeQuery(Span span) {
        warn("sort is ineffective for range queries since results are always ordered by labels", span);
    }

    void invalidQuantile(double quantile, Span span) {
        warn("quantile value should be between 0 and 1, got " + GoFloat.general(quantile), span);
    }

    void invalidRatio(double ratio, double cappedTo, Span span) {
        warn(
                "ratio value should be between -1 and 1, got " + GoFloat.general(ratio) + ", capping to "
                        + GoFloat.general(cappedTo),
                span);
    }

    void badBucketLabel(String metric, String le, Span span) {
        warn(
                "bucket label \"le\" is missing or has a malformed value of " + GoQuote.quote(le) + forMetric(metric),
                span);
    }

    void possibleNonCounter(String metric, Span span) {
        inform(
                "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "
                        + GoQuote.quote(metric),
                span);
    }

    /** {@code </} and {@code >/} make something of histograms only. */
    void incompatibleFloats(String operator, Span span) {
        inform(
                "incompatible sample types encountered for binary operator " + GoQuote.quote(operator) + ": float "
                        + operator + " float",
                span);
    }

    /** Counts of a classic histogram fell from one bucket to the next; cases of one metric are told together. */
    synchronized void forcedMonotonicity(String metric, Span span, long atMs, double from, double to, double by) {
        String text = INFO
                + "input to histogram_quantile needed to be fixed for monotonicity (see "
                + "https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)"
                + forMetric(metric);
        String position = at(span);
        forced.merge(
                text + position,
                new ForcedMonotonicity(text, position, atMs, atMs, from, to, by, 1),
                ForcedMonotonicity::with);
    }

    private record ForcedMonotonicity(
            String text, String position, long minMs, long maxMs, double from, double to, double by, int samples) {
        ForcedMonotonicity with(ForcedMonotonicity other) {
            return new ForcedMonotonicity(
                    text,
                    position,
                    Math.min(minMs, other.minMs),
                    Math.max(maxMs, other.maxMs),
                    Math.min(from, other.from),
                    Math.max(to, other.to),
                    Math.max(by, other.by),
                    samples + other.samples);
        }

        @Override
        public String toString() {
            return text + ", from buckets " + GoFloat.general(from) + " to " + GoFloat.general(to)
                    + ", with a max diff of " + GoText.twoDigits(by) + ", over " + samples + " samples from "
                    + time(minMs) + " to " + time(maxMs) + position;
        }

        private static String time(long ms) {
            return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                    Instant.ofEpochSecond(ms / 1000).atOffset(ZoneOffset.UTC));
        }
    }

    private synchronized void warn(String text, Span span) {
        warnings.add(WARNING + text + at(span));
    }

    private synchronized void inform(String text, Span span) {
        infos.add(INFO + text + at(span));
    }

    synchronized List<String> warnings() {
        return List.copyOf(warnings);
    }

    synchronized List<String> infos() {
        List<String> all = new ArrayList<>(infos);
        forced.values().forEach(one -> all.add(one.toString()));
        return all;
    }

    private static String forMetric(String metric) {
        return metric.isEmpty() ? "" : " for metric name " + GoQuote.quote(metric);
    }

    /** Line and column of the span's start, counted from 1, columns in bytes. */
    private String at(Span span) {
        if (query.isEmpty()) {
            return "";
        }
        String before = query.substring(0, Math.min(span.start(), query.length()));
        int lineStart = before.lastIndexOf('\n') + 1;
        long line = before.chars().filter(c -> c == '\n').count() + 1;
        int column = before.substring(lineStart).getBytes(StandardCharsets.UTF_8).length + 1;
        return " (" + line + ":" + column + ")";
    }
}
