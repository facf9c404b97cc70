package io.engram.proto.grpc;

import io.engram.proto.SelectBlocks;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;

/** A store-gateway behind gRPC: answers {@link StoreGatewayClient}. */
public final class StoreGatewayService implements BindableService {
    private final SelectBlocks select;

    public StoreGatewayService(SelectBlocks select) {
        this.select = select;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerServiceDefinition.builder(Methods.STORE_GATEWAY)
                .addMethod(
                        Methods.select(Methods.STORE_GATEWAY),
                        new SelectMethod<>(
                                query -> select.select(Messages.selectBlocks(query)), SelectBlocks.Cursor::blocks))
                .addMethod(Methods.labelNames(Methods.STORE_GATEWAY), new AnswerMethod<>((request, out) -> {
                    SelectBlocks.Strings names = select.labelNames(Messages.selectBlocks(request.getQuery()));
                    LabelAnswers.send(names.blocks(), names.values(), out);
                }))
                .addMethod(Methods.labelValues(Methods.STORE_GATEWAY), new AnswerMethod<>((request, out) -> {
                    SelectBlocks.Strings values =
                            select.labelValues(request.getName(), Messages.selectBlocks(request.getQuery()));
                    LabelAnswers.send(values.blocks(), values.values(), out);
                }))
                .build();
    }
}
