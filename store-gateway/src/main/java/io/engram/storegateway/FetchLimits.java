package io.engram.storegateway;

import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.limits.Limits;
import java.util.concurrent.atomic.AtomicLong;

/** What one select has brought out of blocks, against what the tenant's may. Safe for the select's threads. */
final class FetchLimits {
    private final TenantId tenant;
    private final long maxSeries;
    private final long maxChunks;
    private final long maxBytes;
    private final AtomicLong series = new AtomicLong();
    private final AtomicLong chunks = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    FetchLimits(TenantId tenant, Limits limits) {
        this.tenant = tenant;
        this.maxSeries = limits.maxFetchedBlockSeries();
        this.maxChunks = limits.maxFetchedBlockChunks();
        this.maxBytes = limits.maxFetchedBlockBytes();
    }

    /** Before their entries are read. */
    void addSeries(long found) {
        check(ErrorId.BLOCK_SERIES_LIMIT, "series", series.addAndGet(found), maxSeries, "max-fetched-block-series");
    }

    void addChunks(long found) {
        check(ErrorId.BLOCK_CHUNKS_LIMIT, "chunks", chunks.addAndGet(found), maxChunks, "max-fetched-block-chunks");
    }

    /** Postings, entries and chunks, whether they come from a cache or from the bucket. */
    void addBytes(long brought) {
        check(ErrorId.BLOCK_BYTES_LIMIT, "bytes", bytes.addAndGet(brought), maxBytes, "max-fetched-block-bytes");
    }

    private void check(ErrorId id, String what, long now, long limit, String key) {
        if (limit > 0 && now > limit) {
            throw new Failure(
                    id,
                    "a selector of tenant %s brings %d %s out of blocks and may bring %d. Narrow it or the time range, or raise limits.%s."
                            .formatted(tenant.value(), now, what, limit, key));
        }
    }
}
