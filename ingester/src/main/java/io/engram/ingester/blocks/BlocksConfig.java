package io.engram.ingester.blocks;

import io.engram.model.config.Check;
import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import java.time.Duration;

/** When heads are cut into blocks, and how long they keep what is in the bucket. */
@Section("ingester")
public record BlocksConfig(
        @Setting(value = "1m", doc = "How often heads are looked at for what is due to be cut, and blocks are shipped.")
        Duration shipInterval,

        @Setting(
                value = "2",
                doc = "Tenants whose heads are cut and whose blocks are shipped at a time; one tenant's take turns.")
        int shipConcurrency,

        @Setting(
                value = "1h",
                doc = "A tenant that got no sample for so long has its whole head cut into blocks and shipped.")
        Duration blockIdleTimeout,

        @Setting(
                value = "10m",
                doc = "Samples that come too late for the block of their time are shipped in another one this often at"
                        + " most.")
        Duration lateBlocksInterval,

        @Setting(
                value = "2h",
                doc =
                        "How long samples stay in the head after their block was shipped: at least twice bucket.index-max-age,"
                                + " in which every querier has learnt of the block or refuses to answer.")
        Duration releaseDelay,

        @Setting(
                value = "false",
                doc =
                        "Cut and ship everything when the process stops; in a cluster the ingester leaves the ring then, as"
                                + " after POST /ingester/prepare-shutdown. Without it a checkpoint in data.dir keeps what is not"
                                + " shipped.")
        boolean flushOnShutdown) {

    public BlocksConfig {
        Check.aboveZero("ingester.ship-interval", shipInterval);
        Check.aboveZero("ingester.ship-concurrency", shipConcurrency);
        Check.aboveZero("ingester.block-idle-timeout", blockIdleTimeout);
        Check.atLeastZero("ingester.late-blocks-interval", lateBlocksInterval);
        Check.atLeastZero("ingester.release-delay", releaseDelay);
    }
}
