package io.engram.model.write;

import io.engram.model.TenantId;
import io.engram.model.metadata.MetricMetadata;
import java.util.ArrayList;
import java.util.List;

/**
 * The samples of one tenant on their way to one ingester, as columns: what the distributor decodes a request into, and
 * what a frame on the wire holds. Fields are open because they are read in the inner loops; arrays are longer than what
 * they hold. One thread fills it; who is handed it borrows it until the call returns.
 *
 * <pre>
 * series  0 .. seriesCount-1    fingerprintHi/Lo, placement, labelOffset/Length, firstSample
 * samples firstSample[i] .. firstSample[i+1]-1 belong to series i, in the order in which they were sent
 * histograms, exemplars         name their series, in the order of the series
 * </pre>
 *
 * <p>A <em>row</em> is what a {@link WriteOutcome} judges: floats first, then histograms, then exemplars.
 */
public final class WriteBatch {
    public TenantId tenant;

    public int seriesCount;
    /** 128 bits over tenant and canonical labels: which series this is. */
    public long[] fingerprintHi = new long[0];

    public long[] fingerprintLo = new long[0];
    /** The token on the ring: the upper 32 bits of the same function over the labels without the replica labels. */
    public int[] placement = new int[0];

    /**
     * Canonical label bytes: for each label, sorted by name, the remote write 1.0 field {@code labels}, that is
     * {@code 0A len 0A nameLen name 12 valueLen value} with shortest varints and no empty values.
     */
    public byte[] labels = new byte[0];

    public int[] labelOffset = new int[0];
    /** In bytes; 0 where the ingester is taken to know the series. */
    public int[] labelLength = new int[0];

    /** {@code seriesCount + 1} entries. */
    public int[] firstSample = new int[1];

    public int sampleCount;
    public long[] timestampMs = new long[0];
    /** Raw bits of the doubles, so that stale markers and other NaNs pass unchanged. */
    public long[] valueBits = new long[0];

    /** Whether {@link #startMs} is filled: most senders say nothing. */
    public boolean hasStarts;
    /** By sample: when the counting began, ms since the epoch; 0 where the sender did not say. */
    public long[] startMs = new long[0];

    public final List<HistogramSample> histograms = new ArrayList<>();
    public final List<ExemplarSample> exemplars = new ArrayList<>();
    /** Of metrics, not of series; new or changed ones at least. */
    public final List<MetricMetadata> metadata = new ArrayList<>();

    /** There while the batch goes to several instances, one after the other and unchanged; null at any other time. */
    public SharedForm shared;

    /** What was made of a batch for the first of several instances, and serves the others. Of one thread. */
    public static final class SharedForm {
        private Object form;

        /** Null where nothing was made yet. */
        public Object form() {
            return form;
        }

        public void hold(Object made) {
            form = made;
        }
    }

    /** Floats, histograms and exemplars. */
    public int rowCount() {
        return sampleCount + histograms.size() + exemplars.size();
    }

    /**
     * The ordinal of the series that a row belongs to.
     *
     * @param from that of a row before it, where the search begins; 0 finds every row
     */
    public int seriesOf(int row, int from) {
        if (row < sampleCount) {
            int series = from;
            while (firstSample[series + 1] <= row) {
                series++;
            }
            return series;
        }
        int behind = row - sampleCount;
        return behind < histograms.size()
                ? histograms.get(behind).series()
                : exemplars.get(behind - histograms.size()).series();
    }
}
