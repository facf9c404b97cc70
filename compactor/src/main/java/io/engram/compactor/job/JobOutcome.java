package io.engram.compactor.job;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import java.util.Optional;

/** What became of a job. Where it could not be finished it throws instead, and is planned again. */
public sealed interface JobOutcome {
    /** @param block what the sources were merged into; empty where not one sample was left, and nothing was uploaded */
    record Compacted(Optional<BlockMeta> block, JobCost cost) implements JobOutcome {}

    /** A source cannot be read, also after it was read from the bucket again; it is marked to stay out of compactions. */
    record BadBlock(BlockId block, String problem) implements JobOutcome {}

    /** Somebody else was there: a source is gone, or the tenant goes. */
    record Overtaken(String why) implements JobOutcome {}

    /**
     * It would not fit.
     *
     * @param where on disk or in the heap, as operators know it
     */
    record NoRoom(String where, long neededBytes, long freeBytes) implements JobOutcome {}
}
