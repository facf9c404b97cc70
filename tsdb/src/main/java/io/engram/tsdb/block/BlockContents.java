package io.engram.tsdb.block;

import io.engram.model.block.BlockFile;
import io.engram.model.block.BlockStats;
import java.util.List;

/**
 * What a finished {@link BlockWriter} has written.
 *
 * @param minTimeMs of the earliest sample; 0 where there is none
 * @param maxTimeMs of the latest sample, included; 0 where there is none
 * @param files index and chunk segments, with their sizes
 */
public record BlockContents(BlockStats stats, long minTimeMs, long maxTimeMs, List<BlockFile> files) {
    public BlockContents {
        files = List.copyOf(files);
    }
}
