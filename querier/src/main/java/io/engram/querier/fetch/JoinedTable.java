package io.engram.querier.fetch;

import io.engram.model.labels.Label;
import io.engram.model.read.SeriesTable;

/** Makes one table of joined series: labels are those of the first copy, times reach over all of them. */
final class JoinedTable {
    private JoinedTable() {}

    /** @param copiesAreEqual whether copies bring the same chunks mostly, so that they do not add up */
    static SeriesTable of(JoinedSeries joined, boolean copiesAreEqual) {
        int size = joined.size();
        int[] idsFrom = new int[joined.sources()];
        Label[] dictionary = dictionary(joined, idsFrom);
        long[] hi = new long[size];
        long[] lo = new long[size];
        long[] min = new long[size];
        long[] max = new long[size];
        int[] chunks = new int[size];
        int[] labelStart = new int[size + 1];
        for (int i = 0; i < size; i++) {
            min[i] = Long.MAX_VALUE;
            max[i] = Long.MIN_VALUE;
            for (int copy = joined.firstCopy(i); copy < joined.endOfCopies(i); copy++) {
                SeriesTable table = joined.table(joined.source(copy));
                int ordinal = joined.ordinal(copy);
                min[i] = Math.min(min[i], table.minTimeMs()[ordinal]);
                max[i] = Math.max(max[i], table.maxTimeMs()[ordinal]);
                int more = table.chunkCount()[ordinal];
                chunks[i] = copiesAreEqual ? Math.max(chunks[i], more) : chunks[i] + more;
            }
            int first = joined.firstCopy(i);
            SeriesTable table = joined.table(joined.source(first));
            int ordinal = joined.ordinal(first);
            hi[i] = table.fingerprintHi()[ordinal];
            lo[i] = table.fingerprintLo()[ordinal];
            labelStart[i + 1] = labelStart[i] + table.labelStart()[ordinal + 1] - table.labelStart()[ordinal];
        }
        int[] labelIds = new int[labelStart[size]];
        for (int i = 0; i < size; i++) {
            int first = joined.firstCopy(i);
            int source = joined.source(first);
            SeriesTable table = joined.table(source);
            int from = table.labelStart()[joined.ordinal(first)];
            for (int k = labelStart[i]; k < labelStart[i + 1]; k++) {
                labelIds[k] = idsFrom[source] + table.labelIds()[from + k - labelStart[i]];
            }
        }
        return new SeriesTable(dictionary, hi, lo, labelStart, labelIds, min, max, chunks);
    }

    /** All dictionaries one behind the other: what two have both is there twice. {@code idsFrom} is told where each begins. */
    private static Label[] dictionary(JoinedSeries joined, int[] idsFrom) {
        int total = 0;
        for (int source = 0; source < idsFrom.length; source++) {
            idsFrom[source] = total;
            total += joined.table(source).dictionary().length;
        }
        Label[] all = new Label[total];
        for (int source = 0; source < idsFrom.length; source++) {
            Label[] pairs = joined.table(source).dictionary();
            System.arraycopy(pairs, 0, all, idsFrom[source], pairs.length);
        }
        return all;
    }
}
