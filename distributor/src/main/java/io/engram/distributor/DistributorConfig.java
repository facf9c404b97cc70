package io.engram.distributor;

import io.engram.model.config.Check;
import io.engram.model.config.Section;
import io.engram.model.config.Setting;

/** How the distributor takes writes. Sizes are in bytes. */
@Section("distributor")
public record DistributorConfig(
        @Setting(value = "32MiB", doc = "Bytes that the body of a write may have, as sent and as it inflates to.")
        long maxRecvMsgSize,

        @Setting(
                value = "0",
                doc = "Bytes that the bodies of all writes in flight may take together; 0 is an eighth of the heap.")
        long maxInflightBytes,

        @Setting(
                value = "0",
                doc = "Bytes for remembering which series were checked already, and as many again for those of remote"
                        + " write 2.0; 0 is a 32nd of the heap.")
        long knownSeriesBytes,

        @Setting(
                value = "0",
                doc =
                        "How many writes are decoded at the same time, each with buffers of its own; 0 is twice the cores.")
        int decodeContexts) {

    /** What stays free behind a body and its canonical labels in one array. */
    private static final long LONGEST_BODY = 1L << 29;

    public DistributorConfig {
        Check.that(
                maxRecvMsgSize >= 1 && maxRecvMsgSize <= LONGEST_BODY,
                "distributor.max-recv-msg-size must be from 1 to 512MiB");
        Check.atLeastZero("distributor.max-inflight-bytes", maxInflightBytes);
        Check.atLeastZero("distributor.known-series-bytes", knownSeriesBytes);
        Check.atLeastZero("distributor.decode-contexts", decodeContexts);
    }

    /** The defaults, for tests and tools. */
    public static DistributorConfig defaults() {
        return new DistributorConfig(32 << 20, 0, 0, 0);
    }

    long inflightBytes() {
        return maxInflightBytes > 0 ? maxInflightBytes : Runtime.getRuntime().maxMemory() / 8;
    }

    long knownBytes() {
        return knownSeriesBytes > 0 ? knownSeriesBytes : Runtime.getRuntime().maxMemory() / 32;
    }

    int contexts() {
        return decodeContexts > 0 ? decodeContexts : 2 * Runtime.getRuntime().availableProcessors();
    }
}
