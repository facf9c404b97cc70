package io.engram.proto.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A call whose messages are bytes; for one thread. */
final class RawCall extends ClientCall.Listener<byte[]> implements AutoCloseable {
    private final ManagedChannel channel;
    private final ClientCall<byte[], byte[]> call;
    /** Messages, and the status at the end. */
    private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();

    RawCall(String address, String method) {
        channel = NettyChannelBuilder.forTarget("dns:///" + address)
                .usePlaintext()
                .build();
        call = channel.newCall(RawServer.method(method), CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.MINUTES));
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("engram-cluster", Metadata.ASCII_STRING_MARSHALLER), "test");
        call.start(this, headers);
        call.request(Integer.MAX_VALUE);
    }

    @Override
    public void onMessage(byte[] message) {
        received.add(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        received.add(status);
    }

    void send(byte[] message) {
        call.sendMessage(message);
    }

    /** The next answer. */
    byte[] next() throws InterruptedException {
        return assertInstanceOf(byte[].class, received.take());
    }

    /** Says that nothing more comes. */
    void halfClose() {
        call.halfClose();
    }

    /** Nothing more may come, and all was well. */
    void awaitEnd() throws InterruptedException {
        assertEquals(
                Status.Code.OK, assertInstanceOf(Status.class, received.take()).getCode());
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
