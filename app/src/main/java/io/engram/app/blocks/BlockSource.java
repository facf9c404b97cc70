package io.engram.app.blocks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Where blocks are. */
interface BlockSource {
    /** For messages. */
    String name();

    /** All blocks, by tenant and id. */
    List<FoundBlock> list() throws IOException;

    /** Gives the block's folder on a local disk to {@code visit}; it may be gone afterwards. */
    void visit(FoundBlock block, Visit visit) throws IOException;

    /** Looks into a folder. */
    @FunctionalInterface
    interface Visit {
        void folder(Path folder) throws IOException;
    }
}
