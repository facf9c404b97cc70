package io.engram.app;

import com.codahale.metrics.Counter;
import io.engram.distributor.RingPush;
import io.engram.distributor.limits.RingUsage;
import io.engram.distributor.peers.BreakerConfig;
import io.engram.proto.Push;
import io.engram.proto.Usage;
import io.engram.proto.grpc.Connections;
import io.engram.proto.grpc.ConnectionsConfig;
import io.engram.proto.grpc.IngesterClient;
import io.engram.proto.grpc.StoreGatewayClient;
import io.engram.querier.QuerierConfig;
import io.engram.querier.Sources;
import io.engram.querier.blocks.BlockCatalog;
import io.engram.querier.blocks.BlockSelect;
import io.engram.querier.blocks.GatewaysSelect;
import io.engram.querier.blocks.Hedges;
import io.engram.querier.copies.IngestersCardinality;
import io.engram.querier.copies.IngestersExtras;
import io.engram.querier.copies.IngestersSelect;
import io.engram.ring.Ring;
import io.engram.ring.RingReads;
import io.engram.server.grpc.GrpcConfig;
import io.engram.server.metrics.Metrics;
import java.util.List;
import java.util.function.Supplier;

/**
 * The ingesters and store-gateways of a cluster, found on their rings and called over gRPC, those of this process too. Reads
 * ask all ingesters, also where writes go to a tenant's shard alone: samples of before the shard was as it is are elsewhere.
 */
final class ClusterPeers implements Peers {
    private final Foundation base;
    private final RingConfig config;
    private final Supplier<Ring> ingesters;
    private final Supplier<Ring> gateways;
    private final ShardRule shards;
    private final RingReads reads;
    private final Connections connections;
    private final Clients<IngesterClient> ingesterClients;
    private final Clients<StoreGatewayClient> gatewayClients;

    ClusterPeers(Foundation base, Rings rings, ShardRule shards) {
        this.base = base;
        this.config = base.config(RingConfig.class);
        this.ingesters = rings.view(Rings.INGESTER)::ring;
        this.gateways = rings.view(Rings.STORE_GATEWAY)::ring;
        this.shards = shards;
        this.reads = new RingReads(ingesters, (ring, _) -> ring, config.copies(), config.readPatience());
        this.connections = new Connections(
                base.config(ConnectionsConfig.class),
                base.config(GrpcConfig.class).clusterName());
        this.ingesterClients = new Clients<>(ingesters, connections::ingester);
        this.gatewayClients = new Clients<>(gateways, connections::storeGateway);
    }

    @Override
    public Push push() {
        return new RingPush(
                ingesters,
                shards,
                config.copies(),
                ingesterClients::apply,
                new io.engram.distributor.peers.Peers(base.config(BreakerConfig.class), base.clock(), base.metrics()));
    }

    @Override
    public Usage usage() {
        return new RingUsage(reads, ingesterClients);
    }

    /** No block is left to ingesters: one that has it may be gone before it is asked. What both have is folded. */
    @Override
    public Sources sources(BlockCatalog catalog) {
        RingReads counted = reads.tellingOfMissing(answersMissingCopies(base.metrics())::inc);
        IngestersExtras extras = new IngestersExtras(counted, ingesterClients, ingesterClients);
        QuerierConfig querier = base.config(QuerierConfig.class);
        Hedges hedges = new Hedges(querier.hedgeAfter(), querier.hedgePercent(), base.metrics());
        return new Sources(
                List.of(
                        new BlockSelect(
                                catalog,
                                new GatewaysSelect(gateways, config.blockCopies(), gatewayClients, hedges),
                                List.of()),
                        new IngestersSelect(counted, ingesterClients)),
                List.of(extras),
                List.of(extras),
                new IngestersCardinality(
                        counted, instance -> ingesterClients.apply(instance).cardinality()));
    }

    static Counter answersMissingCopies(Metrics metrics) {
        return metrics.counter(
                "engram_querier_answers_missing_copies_total",
                "Answers of the ingesters, one for each selector of a query, that were made without one of them.");
    }

    @Override
    public void close() {
        ingesterClients.close();
        gatewayClients.close();
        connections.close();
    }
}
