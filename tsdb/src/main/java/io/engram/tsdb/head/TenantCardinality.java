package io.engram.tsdb.head;

import io.engram.model.cardinality.HeadCardinality;
import io.engram.model.cardinality.NamesCardinality;
import io.engram.model.cardinality.ValuesCardinality;
import io.engram.model.labels.Matcher;
import io.engram.tsdb.index.LabelView;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/**
 * Counts the series of one tenant: all in memory, or the active ones, which have a sample since a given time. Safe for all
 * threads.
 */
public final class TenantCardinality {
    /** In place of a time: every series that is in memory. */
    public static final long IN_MEMORY = Long.MIN_VALUE;

    private final TenantHead head;

    TenantCardinality(TenantHead head) {
        this.head = head;
    }

    /** Series since {@code sinceMs}. */
    public int series(long sinceMs) {
        return sinceMs == IN_MEMORY
                ? head.index().seriesCount()
                : ActiveScan.find(head, sinceMs, head.index().seriesLimit()).getCardinality();
    }

    /**
     * Series since {@code sinceMs} by selectors, with one look at the records.
     *
     * @return those of all first, then those of each selector
     */
    public int[] series(long sinceMs, List<List<Matcher>> selectors) {
        int[] counts = new int[1 + selectors.size()];
        try (LabelView view = head.index().view()) {
            RoaringBitmap active = ActiveScan.find(head, sinceMs, view.seriesLimit());
            counts[0] = active.getCardinality();
            for (int i = 0; i < selectors.size(); i++) {
                counts[1 + i] = RoaringBitmap.andCardinality(active, view.select(selectors.get(i)));
            }
        }
        return counts;
    }

    /** Series that pass the matchers; those that differ in nothing but the replica labels are one. */
    public int series(List<Matcher> matchers, long sinceMs, List<String> replicaLabels) {
        try (LabelView view = head.index().view()) {
            RoaringBitmap found = TwinPick.one(view, selection(view, matchers, sinceMs), replicaLabels);
            return found == null ? head.index().seriesCount() : found.getCardinality();
        }
    }

    /** How many values each label name has; at most {@code limit} are named. */
    public NamesCardinality names(List<Matcher> matchers, long sinceMs, int limit) {
        try (LabelView view = head.index().view()) {
            return view.nameCardinality(selection(view, matchers, sinceMs), limit);
        }
    }

    /**
     * How many series have each value of the labels, in their order; at most {@code limit} of each are named.
     *
     * @param replicaLabels series that differ in nothing but these are one, but for the counts of these themselves
     */
    public List<ValuesCardinality> values(
            List<String> names, List<Matcher> matchers, long sinceMs, List<String> replicaLabels, int limit) {
        try (LabelView view = head.index().view()) {
            RoaringBitmap all = selection(view, matchers, sinceMs);
            RoaringBitmap one = TwinPick.one(view, all, replicaLabels);
            return names.stream()
                    .map(name -> view.valueCardinality(name, replicaLabels.contains(name) ? all : one, limit))
                    .toList();
        }
    }

    /** All that is in memory, the largest {@code limit} of each kind. */
    public HeadCardinality head(int limit) {
        HeadCardinality index;
        try (LabelView view = head.index().view()) {
            index = view.cardinality(limit);
        }
        TenantHeadStats stats = head.stats();
        return new HeadCardinality(
                index.series(),
                index.pairs(),
                stats.openChunks() + stats.chunksSealed(),
                stats.minTimeMs(),
                stats.maxTimeMs(),
                index.seriesByMetric(),
                index.valuesByName(),
                index.valueBytesByName(),
                index.seriesByPair());
    }

    /**
     * The labels of the series that pass the matchers, without replica labels, and each once; the caller closes the result.
     */
    public LabelsCursor labels(List<Matcher> matchers, long sinceMs, List<String> replicaLabels) {
        LabelView view = head.index().view();
        try {
            RoaringBitmap found = TwinPick.one(view, selection(view, matchers, sinceMs), replicaLabels);
            return new LabelsCursor(view, found == null ? view.all() : found, replicaLabels);
        } catch (RuntimeException | Error e) {
            view.close();
            throw e;
        }
    }

    /** Null for all. */
    private RoaringBitmap selection(LabelView view, List<Matcher> matchers, long sinceMs) {
        if (sinceMs == IN_MEMORY) {
            return matchers.isEmpty() ? null : view.select(matchers);
        }
        RoaringBitmap active = ActiveScan.find(head, sinceMs, view.seriesLimit());
        if (!matchers.isEmpty()) {
            active.and(view.select(matchers));
        }
        return active;
    }
}
