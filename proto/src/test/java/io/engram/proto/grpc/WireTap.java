package io.engram.proto.grpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;

/** Stands between a client and a server, and sees, and may change, each message on its way. */
final class WireTap implements AutoCloseable {
    private static final Metadata.Key<String> CLUSTER =
            Metadata.Key.of("engram-cluster", Metadata.ASCII_STRING_MARSHALLER);

    /** What arrives in place of a message. */
    @FunctionalInterface
    interface Change {
        /**
         * @param call the number of the call, from 0
         * @param method its full name
         */
        byte[] of(int call, String method, boolean isRequest, byte[] message);
    }

    private final ManagedChannel onwards;
    private final Change change;
    private final RawServer server;
    private int calls; // guarded by this

    WireTap(String to, Change change) throws IOException {
        this.onwards =
                NettyChannelBuilder.forTarget("dns:///" + to).usePlaintext().build();
        this.change = change;
        this.server = new RawServer(name -> (call, headers) -> new Carried(nextCall(), name, call, headers));
    }

    private synchronized int nextCall() {
        return calls++;
    }

    String address() {
        return server.address();
    }

    @Override
    public void close() {
        server.close();
        onwards.shutdownNow();
    }

    /** One call: what comes from the client goes on, and the other way round. */
    private final class Carried extends ServerCall.Listener<byte[]> {
        private final int number;
        private final String name;
        private final ClientCall<byte[], byte[]> there;

        Carried(int number, String name, ServerCall<byte[], byte[]> here, Metadata headers) {
            this.number = number;
            this.name = name;
            this.there = onwards.newCall(RawServer.method(name), CallOptions.DEFAULT);
            Metadata own = new Metadata();
            own.put(CLUSTER, headers.get(CLUSTER));
            there.start(new Back(here), own);
            here.request(Integer.MAX_VALUE);
            there.request(Integer.MAX_VALUE);
        }

        @Override
        public void onMessage(byte[] message) {
            there.sendMessage(change.of(number, name, true, message));
        }

        @Override
        public void onHalfClose() {
            there.halfClose();
        }

        @Override
        public void onCancel() {
            there.cancel("cancelled", null);
        }

        private final class Back extends ClientCall.Listener<byte[]> {
            private final ServerCall<byte[], byte[]> here;

            Back(ServerCall<byte[], byte[]> here) {
                this.here = here;
            }

            @Override
            public void onHeaders(Metadata headers) {
                here.sendHeaders(new Metadata());
            }

            @Override
            public void onMessage(byte[] message) {
                here.sendMessage(change.of(number, name, false, message));
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
                if (!here.isCancelled()) {
                    here.close(status, trailers);
                }
            }
        }
    }
}
