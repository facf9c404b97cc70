package io.engram.tsdb.index;

import io.engram.model.cardinality.HeadCardinality;
import io.engram.model.cardinality.NamesCardinality;
import io.engram.model.cardinality.ValuesCardinality;
import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.read.LabelsBatch;
import io.engram.tsdb.index.Generations.Generation;
import java.util.List;
import java.util.function.Supplier;
import org.roaringbitmap.RoaringBitmap;

/**
 * The index as it was at one moment. Series added since are not in it; series removed since may or may not be found,
 * but their labels can be read. Cheap to take; keeps removed series' memory until closed. For one thread.
 */
public final class LabelView implements AutoCloseable {
    private static final int FIRST_IDS = 32;

    private final Generations generations;
    private final Generation held;
    private final Snapshot at;
    private int[] ids = new int[FIRST_IDS];
    private final Supplier<RoaringBitmap> absentNow;
    private boolean closed;

    /** @param absentNow numbers that are no series any more, as the writer has them at the moment of asking */
    LabelView(Generations generations, Generation held, Supplier<RoaringBitmap> absentNow, Snapshot at) {
        this.generations = generations;
        this.held = held;
        this.absentNow = absentNow;
        this.at = at;
    }

    /** One past the highest series number in this view. */
    public int seriesLimit() {
        return at.limit();
    }

    /** All series. The caller owns the result. */
    public RoaringBitmap all() {
        return at.all();
    }

    /** Whether a number is a series of this view. */
    public boolean has(int series) {
        return at.has(series);
    }

    /**
     * The series that pass every matcher; no matcher at all selects everything. A series without a label passes a
     * matcher on it as if the value were empty. Series that are removed meanwhile are left out. The caller owns the
     * result.
     */
    public RoaringBitmap select(List<Matcher> matchers) {
        RoaringBitmap found = Selection.of(matchers, at);
        found.andNot(absentNow.get()); // some of their postings may have gone while the matchers were looked up
        return found;
    }

    /** How many labels a series has; 0 for a number that is not in the view. */
    public int labelCount(int series) {
        return at.has(series) ? at.series().count(series) : 0;
    }

    /** The ids of a series' pairs, sorted by name. Returns how many; 0 for a number that is not in the view. */
    public int pairIds(int series, int[] into) {
        return at.has(series) ? at.series().pairIds(series, into) : 0;
    }

    /** The series' pair with this name, or -1: what a group's key is made of, without text. */
    public int pairId(int series, String name) {
        NameEntry entry = at.pairs().name(name);
        return entry == null || !at.has(series) ? PairTable.MISSING : at.pairOf(series, entry);
    }

    /** The text of a pair whose id came from this view; made anew by every call. */
    public Label label(int pairId) {
        return at.pairs().label(pairId);
    }

    /** The labels of a series; made anew by every call. */
    public Labels labels(int series) {
        int count = readIds(series);
        Label[] labels = new Label[count];
        for (int i = 0; i < count; i++) {
            labels[i] = at.pairs().label(ids[i]);
        }
        return Labels.ofSorted(labels);
    }

    /** Length of the canonical label bytes of a series. */
    public int canonicalLength(int series) {
        int count = readIds(series);
        int total = 0;
        for (int i = 0; i < count; i++) {
            int length = at.pairs().length(ids[i]);
            total += 1 + PairBytes.varintLength(length) + length;
        }
        return total;
    }

    /** Writes the canonical label bytes of a series, as {@code addSeries} was given them. Returns their length. */
    public int copyCanonical(int series, byte[] into, int offset) {
        int count = readIds(series);
        int to = offset;
        for (int i = 0; i < count; i++) {
            into[to] = PairBytes.NAME_TAG;
            to = PairBytes.putVarint(into, to + 1, at.pairs().length(ids[i]));
            to += at.pairs().copy(ids[i], into, to);
        }
        return to - offset;
    }

    /** Adds the labels of a series to a batch, but for those with some names. */
    public void addTo(LabelsBatch batch, int series, List<String> without) {
        int[] left = new int[without.size()];
        for (int i = 0; i < left.length; i++) {
            left[i] = pairId(series, without.get(i));
        }
        int count = readIds(series);
        for (int i = 0; i < count; i++) {
            if (!contains(left, ids[i])) {
                at.pairs().addTo(batch, ids[i]);
            }
        }
        batch.endSeries();
    }

    private static boolean contains(int[] some, int one) {
        for (int each : some) {
            if (each == one) {
                return true;
            }
        }
        return false;
    }

    /** Names that occur in the selection, sorted by UTF-8 bytes; of all series for {@code null}. */
    public List<String> labelNames(RoaringBitmap selection) {
        return LabelListing.names(selection, at);
    }

    /** Values of a name that occur in the selection, sorted by UTF-8 bytes; of all series for {@code null}. */
    public List<String> labelValues(String name, RoaringBitmap selection) {
        return LabelListing.values(name, selection, at);
    }

    /**
     * A value of a name, and how many series have it.
     *
     * @param value empty where no series has the name
     */
    public record ValueCount(String value, int series) {}

    /** The value of a name that most series have; looks at every value's count once. */
    public ValueCount mostFrequent(String name) {
        NameEntry entry = at.pairs().name(name);
        int best = PairTable.MISSING;
        int most = 0;
        for (int id = entry == null ? PairTable.MISSING : entry.newestPair - 1;
                id >= 0;
                id = at.pairs().olderOfName(id) - 1) {
            int count = at.postings().cardinality(id);
            if (count > most) {
                most = count;
                best = id;
            }
        }
        return best == PairTable.MISSING
                ? new ValueCount("", 0)
                : new ValueCount(at.pairs().value(best), most);
    }

    /** How many values the names of a selection have; of all series for {@code null}. At most {@code limit} are named. */
    public NamesCardinality nameCardinality(RoaringBitmap selection, int limit) {
        return LabelCounts.names(selection, limit, at);
    }

    /** How many series of a selection have each value; of all series for {@code null}. At most {@code limit} are named. */
    public ValuesCardinality valueCardinality(String name, RoaringBitmap selection, int limit) {
        return LabelCounts.values(name, selection, limit, at);
    }

    /** What is in the index, the largest {@code limit} of each kind; chunks and times are left to the head. */
    public HeadCardinality cardinality(int limit) {
        return new IndexSummary(limit, at).make();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            generations.release(held);
        }
    }

    private int readIds(int series) {
        int count = labelCount(series);
        if (count > ids.length) {
            ids = new int[count];
        }
        return pairIds(series, ids);
    }
}
