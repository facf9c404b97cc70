package io.engram.distributor;

import io.engram.model.failure.ErrorId;
import io.engram.model.limits.LabelSetBudget;
import io.engram.model.limits.Limits;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteOutcome;
import java.time.Duration;

/** The sentences that tell a sender what was refused: tenant, series, value, limit and key. */
final class RefusalText {
    private RefusalText() {}

    /** About a series whose canonical labels are {@code bytes[start .. end)}; {@code check} found the problem. */
    static String series(ErrorId problem, WriteRules rules, byte[] bytes, int start, int end, LabelCheck check) {
        String series = "tenant " + rules.tenant() + ": series " + SeriesText.of(bytes, start, end);
        Limits limits = rules.limits();
        return switch (problem) {
            case METRIC_NAME_MISSING -> series + " has no metric name (label __name__)";
            case LABEL_NAME_EMPTY -> series + " has a label without a name";
            case LABEL_DUPLICATE -> series + " has a label name twice";
            case LABEL_UTF8_INVALID ->
                series + ": the name or value of label " + name(bytes, check) + " is not valid UTF-8";
            case LABEL_NAME_TOO_LONG ->
                series + ": the name of label " + name(bytes, check) + " has " + check.nameLength
                        + " bytes and may have " + limits.maxLabelNameBytes() + " (limits.max-label-name-bytes)";
            case LABEL_VALUE_TOO_LONG ->
                series + ": the value of label " + name(bytes, check) + " has " + check.valueLength
                        + " bytes and may have " + limits.maxLabelValueBytes() + " (limits.max-label-value-bytes)";
            case LABELS_TOO_MANY ->
                series + " has " + check.labelCount + " labels and may have " + limits.maxLabelsPerSeries()
                        + " (limits.max-labels-per-series)";
            case SYMBOL_REF_INVALID ->
                series + " refers to symbols that the request does not have, or to a name without a value";
            default -> throw new IllegalArgumentException(problem + " is not about a series");
        };
    }

    private static String name(byte[] bytes, LabelCheck check) {
        return SeriesText.text(bytes, check.nameAt, check.nameLength);
    }

    static String early(WriteRules rules, byte[] bytes, int start, int end, long timestampMs) {
        return sample(rules, SeriesText.of(bytes, start, end), timestampMs) + " is "
                + duration(rules.nowMs() - timestampMs) + " old and may be "
                + duration(rules.limits().pastGracePeriod().toMillis()) + " (limits.past-grace-period)";
    }

    static String late(WriteRules rules, byte[] bytes, int start, int end, long timestampMs) {
        return sample(rules, SeriesText.of(bytes, start, end), timestampMs) + " is "
                + duration(timestampMs - rules.nowMs()) + " ahead of this server's clock and may be "
                + duration(rules.limits().futureGracePeriod().toMillis()) + " (limits.future-grace-period)";
    }

    static String histogram(WriteRules rules, byte[] bytes, int start, int end, HistogramAdmission.Refused refused) {
        return "tenant " + rules.tenant() + ": native histogram of series " + SeriesText.of(bytes, start, end) + " "
                + refused.why();
    }

    /** @param detailMs what the ingester judged by: a time, or for limits of series how many there are */
    static String outcome(SampleStatus status, WriteRules rules, String series, long timestampMs, long detailMs) {
        String sample = sample(rules, series, timestampMs);
        return switch (status) {
            case CONFLICT -> sample + " has another value than the one stored for that time, which stays";
            case OUT_OF_ORDER ->
                sample + " is " + duration(detailMs - timestampMs) + " older than its series' newest at "
                        + SeriesText.time(detailMs) + " and may be "
                        + duration(rules.limits().outOfOrderTimeWindow().toMillis())
                        + " (limits.out-of-order-time-window)";
            case TOO_OLD ->
                sample + " is older than what is kept, which begins at " + SeriesText.time(detailMs)
                        + " (limits.retention, "
                        + duration(rules.limits().retention().toMillis()) + ")";
            case INSTANCE_SERIES_LIMIT ->
                sample + " would begin a new series, and this instance holds as many as its memory allows (" + detailMs
                        + " of all tenants, ingester.max-series); series it has go on";
            case TENANT_SERIES_LIMIT ->
                sample + " would begin a new series, and the tenant has " + detailMs + " and may have "
                        + rules.limits().maxSeries() + " (limits.max-series); series it has go on";
            case METRIC_SERIES_LIMIT ->
                sample + " would begin a new series, and its metric has " + detailMs + " and may have "
                        + rules.limits().maxSeriesPerMetric() + " (limits.max-series-per-metric); series it has go on";
            case LABEL_SET_SERIES_LIMIT ->
                sample + " would begin a new series, and the budget " + budget(rules.limits(), detailMs)
                        + " (limits.series-budgets); series it has go on";
            case EXEMPLAR_REFUSED, UNKNOWN_SERIES, STORED, DUPLICATE -> sample + " was answered with " + status;
        };
    }

    private static String budget(Limits limits, long detail) {
        int ordinal = WriteOutcome.budgetOf(detail);
        int series = WriteOutcome.budgetSeriesOf(detail);
        if (ordinal >= limits.seriesBudgets().size()) {
            return "for its labels has " + series + " series"; // the list has been changed meanwhile
        }
        LabelSetBudget budget = limits.seriesBudgets().at(ordinal);
        return SeriesText.cut(budget.selector()) + " has " + series + " series and may have " + budget.maxSeries();
    }

    /** How every sentence about one sample begins. */
    static String sample(WriteRules rules, String series, long timestampMs) {
        return "tenant " + rules.tenant() + ": sample of series " + series + " at " + SeriesText.time(timestampMs);
    }

    /** {@code 15m}, {@code 7d}, {@code 1h0m5s}: as Prometheus writes durations, down to milliseconds. */
    static String duration(long milliseconds) {
        if (milliseconds < 0) {
            return "more than 290 million years"; // the difference did not fit
        }
        Duration duration = Duration.ofMillis(milliseconds);
        StringBuilder text = new StringBuilder();
        append(text, duration.toDays(), "d");
        append(text, duration.toHoursPart(), "h");
        append(text, duration.toMinutesPart(), "m");
        append(text, duration.toSecondsPart(), "s");
        append(text, duration.toMillisPart(), "ms");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void append(StringBuilder text, long count, String unit) {
        if (count > 0) {
            text.append(count).append(unit);
        }
    }
}
