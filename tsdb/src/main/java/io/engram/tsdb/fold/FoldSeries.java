package io.engram.tsdb.fold;

import java.util.Arrays;
import java.util.Comparator;

/**
 * A series of one of the blocks of a fold.
 *
 * @param source which block; 0 is the one that is folded
 * @param ref of the series in its block
 * @param labels without replica labels: names and values in turn, as symbols of the block that is folded
 * @param replica that it came from; empty where it has no replica label
 */
record FoldSeries(int source, int ref, int[] labels, String replica) {
    /** Series that are one without replica labels stand together; of these, those of one replica, in the order of blocks. */
    static final Comparator<FoldSeries> ORDER = ((Comparator<FoldSeries>) (a, b) -> Arrays.compare(a.labels, b.labels))
            .thenComparing(FoldSeries::replica)
            .thenComparingInt(FoldSeries::source)
            .thenComparingInt(FoldSeries::ref);

    boolean isTwinOf(FoldSeries other) {
        return Arrays.equals(labels, other.labels);
    }
}
