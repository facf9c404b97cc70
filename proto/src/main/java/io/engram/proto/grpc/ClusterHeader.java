package io.engram.proto.grpc;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Sees to it that only instances of one cluster talk to each other: each call carries the cluster's name. */
public final class ClusterHeader {
    private static final Metadata.Key<String> NAME =
            Metadata.Key.of("engram-cluster", Metadata.ASCII_STRING_MARSHALLER);

    private ClusterHeader() {}

    /** Adds the name to each call. */
    static ClientInterceptor adding(String clusterName) {
        return new ClientInterceptor() {
            @Override
            public <Q, R> ClientCall<Q, R> interceptCall(
                    MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
                return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {
                    @Override
                    public void start(Listener<R> listener, Metadata headers) {
                        headers.put(NAME, clusterName);
                        super.start(listener, headers);
                    }
                };
            }
        };
    }

    /** Refuses calls with another name, or none, with {@link ErrorId#CLUSTER_MISMATCH}. */
    public static ServerInterceptor checking(String clusterName) {
        return new ServerInterceptor() {
            @Override
            public <Q, R> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                String name = headers.get(NAME);
                if (clusterName.equals(name)) {
                    return next.startCall(call, headers);
                }
                CallFailure.close(
                        call,
                        new Failure(
                                ErrorId.CLUSTER_MISMATCH,
                                "this instance belongs to the cluster '%s', the caller %s (server.cluster-name)"
                                        .formatted(clusterName, name == null ? "names none" : "to '" + name + "'")));
                return new ServerCall.Listener<>() {};
            }
        };
    }
}
