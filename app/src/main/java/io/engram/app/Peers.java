package io.engram.app;

import io.engram.proto.Push;
import io.engram.proto.Usage;
import io.engram.querier.Sources;
import io.engram.querier.blocks.BlockCatalog;

/** How the components of this process reach what they need of others: in this process, or in the processes of a cluster. */
interface Peers extends AutoCloseable {
    /** Where a distributor hands samples to. */
    Push push();

    /** What ingesters hold of a tenant. */
    Usage usage();

    /**
     * Whom a querier asks.
     *
     * @param catalog of the blocks in the bucket
     */
    Sources sources(BlockCatalog catalog);

    @Override
    void close();
}
