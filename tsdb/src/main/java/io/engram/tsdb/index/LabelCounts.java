package io.engram.tsdb.index;

import io.engram.model.cardinality.NamesCardinality;
import io.engram.model.cardinality.ValuesCardinality;
import java.util.Arrays;
import java.util.BitSet;
import org.roaringbitmap.RoaringBitmap;

/**
 * How many values names have and how many series have values: by way of the series of a selection where they are few,
 * else by way of the pairs, whose lists know how long they are. Text is made for what is shown only. Series that come
 * while this counts may be in it.
 */
final class LabelCounts {
    /** Reading the labels of one series costs about as much as looking up this many pairs' series. */
    private static final int PAIRS_PER_SERIES = 4;

    private LabelCounts() {}

    static NamesCardinality names(RoaringBitmap selection, int limit, Snapshot at) {
        int[] values = selection != null && isSmall(selection, at.pairs().limit())
                ? valuesOfSeries(selection, at)
                : valuesOfPairs(selection, at);
        var largest = new LargestIds(
                limit,
                (a, b) -> Arrays.compareUnsigned(
                        at.pairs().name(a).name, at.pairs().name(b).name));
        long names = 0;
        long total = 0;
        for (int name = 0; name < values.length; name++) {
            if (values[name] > 0) {
                names++;
                total += values[name];
                largest.offer(name, values[name]);
            }
        }
        return new NamesCardinality(
                names, total, largest.take(name -> at.pairs().name(name).text()));
    }

    /** By the number of the name. */
    private static int[] valuesOfPairs(RoaringBitmap selection, Snapshot at) {
        PairTable pairs = at.pairs();
        int limit = pairs.limit();
        int[] values = new int[pairs.nameCount()];
        for (int pair = 0; pair < limit; pair++) {
            boolean occurs = selection == null
                    ? at.postings().isVisible(pair, at.limit())
                    : at.postings().intersects(pair, selection);
            values[pairs.nameNumber(pair)] += occurs ? 1 : 0;
        }
        return values;
    }

    private static int[] valuesOfSeries(RoaringBitmap selection, Snapshot at) {
        int[] values = new int[at.pairs().nameCount()];
        var seen = new BitSet();
        int[] ids = new int[32];
        for (var numbers = selection.getIntIterator(); numbers.hasNext(); ) {
            int series = numbers.next();
            if (at.has(series)) {
                int count = at.series().count(series);
                ids = at.series().readPairIds(series, ids);
                for (int i = 0; i < count; i++) {
                    if (!seen.get(ids[i])) {
                        seen.set(ids[i]);
                        values[at.pairs().nameNumber(ids[i])]++;
                    }
                }
            }
        }
        return values;
    }

    static ValuesCardinality values(String label, RoaringBitmap selection, int limit, Snapshot at) {
        NameEntry name = at.pairs().name(label);
        if (name == null) {
            return ValuesCardinality.none(label);
        }
        var counts = new ValueCounts(limit, at);
        if (selection != null && isSmall(selection, name.pairCount)) {
            countSeries(selection, name, at, counts);
        } else {
            for (int pair = name.newestPair - 1; pair >= 0; pair = at.pairs().olderOfName(pair) - 1) {
                counts.add(
                        pair,
                        selection == null
                                ? at.postings().cardinality(pair)
                                : at.postings().cardinality(pair, selection));
            }
        }
        return counts.of(label);
    }

    private static void countSeries(RoaringBitmap selection, NameEntry name, Snapshot at, ValueCounts into) {
        int[] found = new int[selection.getCardinality()];
        int count = 0;
        for (var numbers = selection.getIntIterator(); numbers.hasNext(); ) {
            int series = numbers.next();
            int pair = at.has(series) ? at.pairOf(series, name) : PairTable.MISSING;
            if (pair != PairTable.MISSING) {
                found[count++] = pair;
            }
        }
        Arrays.sort(found, 0, count);
        for (int from = 0, to; from < count; from = to) {
            to = from + 1;
            while (to < count && found[to] == found[from]) {
                to++;
            }
            into.add(found[from], to - from);
        }
    }

    private static boolean isSmall(RoaringBitmap selection, int pairs) {
        return (long) selection.getCardinality() * PAIRS_PER_SERIES < pairs;
    }

    /** Gathers the counts of one name's pairs. */
    private static final class ValueCounts {
        private final Snapshot at;
        private final LargestIds largest;
        private long values;
        private long series;

        ValueCounts(int limit, Snapshot at) {
            this.at = at;
            this.largest = new LargestIds(limit, at::compareValues);
        }

        void add(int pair, int count) {
            if (count > 0) {
                values++;
                series += count;
                largest.offer(pair, count);
            }
        }

        ValuesCardinality of(String label) {
            return new ValuesCardinality(label, values, series, largest.take(at.pairs()::value));
        }
    }
}
