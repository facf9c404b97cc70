package io.engram.app.blocks;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import java.util.List;
import java.util.Optional;

/**
 * A block, or what is left of one.
 *
 * @param tenant empty in a plain folder
 * @param meta empty where it is missing or damaged
 * @param notes what else is to be said: marks with their reasons, what is wrong with the meta
 */
record FoundBlock(String tenant, BlockId id, Optional<BlockMeta> meta, List<String> notes) {
    FoundBlock {
        notes = List.copyOf(notes);
    }
}
