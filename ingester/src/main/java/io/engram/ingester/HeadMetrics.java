package io.engram.ingester;

import io.engram.model.TenantId;
import io.engram.model.time.Clock;
import io.engram.server.metrics.Metrics;
import io.engram.tsdb.head.HeadStats;
import io.engram.tsdb.head.Heads;
import io.engram.tsdb.head.RecoveryReport;
import io.engram.tsdb.head.TenantExtraStats;
import io.engram.tsdb.head.TenantHeadStats;
import java.util.function.ToDoubleFunction;

/** What the heads say of themselves, as metrics: of the process once, of each tenant when it is first seen. */
final class HeadMetrics {
    private final Metrics metrics;
    private final Heads heads;

    private HeadMetrics(Metrics metrics, Heads heads) {
        this.metrics = metrics;
        this.heads = heads;
    }

    static HeadMetrics register(Metrics metrics, Heads heads, Clock clock) {
        HeadMetrics head = new HeadMetrics(metrics, heads);
        head.memory();
        head.log();
        head.checkpoints(clock);
        head.recovery(heads.stats().recovery());
        return head;
    }

    private void memory() {
        gauge("memory_series", "Series in memory, all tenants.", HeadStats::series);
        gauge("max_series", "Series that this instance takes; new ones are refused beyond.", HeadStats::maxSeries);
        gauge("slab_bytes", "Memory that the slabs have reserved.", HeadStats::slabBytes);
    }

    private void log() {
        gauge("wal_size_bytes", "Bytes of the write-ahead log on disk.", stats -> stats.wal()
                .sizeBytes());
        gauge("wal_segments", "Files of the write-ahead log.", stats -> stats.wal()
                .segments());
        gauge("wal_unsynced_bytes", "Bytes of records that are not on the disk yet.", stats -> stats.wal()
                .bufferedBytes());
        gauge(
                "wal_available",
                "1 while the write-ahead log can be written, 0 while writes are refused.",
                stats -> stats.wal().available() ? 1 : 0);
        counter("wal_records_total", "Records written to the log since its folder was made.", stats -> stats.wal()
                .position());
        counter("wal_syncs_total", "Flushes of the write-ahead log to the disk.", stats -> stats.wal()
                .syncs());
        counter("wal_failures_total", "Segments given up because a write or a flush failed.", stats -> stats.wal()
                .failures());
    }

    private void checkpoints(Clock clock) {
        counter("checkpoints_total", "Checkpoints written.", HeadStats::checkpoints);
        counter("checkpoint_failures_total", "Checkpoints that could not be written.", HeadStats::checkpointFailures);
        gauge("checkpoint_size_bytes", "Bytes of the newest checkpoint.", HeadStats::lastCheckpointBytes);
        gauge(
                "checkpoint_age_seconds",
                "Time since the newest checkpoint, or since the start.",
                stats -> (clock.nowMs() - stats.lastCheckpointMs()) / 1000.0);
    }

    private void recovery(RecoveryReport report) {
        gauge("recovery_samples", "Samples that the last start replayed from the log.", _ -> report.samples());
        gauge("recovery_damages", "Stretches of the log that the last start could not read.", _ -> report.damages());
        gauge(
                "recovery_lost_records",
                "Records of the log lost to damage, at the last start.",
                _ -> report.lostRecords());
        gauge("recovery_lost_series", "Series lost to damage of the log, at the last start.", _ -> report.lostSeries());
        gauge("recovery_lost_samples", "Samples without their series, at the last start.", _ -> report.lostSamples());
    }

    /** Adds the metrics of a tenant; once per tenant. */
    void add(TenantId tenant) {
        extras(tenant);
        tenantGauge(tenant, "active_series", "Series in the head.", TenantHeadStats::series);
        tenantGauge(tenant, "head_open_chunks", "Series with a chunk in memory.", TenantHeadStats::openChunks);
        tenantGauge(tenant, "head_memory_bytes", "Memory that belongs to the tenant.", TenantHeadStats::memoryBytes);
        tenantGauge(tenant, "head_sealed_bytes", "Sealed chunks on disk.", TenantHeadStats::sealedBytes);
        tenantGauge(
                tenant,
                "head_min_time_seconds",
                "Oldest sample, since the epoch; 0 without samples.",
                stats -> stats.minTimeMs() == Long.MAX_VALUE ? 0 : stats.minTimeMs() / 1000.0);
        tenantGauge(
                tenant,
                "head_max_time_seconds",
                "Newest sample, since the epoch; 0 without samples.",
                stats -> stats.maxTimeMs() == Long.MIN_VALUE ? 0 : stats.maxTimeMs() / 1000.0);
        tenantCounter(tenant, "appended_samples_total", "Samples stored.", TenantHeadStats::samplesAppended);
        tenantCounter(tenant, "sealed_chunks_total", "Chunks sealed.", TenantHeadStats::chunksSealed);
        tenantCounter(
                tenant,
                "damaged_chunks_total",
                "Reads of sealed chunks that failed their check.",
                TenantHeadStats::damagedChunks);
    }

    private void extras(TenantId tenant) {
        metrics.gauge(
                "engram_ingester_exemplars",
                "Exemplars that are kept.",
                () -> ofExtras(tenant, TenantExtraStats::exemplars),
                Metrics.TENANT,
                tenant.value());
        metrics.counter(
                "engram_ingester_appended_exemplars_total",
                "Exemplars stored.",
                () -> ofExtras(tenant, TenantExtraStats::exemplarsAppended),
                Metrics.TENANT,
                tenant.value());
        metrics.gauge(
                "engram_ingester_metadata_metrics",
                "Metrics of which type, help or unit is known.",
                () -> ofExtras(tenant, TenantExtraStats::metadataMetrics),
                Metrics.TENANT,
                tenant.value());
    }

    private double ofExtras(TenantId tenant, ToDoubleFunction<TenantExtraStats> value) {
        TenantExtraStats stats = heads.extraStats(tenant);
        return stats == null ? 0 : value.applyAsDouble(stats);
    }

    private void gauge(String name, String help, ToDoubleFunction<HeadStats> value) {
        metrics.gauge("engram_ingester_" + name, help, () -> value.applyAsDouble(heads.stats()));
    }

    private void counter(String name, String help, ToDoubleFunction<HeadStats> value) {
        metrics.counter("engram_ingester_" + name, help, () -> value.applyAsDouble(heads.stats()));
    }

    private void tenantGauge(TenantId tenant, String name, String help, ToDoubleFunction<TenantHeadStats> value) {
        metrics.gauge("engram_ingester_" + name, help, () -> ofTenant(tenant, value), Metrics.TENANT, tenant.value());
    }

    private void tenantCounter(TenantId tenant, String name, String help, ToDoubleFunction<TenantHeadStats> value) {
        metrics.counter("engram_ingester_" + name, help, () -> ofTenant(tenant, value), Metrics.TENANT, tenant.value());
    }

    private double ofTenant(TenantId tenant, ToDoubleFunction<TenantHeadStats> value) {
        TenantHeadStats stats = heads.stats(tenant);
        return stats == null ? 0 : value.applyAsDouble(stats);
    }
}
