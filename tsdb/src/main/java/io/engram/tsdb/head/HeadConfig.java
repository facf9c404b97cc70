package io.engram.tsdb.head;

import io.engram.model.config.Check;
import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import io.engram.tsdb.wal.SyncMode;
import io.engram.tsdb.wal.WalOptions;
import java.time.Duration;

/** How an ingester keeps recent samples: memory, log, checkpoints. */
@Section("ingester")
public record HeadConfig(
        @Setting(
                value = "auto",
                doc = "What an answer to a write waits for: commit (the log is on the disk: an acknowledged sample"
                        + " survives a power cut), interval (the log is with the operating system and reaches the disk"
                        + " within wal-sync-interval: it survives a kill), or auto (commit at replication factor 1,"
                        + " interval above).")
        WalSync walSync,

        @Setting(value = "100ms", doc = "How often the log is synced where nobody waits for it.")
        Duration walSyncInterval,

        @Setting(value = "128MiB", doc = "Size at which a new segment of the write-ahead log begins.")
        long walSegmentBytes,

        @Setting(
                value = "10m",
                doc = "How often a checkpoint is written; also when the log exceeds twice the last one, and 1 GiB.")
        Duration checkpointInterval,

        @Setting(
                value = "30m",
                doc = "A series that got no sample for so long gives its memory for samples back; 0 is never.")
        Duration idleSeriesTimeout,

        @Setting(
                value = "0",
                doc = "Series that this instance holds at most, all tenants together; new ones are refused beyond. 0"
                        + " derives it from the heap.")
        long maxSeries,

        @Setting(
                value = "0",
                doc = "Tenants that this instance holds at most; others are refused. 0 derives it from the heap.")
        int maxTenants,

        @Setting(
                value = "0",
                doc =
                        "Bytes that recent samples and labels of all tenants may take. From four fifths on chunks are sealed"
                                + " early; beyond, tenants with more than an equal share get 503. 0 is six tenths of the heap.")
        long maxMemory) {

    /** What a series is taken to need, memory for queries and requests aside. */
    private static final long BYTES_PER_SERIES = SeriesBudget.BYTES_PER_SERIES + SeriesBudget.LABEL_BYTES_PER_SERIES;

    /** What a tenant is taken to need beside its series: tables that are hardly filled, and metrics. */
    private static final long BYTES_PER_TENANT = 32 << 10;

    /** {@code ingester.wal-sync}. */
    public enum WalSync {
        AUTO,
        COMMIT,
        INTERVAL
    }

    public static final HeadConfig DEFAULTS = new HeadConfig(
            WalSync.AUTO, Duration.ofMillis(100), 128L << 20, Duration.ofMinutes(10), Duration.ofMinutes(30), 0, 0, 0);

    public HeadConfig {
        Check.aboveZero("ingester.wal-sync-interval", walSyncInterval);
        Check.that(
                walSegmentBytes >= 1 << 20 && walSegmentBytes <= 1L << 40,
                "ingester.wal-segment-bytes must be 1 MiB to 1 TiB");
        Check.aboveZero("ingester.checkpoint-interval", checkpointInterval);
        Check.atLeastZero("ingester.idle-series-timeout", idleSeriesTimeout);
        Check.atLeastZero("ingester.max-series", maxSeries);
        Check.atLeastZero("ingester.max-tenants", maxTenants);
        Check.atLeastZero("ingester.max-memory", maxMemory);
    }

    /** {@code maxSeries}, or what seven tenths of the heap hold. */
    long seriesLimit(long heapBytes) {
        return maxSeries > 0 ? maxSeries : Math.max(10_000, heapBytes / 10 * 7 / BYTES_PER_SERIES);
    }

    /** Bytes that series and their labels may take: as many as {@link #seriesLimit} usual ones need, or seven tenths. */
    long seriesMemoryBytes(long heapBytes) {
        return Math.max(heapBytes / 10 * 7, seriesLimit(heapBytes) * BYTES_PER_SERIES);
    }

    /** {@code maxMemory}, or six tenths of the heap: the rest is for requests, queries, and for the collector to work. */
    long memoryLimit(long heapBytes) {
        return maxMemory > 0 ? maxMemory : heapBytes / 10 * 6;
    }

    /** {@code maxTenants}, or what a tenth of the heap holds beside their series. */
    int tenantLimit(long heapBytes) {
        return maxTenants > 0 ? maxTenants : Math.clamp(heapBytes / 10 / BYTES_PER_TENANT, 1_000, 1_000_000);
    }

    /** {@code AUTO} is taken for {@code COMMIT}: who knows the replication factor decides with {@link #withWalSync}. */
    WalOptions walOptions() {
        WalOptions defaults = WalOptions.DEFAULTS;
        return new WalOptions(
                walSync == WalSync.INTERVAL ? SyncMode.INTERVAL : SyncMode.COMMIT,
                walSyncInterval,
                walSegmentBytes,
                defaults.bufferBytes(),
                defaults.appendTimeout(),
                defaults.retryInterval());
    }

    public HeadConfig withWalSync(WalSync sync) {
        return new HeadConfig(
                sync,
                walSyncInterval,
                walSegmentBytes,
                checkpointInterval,
                idleSeriesTimeout,
                maxSeries,
                maxTenants,
                maxMemory);
    }

    public HeadConfig withMaxSeries(long series) {
        return new HeadConfig(
                walSync,
                walSyncInterval,
                walSegmentBytes,
                checkpointInterval,
                idleSeriesTimeout,
                series,
                maxTenants,
                maxMemory);
    }

    HeadConfig withMaxTenants(int tenants) {
        return new HeadConfig(
                walSync,
                walSyncInterval,
                walSegmentBytes,
                checkpointInterval,
                idleSeriesTimeout,
                maxSeries,
                tenants,
                maxMemory);
    }

    HeadConfig withMaxMemory(long bytes) {
        return new HeadConfig(
                walSync,
                walSyncInterval,
                walSegmentBytes,
                checkpointInterval,
                idleSeriesTimeout,
                maxSeries,
                maxTenants,
                bytes);
    }
}
