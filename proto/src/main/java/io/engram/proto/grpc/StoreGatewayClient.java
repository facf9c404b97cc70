package io.engram.proto.grpc;

import io.engram.model.block.BlockId;
import io.engram.proto.SelectBlocks;
import io.engram.proto.cluster.v1.LabelsRequest;
import io.engram.proto.cluster.v1.LabelsResponse;
import io.grpc.MethodDescriptor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A store-gateway of another process; fails as {@link IngesterClient} does. Safe for all threads. */
public final class StoreGatewayClient implements SelectBlocks, AutoCloseable {
    private final Peer peer;

    StoreGatewayClient(Peer peer) {
        this.peer = peer;
    }

    @Override
    public SelectBlocks.Cursor select(SelectBlocks.Query query) {
        return SelectStream.open(peer, Methods.STORE_GATEWAY, Messages.of(query));
    }

    @Override
    public SelectBlocks.Strings labelNames(SelectBlocks.Query query) {
        return labels(Methods.labelNames(Methods.STORE_GATEWAY), "", query);
    }

    @Override
    public SelectBlocks.Strings labelValues(String name, SelectBlocks.Query query) {
        return labels(Methods.labelValues(Methods.STORE_GATEWAY), name, query);
    }

    private SelectBlocks.Strings labels(
            MethodDescriptor<LabelsRequest, LabelsResponse> method, String name, SelectBlocks.Query query) {
        LabelsRequest request = LabelsRequest.newBuilder()
                .setQuery(Messages.of(query))
                .setName(name)
                .build();
        Set<BlockId> blocks = new HashSet<>();
        List<String> values = new ArrayList<>();
        try (Answers<LabelsResponse> answers = peer.call(method, request)) {
            for (LabelsResponse piece = answers.next(); piece != null; piece = answers.next()) {
                blocks.addAll(Messages.blocksOf(piece.getBlocksList()));
                values.addAll(piece.getValuesList());
            }
        }
        return new SelectBlocks.Strings(blocks, values);
    }

    /** As {@link IngesterClient#close}. */
    @Override
    public void close() {
        peer.close();
    }
}
