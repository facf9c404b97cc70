package io.engram.proto;

import io.engram.model.block.BlockId;
import java.util.List;
import java.util.Set;

/**
 * The way to the samples of blocks in the bucket: a store-gateway in this process or behind gRPC. The caller says which
 * blocks it wants, by the bucket index; a store-gateway opens any block of the tenant that it is asked for, whether it has
 * heard of it or not. What it could not serve is missing from the answer's {@code blocks}, and the caller asks another
 * owner or fails. Safe for many threads.
 */
public interface SelectBlocks {
    /** @param blocks those that are to be looked at, all of {@code select}'s tenant */
    record Query(Select.Query select, List<BlockId> blocks) {
        public Query {
            blocks = List.copyOf(blocks);
        }
    }

    /**
     * Names or values of labels.
     *
     * @param blocks those that they are from
     * @param values sorted by their UTF-8 bytes
     */
    record Strings(Set<BlockId> blocks, List<String> values) {
        public Strings {
            blocks = Set.copyOf(blocks);
            values = List.copyOf(values);
        }
    }

    /** What was found. A fetch that fails later fails as a whole: it never leaves out a chunk. */
    interface Cursor extends SelectCursor {
        /** The blocks that were looked at: all their series that pass are in {@link #series}. */
        Set<BlockId> blocks();
    }

    /** Finds the series, each once, whatever blocks it is in; their chunks are fetched from the cursor, which the caller closes. */
    Cursor select(Query query);

    /** The names of labels on series that pass. */
    Strings labelNames(Query query);

    /** The values of one label on series that pass. */
    Strings labelValues(String name, Query query);
}
