package io.engram.benchmarks.e2e;

import java.io.IOException;

/** Ranged reads of the bucket, which are how blocks are read, and their bytes, as the server's metrics had them at a time. */
record BucketCounts(double reads, double bytes) {
    static BucketCounts of(ServerProcess server) throws IOException {
        return new BucketCounts(
                server.metric("engram_bucket_requests_total{operation=\"get_range\",outcome=\"done\"}"),
                server.metric("engram_bucket_bytes_total{operation=\"get_range\"}"));
    }

    double readsSince(ServerProcess server) throws IOException {
        return of(server).reads - reads;
    }

    double bytesSince(ServerProcess server) throws IOException {
        return of(server).bytes - bytes;
    }
}
