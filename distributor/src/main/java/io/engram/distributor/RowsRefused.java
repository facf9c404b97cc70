package io.engram.distributor;

import io.engram.model.failure.ErrorId;
import io.engram.model.limits.SeriesLimitAction;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteOutcome;
import java.util.Arrays;

/**
 * What an ingester refused of a batch, sorted: floats and histograms that the sender is told of, those that the tenant
 * wants dropped, and exemplars, which fail no request.
 */
final class RowsRefused {
    private static final SampleStatus[] STATUSES = SampleStatus.values();

    private final int[] refused = new int[STATUSES.length];
    private final int[] dropped = new int[STATUSES.length];
    private final int[] first = new int[STATUSES.length];

    /** How many the sender is told of. */
    int samples;

    int histograms;
    int exemplars;

    RowsRefused(
            WriteOutcome outcome,
            int sampleCount,
            int histogramCount,
            int exemplarCount,
            SeriesLimitAction seriesLimitAction) {
        int judged = sampleCount + histogramCount;
        for (int row = 0; row < judged; row++) {
            SampleStatus status = outcome.of(row);
            if (status.success()) {
                continue;
            }
            if (seriesLimitAction == SeriesLimitAction.DROP && isSeriesLimit(status)) {
                dropped[status.ordinal()]++;
                continue;
            }
            if (refused[status.ordinal()]++ == 0) {
                first[status.ordinal()] = row;
            }
            if (row < sampleCount) {
                samples++;
            } else {
                histograms++;
            }
        }
        for (int row = judged; row < judged + exemplarCount; row++) {
            exemplars += outcome.of(row).success() ? 0 : 1;
        }
    }

    /** A limit that the tenant was given, other than what the machine can hold. */
    private static boolean isSeriesLimit(SampleStatus status) {
        return switch (status) {
            case TENANT_SERIES_LIMIT, METRIC_SERIES_LIMIT, LABEL_SET_SERIES_LIMIT -> true;
            case STORED,
                    DUPLICATE,
                    CONFLICT,
                    OUT_OF_ORDER,
                    TOO_OLD,
                    INSTANCE_SERIES_LIMIT,
                    EXEMPLAR_REFUSED,
                    UNKNOWN_SERIES -> false;
        };
    }

    /**
     * The refusal that the answer is to name, or null.
     *
     * @param noneNamed whether the answer names nothing yet
     */
    SampleStatus named(boolean noneNamed) {
        // What the sender may send again outranks what it may not: a final answer would make it drop both.
        if (refused[SampleStatus.INSTANCE_SERIES_LIMIT.ordinal()] > 0) {
            return SampleStatus.INSTANCE_SERIES_LIMIT;
        }
        return !noneNamed
                ? null
                : Arrays.stream(STATUSES)
                        .filter(status -> refused[status.ordinal()] > 0)
                        .min((a, b) -> Integer.compare(first(a), first(b)))
                        .orElse(null);
    }

    /** The first row with this status; only where there is one. */
    int first(SampleStatus status) {
        return first[status.ordinal()];
    }

    /** @param text about {@link #named}, or null */
    void addTo(Refusals refusals, SampleStatus named, String text) {
        if (named != null) {
            refusals.name(id(named), text);
        }
        for (SampleStatus status : STATUSES) {
            if (refused[status.ordinal()] > 0) {
                refusals.add(id(status), refused[status.ordinal()], null);
            }
        }
    }

    void forEachDropped(Refusals.Visitor visitor) {
        for (SampleStatus status : STATUSES) {
            if (dropped[status.ordinal()] > 0) {
                visitor.refused(id(status), dropped[status.ordinal()]);
            }
        }
    }

    private static ErrorId id(SampleStatus status) {
        return switch (status) {
            case CONFLICT -> ErrorId.SAMPLE_DUPLICATE_TIMESTAMP;
            case OUT_OF_ORDER -> ErrorId.SAMPLE_OUT_OF_ORDER;
            case TOO_OLD -> ErrorId.SAMPLE_TOO_OLD;
            case INSTANCE_SERIES_LIMIT -> ErrorId.INSTANCE_SERIES_LIMIT;
            case TENANT_SERIES_LIMIT -> ErrorId.TENANT_SERIES_LIMIT;
            case METRIC_SERIES_LIMIT -> ErrorId.METRIC_SERIES_LIMIT;
            case LABEL_SET_SERIES_LIMIT -> ErrorId.LABEL_SET_SERIES_LIMIT;
            case EXEMPLAR_REFUSED, UNKNOWN_SERIES, STORED, DUPLICATE -> ErrorId.INTERNAL;
        };
    }
}
