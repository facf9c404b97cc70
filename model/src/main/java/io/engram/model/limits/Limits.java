package io.engram.model.limits;

import io.engram.model.config.Check;
import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import io.engram.model.failure.ErrorId;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What one tenant may do. Looked up through {@link TenantLimits} at the moment of use, never copied. */
@Section("limits")
public record Limits(
        @Setting(
                value = "64",
                doc = "Labels that a series may have, its name included; 0 is no limit.",
                errors = ErrorId.LABELS_TOO_MANY)
        int maxLabelsPerSeries,

        @Setting(
                value = "1024",
                doc = "Bytes that a label name may have; 0 is no limit.",
                errors = ErrorId.LABEL_NAME_TOO_LONG)
        int maxLabelNameBytes,

        @Setting(
                value = "2048",
                doc = "Bytes that a label value may have; 0 is no limit.",
                errors = ErrorId.LABEL_VALUE_TOO_LONG)
        int maxLabelValueBytes,

        @Setting(
                value = "10m",
                doc = "How far in the future a sample may lie; 0 is no limit.",
                errors = ErrorId.SAMPLE_IN_FUTURE)
        Duration futureGracePeriod,

        @Setting(
                value = "7d",
                doc = "How far in the past a sample may lie; 0 is no limit.",
                errors = ErrorId.SAMPLE_IN_PAST)
        Duration pastGracePeriod,

        @Setting(
                value = "2h",
                doc =
                        "How much older than the newest sample of its series a sample may be; 0 takes them in order only.",
                errors = ErrorId.SAMPLE_OUT_OF_ORDER)
        Duration outOfOrderTimeWindow,

        @Setting(
                value = "0",
                doc = "Samples a second that the tenant may send, to all of a cluster; 0 is no limit.",
                errors = ErrorId.INGESTION_RATE)
        int ingestionRate,

        @Setting(
                value = "0",
                doc = "Samples that may come at once beyond the rate; 0 is the samples of ten seconds at the rate.",
                errors = ErrorId.INGESTION_RATE)
        int ingestionBurst,

        @Setting(
                value = "0",
                doc = "Series that the tenant may have in memory; 0 is no limit.",
                errors = ErrorId.TENANT_SERIES_LIMIT)
        int maxSeries,

        @Setting(
                value = "0",
                doc = "Series that one metric of the tenant may have in memory; 0 is no limit.",
                errors = ErrorId.METRIC_SERIES_LIMIT)
        int maxSeriesPerMetric,

        @Setting(
                value = "",
                doc = "Series with certain labels that the tenant may have in memory, as a list of selectors with"
                        + " numbers: {team=\"a\"}=1000,{team=~\"b|c\"}=500,{}=2000. {} counts the series that no other"
                        + " selector takes; 0 only counts.",
                errors = ErrorId.LABEL_SET_SERIES_LIMIT)
        LabelSetBudgets seriesBudgets,

        @Setting(
                value = "reject",
                doc =
                        "What is answered where samples begin new series beyond a limit: reject (400), drop (as if stored).")
        SeriesLimitAction seriesLimitAction,

        @Setting(
                value = "",
                doc = "Active series that are counted apart, as a list of names with selectors:"
                        + " dev:{env=\"dev\"};errors:{__name__=~\".*_errors_total\"}. Shown as"
                        + " engram_ingester_active_series_custom_tracker.")
        ActiveSeriesTrackers activeSeriesCustomTrackers,

        @Setting(value = "100000", doc = "Exemplars that are kept for the tenant, the newest ones; 0 keeps none.")
        int maxExemplars,

        @Setting(value = "20000", doc = "Metrics whose metadata is kept for the tenant; 0 keeps none.")
        int maxMetadataMetrics,

        @Setting(value = "1024", doc = "Bytes of a metric's help and unit that are kept; the rest is cut off.")
        int maxMetadataBytes,

        @Setting(
                value = "0",
                doc = "Buckets that a native histogram may have; its resolution is lowered first. 0 is no limit.")
        int maxNativeHistogramBuckets,

        @Setting(
                value = "15d",
                doc = "How long samples are kept, measured against the tenant's newest sample; 0 keeps for ever.",
                errors = ErrorId.SAMPLE_TOO_OLD)
        Duration retention,

        @Setting(
                value = "5000000",
                doc = "Series that a selector may find in blocks, in each block anew; 0 is no limit.",
                errors = ErrorId.BLOCK_SERIES_LIMIT)
        int maxFetchedBlockSeries,

        @Setting(
                value = "50000000",
                doc = "Chunks that the series that a selector finds in blocks may have together; 0 is no limit.",
                errors = ErrorId.BLOCK_CHUNKS_LIMIT)
        int maxFetchedBlockChunks,

        @Setting(
                value = "16GiB",
                doc =
                        "Bytes that a selector may bring out of blocks: postings, series and chunks together; 0 is no limit.",
                errors = ErrorId.BLOCK_BYTES_LIMIT)
        long maxFetchedBlockBytes,

        @Setting(
                value = "__replica__,prometheus_replica",
                doc = "Labels that tell apart the Prometheus servers of an HA pair; they do not count for placement.")
        List<String> replicaLabels,

        @Setting(
                value = "cluster",
                doc = "Label that names the HA pair which a series comes from: its replicas are counted together.")
        String haClusterLabel,

        @Setting(
                value = "true",
                doc = "Whether the compactor writes the replicas of an HA pair as one series, in days that are over;"
                        + " engram blocks unfold takes it back.")
        boolean foldReplicas,

        @Setting(
                value = "false",
                doc = "Stores only what one elected server of each HA pair sends, without the label that tells it from"
                        + " the others. Meant for series that have both labels; the others are stored as they come.")
        boolean haTrackerEnabled,

        @Setting(
                value = "__replica__",
                doc = "Label that tells apart the servers of an HA pair where one of them is elected.")
        String haReplicaLabel,

        @Setting(
                value = "100",
                doc = "HA pairs that the tenant may have where one server of each is elected; 0 is no limit.",
                errors = ErrorId.HA_CLUSTERS_LIMIT)
        int haMaxClusters,

        @Setting(
                value = "0",
                doc = "Ingesters that the tenant's series are spread over, as many in each zone; 0 is all of them.")
        int ingestionTenantShardSize,

        @Setting(
                value = "false",
                doc = "Allows the functions, aggregations and modifiers that Prometheus calls experimental.")
        boolean promqlExperimentalFunctions) {

    public Limits {
        Check.atLeastZero("limits.max-labels-per-series", maxLabelsPerSeries);
        Check.atLeastZero("limits.max-label-name-bytes", maxLabelNameBytes);
        Check.atLeastZero("limits.max-label-value-bytes", maxLabelValueBytes);
        Check.atLeastZero("limits.future-grace-period", futureGracePeriod);
        Check.atLeastZero("limits.past-grace-period", pastGracePeriod);
        Check.atLeastZero("limits.out-of-order-time-window", outOfOrderTimeWindow);
        Check.atLeastZero("limits.ingestion-rate", ingestionRate);
        Check.atLeastZero("limits.ingestion-burst", ingestionBurst);
        Check.atLeastZero("limits.max-series", maxSeries);
        Check.atLeastZero("limits.max-series-per-metric", maxSeriesPerMetric);
        Check.atLeastZero("limits.max-exemplars", maxExemplars);
        Check.atLeastZero("limits.max-metadata-metrics", maxMetadataMetrics);
        Check.atLeastZero("limits.max-metadata-bytes", maxMetadataBytes);
        Check.atLeastZero("limits.max-native-histogram-buckets", maxNativeHistogramBuckets);
        Check.atLeastZero("limits.retention", retention);
        Check.atLeastZero("limits.max-fetched-block-series", maxFetchedBlockSeries);
        Check.atLeastZero("limits.max-fetched-block-chunks", maxFetchedBlockChunks);
        Check.atLeastZero("limits.max-fetched-block-bytes", maxFetchedBlockBytes);
        replicaLabels = List.copyOf(replicaLabels);
        Check.that(!haClusterLabel.isEmpty(), "limits.ha-cluster-label must not be empty");
        Check.that(
                !haReplicaLabel.isEmpty() && !haReplicaLabel.equals(haClusterLabel),
                "limits.ha-replica-label must not be empty, nor be limits.ha-cluster-label");
        Check.atLeastZero("limits.ha-max-clusters", haMaxClusters);
        Check.atLeastZero("limits.ingestion-tenant-shard-size", ingestionTenantShardSize);
    }

    /** Labels that do not count for placement: {@link #replicaLabels}, and the one that an election takes off. */
    public List<String> placementLabels() {
        return !haTrackerEnabled || replicaLabels.contains(haReplicaLabel)
                ? replicaLabels
                : Stream.concat(replicaLabels.stream(), Stream.of(haReplicaLabel))
                        .toList();
    }
}
