package io.engram.tsdb.head;

import io.engram.model.labels.LabelCursor;
import io.engram.model.limits.LabelSetBudgets;
import io.engram.model.limits.Limits;
import io.engram.model.limits.LocalShare;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteOutcome;
import io.engram.tsdb.index.LabelIndex;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Whether a tenant may begin new series, by its limits as they are now. Series that exist are never asked about: they go
 * on whatever the limits say. All calls under the tenant's index lock.
 */
final class SeriesAdmission {
    private static final byte[] METRIC_NAME = "__name__".getBytes(StandardCharsets.UTF_8);

    private final LabelIndex index;
    private final LabelSetCounts labelSets = new LabelSetCounts();
    private final LabelCursor label = new LabelCursor();
    private Limits limits;
    private LocalShare share;
    private long detail;

    SeriesAdmission(LabelIndex index) {
        this.index = index;
    }

    /** What follows is judged by these limits, of which this instance enforces a share. */
    void begin(Limits now, LocalShare mine) {
        limits = now;
        share = mine;
        labelSets.hold(now.seriesBudgets(), index);
    }

    /**
     * Why a series must not be created, null where it may; {@link #detail} says by how many it was judged.
     *
     * @param seriesCount of the tenant
     * @param labels canonical bytes
     */
    SampleStatus refusal(int seriesCount, byte[] labels, int offset, int length) {
        int most = share.of(limits.maxSeries());
        if (most > 0 && seriesCount >= most) {
            detail = seriesCount;
            return SampleStatus.TENANT_SERIES_LIMIT;
        }
        int mostOfMetric = share.of(limits.maxSeriesPerMetric());
        if (mostOfMetric > 0) {
            int ofMetric = seriesOfMetric(labels, offset, length);
            if (ofMetric >= mostOfMetric) {
                detail = ofMetric;
                return SampleStatus.METRIC_SERIES_LIMIT;
            }
        }
        int full = labelSets.full(labels, offset, length, share);
        if (full >= 0) {
            detail = WriteOutcome.budgetDetail(full, labelSets.series(full));
            return SampleStatus.LABEL_SET_SERIES_LIMIT;
        }
        return null;
    }

    /** Of the last refusal, as {@link WriteOutcome#firstDetailMs} has it. */
    long detail() {
        return detail;
    }

    /** Counts the series that was judged last: it was created. */
    void created() {
        labelSets.add();
    }

    /** Series are gone from the index. */
    void removed() {
        labelSets.recount(index);
    }

    /** Series under each budget of the limits. */
    List<Integer> budgetSeries(LabelSetBudgets budgets) {
        labelSets.hold(budgets, index);
        return labelSets.counts();
    }

    private int seriesOfMetric(byte[] labels, int offset, int length) {
        label.on(labels, offset, offset + length);
        while (label.next()) {
            if (Arrays.equals(
                    METRIC_NAME, 0, METRIC_NAME.length, labels, label.nameAt, label.nameAt + label.nameLength)) {
                return index.seriesWith(labels, label.pairAt, label.pairLength);
            }
        }
        return 0;
    }
}
