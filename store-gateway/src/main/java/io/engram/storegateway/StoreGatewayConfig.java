package io.engram.storegateway;

import io.engram.model.config.Check;
import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import java.time.Duration;

/** How blocks in the bucket are read, and what is kept of them. */
@Section("store-gateway")
public record StoreGatewayConfig(
        @Setting(
                value = "",
                doc = "Folder of the index-headers; empty: store-gateway in data.dir. May be deleted while stopped.")
        String dir,

        @Setting(
                value = "20m",
                doc = "An index-header that no query has used for so long leaves the memory; it stays on disk.")
        Duration indexHeaderIdleTimeout,

        @Setting(
                value = "1h",
                doc =
                        "So long after a block has left the bucket index, or has become another store-gateway's, its index-header is"
                                + " deleted from disk.")
        Duration indexHeaderDeletionDelay,

        @Setting(
                value = "5m",
                doc =
                        "How often the bucket indexes are read, to make the index-headers of new blocks ahead of queries.")
        Duration syncInterval,

        @Setting(value = "4", doc = "Index-headers that are made at a time ahead of queries.")
        int syncConcurrency,

        @Setting(value = "16", doc = "Blocks of one query that are worked on at a time.")
        int blockConcurrency,

        @Setting(value = "16", doc = "Ranges that are read from the bucket at a time, by all queries together.")
        int maxConcurrentReads,

        @Setting(
                value = "512KiB",
                doc = "Ranges that are wanted of one file are read as one where less than this lies between them.")
        long maxGapSize,

        @Setting(value = "16MiB", doc = "A larger range is read in parts; chunks are read ahead up to so much.")
        long maxRangeSize,

        @Setting(value = "0", doc = "Memory for postings that were read; 0 is a 64th of the heap, 1 keeps none.")
        long postingsCacheSize,

        @Setting(value = "0", doc = "Memory for series entries that were read; 0 is a 32nd of the heap, 1 keeps none.")
        long seriesCacheSize,

        @Setting(value = "0", doc = "Memory for chunks that were read; 0 is a 16th of the heap, 1 keeps none.")
        long chunksCacheSize) {

    /** So that a page fits in. */
    private static final long MIN_RANGE_BYTES = 64 << 10;

    private static final long MAX_RANGE_BYTES = 1 << 30;

    public StoreGatewayConfig {
        Check.aboveZero("store-gateway.index-header-idle-timeout", indexHeaderIdleTimeout);
        Check.atLeastZero("store-gateway.index-header-deletion-delay", indexHeaderDeletionDelay);
        Check.aboveZero("store-gateway.sync-interval", syncInterval);
        Check.aboveZero("store-gateway.sync-concurrency", syncConcurrency);
        Check.aboveZero("store-gateway.block-concurrency", blockConcurrency);
        Check.aboveZero("store-gateway.max-concurrent-reads", maxConcurrentReads);
        Check.atLeastZero("store-gateway.max-gap-size", maxGapSize);
        Check.that(
                maxRangeSize >= MIN_RANGE_BYTES && maxRangeSize <= MAX_RANGE_BYTES,
                "store-gateway.max-range-size must be from 64KiB to 1GiB");
        Check.atLeastZero("store-gateway.postings-cache-size", postingsCacheSize);
        Check.atLeastZero("store-gateway.series-cache-size", seriesCacheSize);
        Check.atLeastZero("store-gateway.chunks-cache-size", chunksCacheSize);
    }

    /** {@code postingsCacheSize}, or its share of the heap. */
    long postingsCacheBytes(long heapBytes) {
        return postingsCacheSize > 0 ? postingsCacheSize : heapBytes / 64;
    }

    /** {@code seriesCacheSize}, or its share of the heap. */
    long seriesCacheBytes(long heapBytes) {
        return seriesCacheSize > 0 ? seriesCacheSize : heapBytes / 32;
    }

    /** {@code chunksCacheSize}, or its share of the heap. */
    long chunksCacheBytes(long heapBytes) {
        return chunksCacheSize > 0 ? chunksCacheSize : heapBytes / 16;
    }
}
