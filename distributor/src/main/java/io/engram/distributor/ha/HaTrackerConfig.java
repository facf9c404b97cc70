package io.engram.distributor.ha;

import io.engram.model.config.Check;
import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import java.time.Duration;

/** When the elected server of an HA pair is late, and when another takes its place. Keys as in Mimir, where it has them. */
@Section("distributor")
public record HaTrackerConfig(
        @Setting(
                value = "15s",
                key = "ha-tracker.update-timeout",
                doc =
                        "After how long without samples the elected server of an HA pair is late: from then on the others are"
                                + " told to come back (503), so that their own logs keep what they have.")
        Duration updateTimeout,

        @Setting(
                value = "5s",
                key = "ha-tracker.update-timeout-jitter-max",
                doc = "How much later than that some pairs are late, so that not all are at once.")
        Duration updateTimeoutJitterMax,

        @Setting(
                value = "30s",
                key = "ha-tracker.failover-timeout",
                doc =
                        "After how long without samples of the elected server another is elected. To be longer than scrape"
                                + " intervals are.")
        Duration failoverTimeout,

        @Setting(
                value = "0",
                key = "ha-tracker.buffer-bytes",
                doc =
                        "Bytes of writes, compressed, that may be kept of servers that are ahead of the elected one, all"
                                + " tenants together; one pair gets no more of it than it leaves free. 0 is a 32nd of the heap.")
        long bufferBytes) {

    public HaTrackerConfig {
        Check.aboveZero("distributor.ha-tracker.update-timeout", updateTimeout);
        Check.atLeastZero("distributor.ha-tracker.update-timeout-jitter-max", updateTimeoutJitterMax);
        Check.that(
                failoverTimeout.compareTo(
                                updateTimeout.plus(updateTimeoutJitterMax).plusSeconds(1))
                        >= 0,
                "distributor.ha-tracker.failover-timeout must be at least a second longer than"
                        + " distributor.ha-tracker.update-timeout and -jitter-max together");
        Check.atLeastZero("distributor.ha-tracker.buffer-bytes", bufferBytes);
    }

    /** The defaults, for tests and tools. */
    public static HaTrackerConfig defaults() {
        return new HaTrackerConfig(Duration.ofSeconds(15), Duration.ofSeconds(5), Duration.ofSeconds(30), 0);
    }

    long maxHeldBytes() {
        return bufferBytes > 0 ? bufferBytes : Runtime.getRuntime().maxMemory() / 32;
    }

    /** The times of one cluster. Its share of the jitter is always the same, so that every process finds the same. */
    Election.Times times(int clusterHash) {
        long jitterMs = Math.floorMod(clusterHash * 0x9E3779B97F4A7C15L >>> 16, updateTimeoutJitterMax.toMillis() + 1);
        return new Election.Times(updateTimeout.toMillis() + jitterMs, failoverTimeout.toMillis());
    }
}
