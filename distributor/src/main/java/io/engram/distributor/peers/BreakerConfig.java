package io.engram.distributor.peers;

import io.engram.model.config.Check;
import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import java.time.Duration;

/** When an ingester that fails is left alone. */
@Section("distributor")
public record BreakerConfig(
        @Setting(
                value = "10",
                key = "circuit-breaker.failures",
                doc = "After so many failures in a row an ingester is sent nothing for a while; 0 never spares one.")
        int failures,

        @Setting(
                value = "2s",
                key = "circuit-breaker.cool-down",
                doc =
                        "How long an ingester that failed is sent nothing, before a single write tries it again. It is sent"
                                + " everything at once where it was connected to anew.")
        Duration coolDown) {

    public BreakerConfig {
        Check.atLeastZero("distributor.circuit-breaker.failures", failures);
        Check.aboveZero("distributor.circuit-breaker.cool-down", coolDown);
    }

    /** The defaults, for tests and tools. */
    public static BreakerConfig defaults() {
        return new BreakerConfig(10, Duration.ofSeconds(2));
    }
}
