package io.engram.app;

import io.engram.model.config.Check;
import io.engram.model.config.Section;
import io.engram.model.config.Setting;

/** Who this instance is on the ring, and where the ring is kept. */
@Section("ring")
public record RingConfig(
        @Setting(value = "local", doc = "Where the ring is kept: local (in this process, for target all).")
        String backend,

        @Setting(value = "1", doc = "Ingesters that hold each series. One process has one.")
        int replicationFactor,

        @Setting(value = "engram-1", doc = "Name of this instance on the ring; keeps its tokens under it.")
        String instanceId,

        @Setting(value = "127.0.0.1", doc = "Address that others reach this instance at.")
        String instanceAddr,

        @Setting(value = "", doc = "Failure domain of this instance; empty where there are none.")
        String instanceZone) {

    public RingConfig {
        Check.that(backend.equals("local"), "ring.backend: '" + backend + "' is not known; this release has local");
        Check.that(replicationFactor == 1, "ring.replication-factor must be 1 where target is all");
        Check.that(!instanceId.isEmpty(), "ring.instance-id must not be empty");
    }
}
