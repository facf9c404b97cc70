/** The port for calls of other instances: gRPC with limits, TLS, metrics and an orderly stop around the services of {@code proto}. */
package io.engram.server.grpc;
