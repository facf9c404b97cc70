package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The plug is pulled again and again while heads are cut, blocks are shipped and merged: each acknowledged sample is found
 * exactly once, after every restart and in the end, wherever it has come to lie.
 */
class BlocksCrashIT {
    private static final int KILLS = Integer.getInteger("engram.test.block-kills", 10);
    private static final int SERIES = 10;

    private final SplittableRandom random = Seeds.random();
    private final NumberedSamples samples = new NumberedSamples("crash", SERIES, 60);

    @Test
    void keepsEveryAcknowledgedSampleThroughKillsDuringShippingAndCompaction() throws Exception {
        Path folder = ServerProcess.folder(BlocksCrashIT.class);
        try (ServerProcess engram = ServerProcess.engram(
                folder,
                "--self-monitoring.enabled=false",
                "--limits.past-grace-period=0",
                "--limits.retention=0",
                "--ingester.ship-interval=20ms",
                "--ingester.late-blocks-interval=0s",
                "--ingester.checkpoint-interval=2s",
                "--querier.bucket-index-refresh=0s",
                "--compactor.interval=50ms",
                "--compactor.first-level-compaction-wait-period=0s",
                "--compactor.deletion-delay=10s")) { // longer than an index is behind after a kill
            for (int kill = 0; kill < KILLS; kill++) {
                engram.startAndAwait("/ready");
                check(engram);
                int batches = 4 + random.nextInt(20);
                for (int i = 0; i < batches; i++) {
                    samples.send(engram);
                }
                checkNativeLibraries(folder);
                LockSupport.parkNanos(random.nextLong(1_500_000_000L)); // into whatever is under way by then
                engram.kill();
            }
            engram.startAndAwait("/ready");
            check(engram);
            var flushed = Http.post(engram.url("/ingester/flush?wait=true"), new byte[0]);
            assertEquals(204, flushed.statusCode(), flushed::body);
            check(engram);
            assertTrue(samples.perSeries() >= 4 * 60 * KILLS);
            assertEquals(0, engram.terminate(), engram::output);
        }
    }

    private static void checkNativeLibraries(Path folder) throws IOException {
        try (Stream<Path> unpacked = Files.list(folder.resolve("data").resolve("native"))) {
            long files = unpacked.count();
            assertTrue(files >= 1 && files <= 2, "native libraries of the last start alone, not " + files);
        }
    }

    private void check(ServerProcess engram) throws Exception {
        if (samples.perSeries() > 0) {
            samples.check(engram, 0);
            samples.check(engram, random.nextInt(SERIES));
        }
    }
}
