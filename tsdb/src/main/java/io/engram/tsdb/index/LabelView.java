package io.engram.tsdb.index;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/**
 * The index as it was at one moment. Series added since are not in it; series removed since may or may not be found,
 * but their labels can be read. Cheap to take; keeps removed series' memory until closed. For one thread.
 */
public final class LabelView implements AutoCloseable {
    /** One past the highest series number in this view. */
    public int seriesLimit() {
        throw new IllegalStateException();
    }

    /** All series. The caller owns the result. */
    public RoaringBitmap all() {
        throw new IllegalStateException();
    }

    /**
     * The series that pass every matcher; no matcher at all selects everything. A series without a label passes a
     * matcher on it as if the value were empty. The caller owns the result.
     */
    public RoaringBitmap select(List<Matcher> matchers) {
        throw new IllegalStateException();
    }

    /** The ids of a series' pairs, sorted by name. Returns how many; 0 for a number that is not in the index. */
    public int pairIds(int series, int[] into) {
        throw new IllegalStateException();
    }

    /** The text of a pair; made anew by every call. */
    public Label label(int pairId) {
        throw new IllegalStateException();
    }

    /** The labels of a series; made anew by every call. */
    public Labels labels(int series) {
        throw new IllegalStateException();
    }

    /** Length of the canonical label bytes of a series. */
    public int canonicalLength(int series) {
        throw new IllegalStateException();
    }

    /** Writes the canonical label bytes of a series, as {@code addSeries} was given them. Returns their length. */
    public int copyCanonical(int series, byte[] into, int offset) {
        throw new IllegalStateException();
    }

    /** Names that occur in the selection, sorted by UTF-8 bytes; of all series for {@code null}. */
    public List<String> labelNames(RoaringBitmap selection) {
        throw new IllegalStateException();
    }

    /** Values of a name that occur in the selection, sorted by UTF-8 bytes; of all series for {@code null}. */
    public List<String> labelValues(String name, RoaringBitmap selection) {
        throw new IllegalStateException();
    }

    @Override
    public void close() {
        throw new IllegalStateException();
    }
}
