package io.engram.ingester;

import io.engram.model.TenantId;
import io.engram.model.time.Clock;
import io.engram.server.metrics.Metrics;
import io.engram.tsdb.head.HeadStats;
import io.engram.tsdb.head.Heads;
import io.engram.tsdb.head.RecoveryReport;
import io.engram.tsdb.head.TenantExtraStats;
import io.engram.tsdb.head.TenantHeadStats;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What the heads say of themselves, as metrics: of the process once, of each tenant when it is first seen. */
final class HeadMetrics {
    private final Metrics metrics;
    private final Heads heads;
    private final Supplier<HeadStats> shared;

    private HeadMetrics(Metrics metrics, Heads heads) {
        this.metrics = metrics;
        this.heads = heads;
        this.shared = metrics.oncePerWalk(heads::stats);
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
        gauge("memory_used_bytes", "Memory for samples and labels of all tenants.", HeadStats::usedBytes);
        gauge(
                "max_memory_bytes",
                "Memory that samples and labels may take (ingester.max-memory).",
                HeadStats::maxBytes);
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
        new OfTenant(tenant).register();
    }

    /** What one tenant's head says. */
    private final class OfTenant {
        private final TenantId tenant;
        private final Supplier<TenantHeadStats> stats; // gives null where the tenant has no head

        private final Supplier<TenantExtraStats> extraStats; // the same

        private OfTenant(TenantId tenant) {
            this.tenant = tenant;
            this.stats = metrics.oncePerWalk(() -> heads.stats(tenant));
            this.extraStats = metrics.oncePerWalk(() -> heads.extraStats(tenant));
        }

        private void register() {
            gauge("head_series", "Series in memory, active or not.", TenantHeadStats::series);
            gauge("head_open_chunks", "Series with a chunk in memory.", TenantHeadStats::openChunks);
            gauge("head_memory_bytes", "Memory that belongs to the tenant.", TenantHeadStats::memoryBytes);
            gauge(
                    "head_side_bytes",
                    "Of the memory, what is kept beside floats in order, such as late samples.",
                    TenantHeadStats::sideBytes);
            gauge("head_sealed_bytes", "Sealed chunks on disk.", TenantHeadStats::sealedBytes);
            gauge(
                    "head_min_time_seconds",
                    "Oldest sample, since the epoch; 0 without samples.",
                    head -> head.minTimeMs() == Long.MAX_VALUE ? 0 : head.minTimeMs() / 1000.0);
            gauge(
                    "head_max_time_seconds",
                    "Newest sample, since the epoch; 0 without samples.",
                    head -> head.maxTimeMs() == Long.MIN_VALUE ? 0 : head.maxTimeMs() / 1000.0);
            counter("appended_samples_total", "Samples stored.", TenantHeadStats::samplesAppended);
            counter(
                    "appended_histograms_total",
                    "Of the samples stored, native histograms.",
                    TenantHeadStats::histograms);
            counter(
                    "late_samples_total",
                    "Samples stored that were older than the newest of their series.",
                    TenantHeadStats::lateSamples);
            counter("sealed_chunks_total", "Chunks sealed.", TenantHeadStats::chunksSealed);
            counter(
                    "damaged_chunks_total",
                    "Reads of sealed chunks that failed their check.",
                    TenantHeadStats::damagedChunks);
            metrics.gauge(
                    "engram_ingester_exemplars",
                    "Exemplars that are kept.",
                    () -> extra(TenantExtraStats::exemplars),
                    Metrics.TENANT,
                    tenant.value());
            metrics.counter(
                    "engram_ingester_appended_exemplars_total",
                    "Exemplars stored.",
                    () -> extra(TenantExtraStats::exemplarsAppended),
                    Metrics.TENANT,
                    tenant.value());
            metrics.gauge(
                    "engram_ingester_metadata_metrics",
                    "Metrics of which type, help or unit is known.",
                    () -> extra(TenantExtraStats::metadataMetrics),
                    Metrics.TENANT,
                    tenant.value());
        }

        private double extra(ToDoubleFunction<TenantExtraStats> value) {
            TenantExtraStats extras = extraStats.get();
            return extras == null ? 0 : value.applyAsDouble(extras);
        }

        private void gauge(String name, String help, ToDoubleFunction<TenantHeadStats> value) {
            metrics.gauge("engram_ingester_" + name, help, () -> now(value), Metrics.TENANT, tenant.value());
        }

        private void counter(String name, String help, ToDoubleFunction<TenantHeadStats> value) {
            metrics.counter("engram_ingester_" + name, help, () -> now(value), Metrics.TENANT, tenant.value());
        }

        private double now(ToDoubleFunction<TenantHeadStats> value) {
            TenantHeadStats head = stats.get();
            return head == null ? 0 : value.applyAsDouble(head);
        }
    }

    private void gauge(String name, String help, ToDoubleFunction<HeadStats> value) {
        metrics.gauge("engram_ingester_" + name, help, () -> value.applyAsDouble(shared.get()));
    }

    private void counter(String name, String help, ToDoubleFunction<HeadStats> value) {
        metrics.counter("engram_ingester_" + name, help, () -> value.applyAsDouble(shared.get()));
    }
}
