package io.engram.app;

import io.engram.ingester.Ingester;
import io.engram.proto.Push;
import io.engram.proto.Usage;
import io.engram.querier.Sources;
import io.engram.querier.blocks.BlockCatalog;
import io.engram.querier.blocks.BlockSelect;
import io.engram.storegateway.StoreGateway;
import java.util.List;

/** Everything is in this process and called directly. */
record OwnPeers(Ingester ingester, StoreGateway storeGateway) implements Peers {
    @Override
    public Push push() {
        return ingester;
    }

    @Override
    public Usage usage() {
        return ingester;
    }

    @Override
    public Sources sources(BlockCatalog catalog) {
        return new Sources(
                List.of(new BlockSelect(catalog, storeGateway, List.of(ingester)), ingester),
                List.of(ingester),
                List.of(ingester),
                ingester.cardinality());
    }

    @Override
    public void close() {
        // nothing is held open
    }
}
