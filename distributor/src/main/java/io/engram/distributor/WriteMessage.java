package io.engram.distributor;

/** The protobuf messages that a write may carry. */
enum WriteMessage {
    /** {@code prometheus.WriteRequest}, remote write 1.0. */
    VERSION_1,
    /** {@code io.prometheus.write.v2.Request}, remote write 2.0. */
    VERSION_2
}
