package io.engram.model.limits;

import io.engram.model.config.Check;
import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import java.time.Duration;
import java.util.List;

/** What one tenant may do. Looked up through {@link TenantLimits} at the moment of use, never copied. */
@Section("limits")
public record Limits(
        @Setting(value = "64", doc = "Labels that a series may have, its name included; 0 is no limit.")
        int maxLabelsPerSeries,

        @Setting(value = "1024", doc = "Bytes that a label name may have; 0 is no limit.")
        int maxLabelNameBytes,

        @Setting(value = "2048", doc = "Bytes that a label value may have; 0 is no limit.")
        int maxLabelValueBytes,

        @Setting(value = "10m", doc = "How far in the future a sample may lie; 0 is no limit.")
        Duration futureGracePeriod,

        @Setting(value = "7d", doc = "How far in the past a sample may lie; 0 is no limit.")
        Duration pastGracePeriod,

        @Setting(
                value = "15d",
                doc = "How long samples are kept, measured against the tenant's newest sample; 0 keeps for ever.")
        Duration retention,

        @Setting(
                value = "__replica__,prometheus_replica",
                doc = "Labels that tell apart the Prometheus servers of an HA pair; they do not count for placement.")
        List<String> replicaLabels,

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
        Check.atLeastZero("limits.retention", retention);
        replicaLabels = List.copyOf(replicaLabels);
    }
}
