package io.engram.compactor;

import io.engram.bucket.Bucket;
import io.engram.model.limits.TenantLimits;
import io.engram.model.testing.TestLimits;
import io.engram.model.time.Clock;
import io.engram.server.config.ConfigLoader;
import io.engram.server.metrics.Metrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Compactors whose passes and jobs a test runs itself. */
final class TestCompactor {
    private TestCompactor() {}

    static Compactor create(Bucket bucket, Path dataDir, Clock clock) {
        return create(bucket, dataDir, clock, Duration.ZERO, new Metrics());
    }

    /** @param retention of every tenant; 0 for ever */
    static Compactor create(Bucket bucket, Path dataDir, Clock clock, Duration retention, Metrics metrics) {
        TenantLimits limits = _ -> TestLimits.with(Map.of("retention", retention));
        return new Compactor(
                ConfigLoader.record(CompactorConfig.class, Map.of()),
                dataDir,
                bucket,
                limits,
                TenantOwnership.ALL,
                clock,
                metrics);
    }

    /** Passes and jobs until there is nothing more to do now. */
    static void settle(Compactor compactor) {
        compactor.pass();
        while (compactor.runNext()) {
            // each job plans its tenant again
        }
        compactor.pass();
    }
}
