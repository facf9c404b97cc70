package io.engram.proto;

import io.engram.model.read.ChunkBatch;
import io.engram.model.read.SeriesTable;
import io.engram.model.replica.ActivityTable;
import java.util.List;

/** What a select found. {@link #fetch} may be called by several threads, each with a batch of its own. */
public interface SelectCursor extends AutoCloseable {
    SeriesTable series();

    /**
     * Brings the chunks that overlap the asked range, of the series {@code ordinals[from .. to)} of {@link #series}, in
     * that order. A few hundred series at a time suit the stores. A series that has gone since brings no chunks.
     */
    void fetch(int[] ordinals, int from, int to, ChunkBatch into);

    /**
     * How much each replica of the tenant sent: the windows that the asked range touches, and two before it, by which the first
     * ones are judged. Made when it is asked for, and asked for only where series carry replica labels. Sources that hold
     * different series are summed; of blocks, and of a head and blocks, each window has the greater count.
     */
    default ActivityTable activity() {
        return ActivityTable.EMPTY;
    }

    /** What whoever asked should know of how the answer came about, in sentences; complete when all is fetched. */
    default List<String> infos() {
        return List.of();
    }

    /** The range whose windows {@link #activity} has: begins two windows before {@code minTimeMs}. */
    static long activityFromMs(long minTimeMs) {
        return Math.max(minTimeMs, Long.MIN_VALUE + 2 * ActivityTable.WINDOW_MS) - 2 * ActivityTable.WINDOW_MS;
    }

    @Override
    void close();
}
