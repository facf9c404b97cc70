package io.engram.querier.fetch;

import io.engram.promql.engine.QueryException;
import java.util.concurrent.atomic.AtomicLong;

/** What one query has fetched and what it may fetch. Safe for the query's threads. */
public final class FetchBudget {
    private final long maxSeries;
    private final long maxChunkBytes;
    private final long maxHeldSamples;
    private final AtomicLong series = new AtomicLong();
    private final AtomicLong chunks = new AtomicLong();
    private final AtomicLong chunkBytes = new AtomicLong();
    private final AtomicLong samples = new AtomicLong();
    private final AtomicLong heldSamples = new AtomicLong();

    /**
     * @param maxSeries series that all selectors of the query may find together; 0 is no limit
     * @param maxChunkBytes bytes of chunks that it may fetch; 0 is no limit
     * @param maxHeldSamples samples of replicas that it may hold at once to merge them; 0 is no limit
     */
    public FetchBudget(long maxSeries, long maxChunkBytes, long maxHeldSamples) {
        this.maxSeries = maxSeries;
        this.maxChunkBytes = maxChunkBytes;
        this.maxHeldSamples = maxHeldSamples;
    }

    void addSeries(int found) {
        long now = series.addAndGet(found);
        if (maxSeries > 0 && now > maxSeries) {
            throw over("the query finds " + now + " series and may find " + maxSeries, "querier.max-fetched-series");
        }
    }

    void addChunks(int fetchedChunks, long fetchedBytes) {
        chunks.addAndGet(fetchedChunks);
        long now = chunkBytes.addAndGet(fetchedBytes);
        if (maxChunkBytes > 0 && now > maxChunkBytes) {
            throw over(
                    "the query fetches more than " + maxChunkBytes + " bytes of chunks",
                    "querier.max-fetched-chunk-bytes");
        }
    }

    /** Counts samples that were decoded. */
    public void addSamples(int decoded) {
        samples.addAndGet(decoded);
    }

    /** Counts samples that are kept for as long as the query runs: in columns that are used again for other series. */
    void hold(long more) {
        long now = heldSamples.addAndGet(more);
        if (maxHeldSamples > 0 && now > maxHeldSamples) {
            throw over(
                    "the query merges replicas of series, and holds more than " + maxHeldSamples + " of their samples",
                    "querier.max-samples");
        }
    }

    private static QueryException over(String what, String key) {
        return new QueryException(
                QueryException.Kind.EXECUTION,
                what + ". Narrow the selectors or the time range, or raise " + key + ".");
    }

    /** Series found so far; one that two selectors found counts twice. */
    public long series() {
        return series.get();
    }

    public long chunks() {
        return chunks.get();
    }

    public long chunkBytes() {
        return chunkBytes.get();
    }

    /** Samples decoded, after copies were folded. */
    public long samples() {
        return samples.get();
    }
}
