package io.engram.tsdb.index;

import io.engram.model.labels.Utf8Order;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/** The names and values of a selection, by way of the series where they are few, else by way of the pairs. */
final class LabelListing {
    /** Reading the labels of one series costs about as much as looking up this many pairs' series. */
    private static final int PAIRS_PER_SERIES = 4;

    private LabelListing() {}

    static List<String> names(RoaringBitmap selection, Snapshot at) {
        List<String> names = new ArrayList<>();
        boolean bySeries = selection != null
                && (long) selection.getCardinality() * PAIRS_PER_SERIES
                        < at.pairs().limit();
        BitSet found = bySeries ? namesOfSeries(selection, at) : null;
        int count = at.pairs().nameCount();
        for (int number = 0; number < count; number++) {
            NameEntry name = at.pairs().name(number);
            if (found != null ? found.get(number) : occurs(name, selection, at)) {
                names.add(name.text());
            }
        }
        names.sort(Utf8Order::compare);
        return names;
    }

    static List<String> values(String label, RoaringBitmap selection, Snapshot at) {
        NameEntry name = at.pairs().name(label);
        if (name == null) {
            return List.of();
        }
        int[] pairs = selection != null && (long) selection.getCardinality() * PAIRS_PER_SERIES < name.pairCount
                ? pairsOfSeries(selection, name, at)
                : name.cache().sorted(name, at);
        List<String> values = new ArrayList<>();
        for (int pair : pairs) {
            if (occurs(pair, selection, at)) {
                values.add(at.pairs().value(pair));
            }
        }
        return values;
    }

    private static BitSet namesOfSeries(RoaringBitmap selection, Snapshot at) {
        var found = new BitSet();
        int[] ids = new int[32];
        for (var numbers = selection.getIntIterator(); numbers.hasNext(); ) {
            int series = numbers.next();
            if (at.has(series)) {
                int count = at.series().count(series);
                ids = at.series().readPairIds(series, ids);
                for (int i = 0; i < count; i++) {
                    found.set(at.pairs().nameNumber(ids[i]));
                }
            }
        }
        return found;
    }

    /** The pairs with this name, sorted by value. */
    private static int[] pairsOfSeries(RoaringBitmap selection, NameEntry name, Snapshot at) {
        var found = new RoaringBitmap();
        for (var numbers = selection.getIntIterator(); numbers.hasNext(); ) {
            int series = numbers.next();
            int pair = at.has(series) ? at.pairOf(series, name) : PairTable.MISSING;
            if (pair != PairTable.MISSING) {
                found.add(pair);
            }
        }
        return ValueSorter.sort(found.toArray(), at);
    }

    private static boolean occurs(NameEntry name, RoaringBitmap selection, Snapshot at) {
        for (int pair = name.newestPair - 1; pair >= 0; pair = at.pairs().olderOfName(pair) - 1) {
            if (occurs(pair, selection, at)) {
                return true;
            }
        }
        return false;
    }

    private static boolean occurs(int pair, RoaringBitmap selection, Snapshot at) {
        return selection == null
                ? at.postings().isVisible(pair, at.limit())
                : at.postings().intersects(pair, selection);
    }
}
