package io.engram.compactor.plan;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import java.util.List;

/**
 * What is to be done with the blocks of a tenant.
 *
 * @param jobs can be done in any order and at the same time: no block is in two
 * @param superseded can be marked for deletion at once; in no job
 */
public record CompactionPlan(List<PlannedJob> jobs, List<Superseded> superseded) {
    public CompactionPlan {
        jobs = List.copyOf(jobs);
        superseded = List.copyOf(superseded);
    }

    /**
     * A block that another one makes needless.
     *
     * @param by has all its sources
     * @param original whether it was folded into the other, which does not hold all that this one does: it is kept longer
     */
    public record Superseded(BlockMeta block, BlockId by, boolean original) {
        /** Of a block all of whose samples the other has. */
        public Superseded(BlockMeta block, BlockId by) {
            this(block, by, false);
        }
    }
}
