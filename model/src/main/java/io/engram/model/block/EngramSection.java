package io.engram.model.block;

import io.engram.model.replica.ActivityTable;
import java.util.Optional;

/**
 * What Engram alone keeps of a block, in a section of its own behind the others, which other programs skip.
 *
 * @param activity of the replicas that sent the block's samples; empty where there were none, or nobody counted
 * @param folded what became of the twins in a block whose replicas were folded; absent in any other block
 */
public record EngramSection(ActivityTable activity, Optional<Folded> folded) {
    public static final EngramSection NONE = new EngramSection(ActivityTable.EMPTY);

    /** Counts in one block: with more, {@link ActivityTable#atMost some clusters} are left out, so that no meta grows over a few 100 KB. */
    public static final int MAX_COUNTS = 1 << 16;

    public EngramSection {
        activity = activity.atMost(MAX_COUNTS);
    }

    /** Of a block that is not folded. */
    public EngramSection(ActivityTable activity) {
        this(activity, Optional.empty());
    }

    public boolean isEmpty() {
        return activity.isEmpty() && folded.isEmpty();
    }
}
