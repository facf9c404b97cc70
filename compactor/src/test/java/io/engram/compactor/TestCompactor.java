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
        return create("compactor-1", bucket, dataDir, clock, new Metrics());
    }

    /** @param self its name, one that dies has it again when it is back */
    static Compactor create(String self, Bucket bucket, Path dataDir, Clock clock, Metrics metrics) {
        return create(self, bucket, dataDir, clock, Duration.ZERO, metrics);
    }

    /** @param retention of every tenant; 0 for ever */
    static Compactor create(Bucket bucket, Path dataDir, Clock clock, Duration retention, Metrics metrics) {
        return create("compactor-1", bucket, dataDir, clock, retention, metrics);
    }

    private static Compactor create(
            String self, Bucket bucket, Path dataDir, Clock clock, Duration retention, Metrics metrics) {
        TenantLimits limits = _ -> TestLimits.with(Map.of("retention", retention));
        return new Compactor(
                ConfigLoader.record(CompactorConfig.class, Map.of()),
                dataDir,
                bucket,
                limits,
                TenantOwnership.ALL,
                self,
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
