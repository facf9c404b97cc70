package io.engram.ingester.blocks;

import io.engram.model.block.BlockMeta;
import java.nio.file.Path;

/**
 * A block that was cut here.
 *
 * @param shippedMs when the bucket had it and the index named it; 0 before
 * @param ofThisRun cut, or found to say the same as the head, since the process started: only then is it certain that the
 *     head has all its samples
 */
record LocalBlock(BlockMeta meta, Path folder, long shippedMs, boolean ofThisRun) {
    boolean isShipped() {
        return shippedMs != 0;
    }

    LocalBlock shipped(long atMs) {
        return new LocalBlock(meta, folder, atMs, ofThisRun);
    }

    LocalBlock foundAgain() {
        return new LocalBlock(meta, folder, shippedMs, true);
    }

    /** Whether another block of the same samples, as far as counts and times tell. */
    boolean saysTheSameAs(BlockMeta other) {
        return meta.minTimeMs() == other.minTimeMs()
                && meta.maxTimeMs() == other.maxTimeMs()
                && meta.stats().equals(other.stats());
    }
}
