package io.engram.storegateway;

import com.codahale.metrics.Counter;
import com.github.benmanes.caffeine.cache.Cache;
import io.engram.server.metrics.Metrics;
import java.util.function.DoubleSupplier;

/** What the store-gateway counts: {@code engram_store_gateway_…}. Safe for all threads. */
final class GatewayMetrics {
    private final Metrics metrics;
    private final Counter indexReads;
    private final Counter indexReadBytes;
    private final Counter chunkReads;
    private final Counter chunkReadBytes;
    private final Counter doubted;
    private final Counter damaged;
    final Counter headersBuilt;
    final Counter headersRebuilt;
    final Counter headerLoads;
    final Counter headerUnloads;
    final Counter headersDeleted;
    final Counter blocksMissing;
    final Counter syncs;
    final Counter syncFailures;

    GatewayMetrics(Metrics metrics) {
        this.metrics = metrics;
        String reads = "Ranges read from the bucket for queries.";
        String bytes = "Bytes of the ranges read from the bucket for queries.";
        indexReads = metrics.counter("engram_store_gateway_bucket_reads_total", reads, "file", "index");
        chunkReads = metrics.counter("engram_store_gateway_bucket_reads_total", reads, "file", "chunks");
        indexReadBytes = metrics.counter("engram_store_gateway_bucket_read_bytes_total", bytes, "file", "index");
        chunkReadBytes = metrics.counter("engram_store_gateway_bucket_read_bytes_total", bytes, "file", "chunks");
        doubted = counter("reread_total", "Ranges that looked damaged and were read from the bucket again.");
        damaged = counter(
                "damaged_reads_total", "Reads of blocks that were damaged the second time too; the query failed.");
        headersBuilt = counter("index_headers_built_total", "Index-headers made from the bucket.");
        headersRebuilt = counter(
                "index_headers_rebuilt_total", "Index-headers on the local disk that were damaged and made anew.");
        headerLoads = counter("index_header_loads_total", "Index-headers loaded from the local disk into memory.");
        headerUnloads =
                counter("index_header_unloads_total", "Index-headers that left the memory because nobody used them.");
        headersDeleted = counter("index_headers_deleted_total", "Index-headers deleted because their blocks are gone.");
        blocksMissing = counter("missing_blocks_total", "Blocks that a query named and the bucket did not have.");
        syncs = counter("syncs_total", "Looks at the bucket indexes of all tenants.");
        syncFailures = counter(
                "sync_failures_total", "Tenants or blocks that a sync could not read; the next one tries again.");
    }

    private Counter counter(String name, String help) {
        return metrics.counter("engram_store_gateway_" + name, help);
    }

    void gauge(String name, String help, DoubleSupplier value) {
        metrics.gauge("engram_store_gateway_" + name, help, value);
    }

    /** Shows how a cache does; it must record its statistics. */
    void cache(String name, Cache<?, ?> cache) {
        metrics.counter(
                "engram_store_gateway_cache_requests_total",
                "What caches were asked for.",
                () -> cache.stats().requestCount(),
                "cache",
                name);
        metrics.counter(
                "engram_store_gateway_cache_hits_total",
                "What caches had.",
                () -> cache.stats().hitCount(),
                "cache",
                name);
        metrics.counter(
                "engram_store_gateway_cache_evictions_total",
                "What caches let go to make room.",
                () -> cache.stats().evictionCount(),
                "cache",
                name);
        metrics.gauge(
                "engram_store_gateway_cache_size_bytes",
                "Memory that caches take.",
                () -> cache.policy()
                        .eviction()
                        .map(eviction -> eviction.weightedSize().orElse(0))
                        .orElse(0L),
                "cache",
                name);
    }

    void read(StoredFile file, long bytes) {
        (file.number() == 0 ? indexReads : chunkReads).inc();
        (file.number() == 0 ? indexReadBytes : chunkReadBytes).inc(bytes);
    }

    /** Something did not look as it was written, and is read again. */
    void doubt() {
        doubted.inc();
    }

    /** It did not the second time either. */
    void damage() {
        damaged.inc();
    }
}
