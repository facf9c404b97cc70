package io.engram.tsdb.fold;

import java.util.ArrayList;
import java.util.List;

/**
 * Brings twins together. Without its replica label a series stands elsewhere in label order than with it, but not far away:
 * as long as the first label stands before any replica label, and mostly it is {@code __name__}, a series stays among those
 * of the same first label. They make a group, which is sorted anew. Series whose first label stands behind are the last in
 * a block, before and after, and make one group more.
 */
final class FoldGroups {
    private final FoldCursor main;
    private final List<FoldCursor> around;
    private final List<FoldSeries> group = new ArrayList<>();

    FoldGroups(List<FoldCursor> cursors) {
        main = cursors.getFirst();
        around = cursors.subList(1, cursors.size());
    }

    /** The next group, sorted, with the same series of the blocks around; empty behind the last. Valid until the next call. */
    List<FoldSeries> next() {
        group.clear();
        if (main.isOpen()) {
            if (main.isTail()) {
                takeTail(main);
                around.forEach(this::takeTail);
            } else {
                long label = main.firstLabel();
                take(main, label);
                around.forEach(cursor -> take(cursor, label));
            }
            group.sort(FoldSeries.ORDER);
        }
        return group;
    }

    private void take(FoldCursor cursor, long label) {
        while (cursor.isOpen() && !cursor.isTail() && cursor.firstLabel() <= label) {
            if (cursor.firstLabel() == label) {
                add(cursor);
            }
            cursor.next();
        }
    }

    private void takeTail(FoldCursor cursor) {
        while (cursor.isOpen()) {
            if (cursor.isTail()) {
                add(cursor);
            }
            cursor.next();
        }
    }

    private void add(FoldCursor cursor) {
        FoldSeries series = cursor.series();
        if (series != null) {
            group.add(series);
        }
    }
}
