package io.engram.querier;

import io.engram.model.config.Check;
import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import io.engram.querier.fetch.FetchBudget;
import java.time.Duration;

/** How queries are evaluated and what they may cost. */
@Section("querier")
public record QuerierConfig(
        @Setting(value = "2m", doc = "How long a query may take; a request can ask for less.")
        Duration timeout,

        @Setting(
                value = "5m",
                doc = "How far an instant selector looks back for a sample; a request can say otherwise.")
        Duration lookbackDelta,

        @Setting(value = "50000000", doc = "Samples that a query may hold in memory at once; 0 is no limit.")
        long maxSamples,

        @Setting(value = "5000000", doc = "Series that the selectors of a query may find together; 0 is no limit.")
        long maxFetchedSeries,

        @Setting(value = "8GiB", doc = "Bytes of chunks that a query may fetch; 0 is no limit.")
        long maxFetchedChunkBytes,

        @Setting(
                value = "20",
                doc = "Queries evaluated at a time; as many lookups and as many remote reads run beside them.")
        int maxConcurrent,

        @Setting(value = "200", doc = "Queries that may wait for their turn; more are answered with 429.")
        int maxQueued,

        @Setting(value = "1m", doc = "How often the index of a tenant's blocks is read again from the bucket.")
        Duration bucketIndexRefresh,

        @Setting(
                value = "500ms",
                doc =
                        "How long a store-gateway may take for one step of a query before another is asked for the same, and"
                                + " the first answer taken; 0 is for ever.")
        Duration hedgeAfter,

        @Setting(
                value = "10",
                doc =
                        "Calls to store-gateways that may be made so, in percent of all; slow ones beyond that are waited for.")
        int hedgePercent,

        @Setting(value = "10s", doc = "Queries that take longer are logged with their cost; 0 logs each.")
        Duration logQueriesLongerThan) {

    public QuerierConfig {
        Check.aboveZero("querier.timeout", timeout);
        Check.that(lookbackDelta.toMillis() > 0, "querier.lookback-delta must be at least 1ms");
        Check.atLeastZero("querier.max-samples", maxSamples);
        Check.atLeastZero("querier.max-fetched-series", maxFetchedSeries);
        Check.atLeastZero("querier.max-fetched-chunk-bytes", maxFetchedChunkBytes);
        Check.aboveZero("querier.max-concurrent", maxConcurrent);
        Check.aboveZero("querier.max-queued", maxQueued);
        Check.atLeastZero("querier.bucket-index-refresh", bucketIndexRefresh);
        Check.atLeastZero("querier.hedge-after", hedgeAfter);
        Check.that(0 <= hedgePercent && hedgePercent <= 100, "querier.hedge-percent must be from 0 to 100");
    }

    /** What one query may cost. */
    FetchBudget newBudget() {
        return new FetchBudget(maxFetchedSeries, maxFetchedChunkBytes, maxSamples);
    }
}
