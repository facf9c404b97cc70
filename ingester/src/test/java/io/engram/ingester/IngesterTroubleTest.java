package io.engram.ingester;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.Bucket;
import io.engram.bucket.FilesystemBucket;
import io.engram.ingester.blocks.BlocksConfig;
import io.engram.model.testing.ManualClock;
import io.engram.server.config.ConfigLoader;
import io.engram.server.metrics.Metrics;
import io.engram.tsdb.head.HeadConfig;
import io.engram.tsdb.head.TestLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngesterTroubleTest {
    @TempDir
    private Path dir;

    @Test
    void aLogThatCannotBeWrittenIsToldUntilItCan() throws Exception {
        List<Path> inTheWay = new ArrayList<>();
        for (int ordinal = 0; ordinal < 1000; ordinal++) { // where its segments would be
            inTheWay.add(Files.createDirectories(dir.resolve("wal/%08d.wal".formatted(ordinal))));
        }
        try (Bucket bucket = FilesystemBucket.open(dir.resolve("bucket"))) {
            Ingester ingester = new Ingester(
                    dir,
                    HeadConfig.DEFAULTS,
                    ConfigLoader.defaults(ActiveSeriesConfig.class),
                    ConfigLoader.defaults(BlocksConfig.class),
                    Duration.ofMinutes(1),
                    bucket,
                    _ -> {},
                    TestLimits.keepForEver(),
                    new ManualClock(0),
                    new Metrics());
            assertNull(ingester.trouble());
            ingester.start();
            try {
                String trouble = ingester.trouble();
                while (trouble == null) {
                    Thread.onSpinWait();
                    trouble = ingester.trouble();
                }
                assertTrue(trouble.contains("write-ahead log") && trouble.contains("0000"), trouble);
                assertTrue(trouble.contains("err-engram-wal-unavailable"), trouble);
                for (Path folder : inTheWay) {
                    Files.delete(folder);
                }
                while (ingester.trouble() != null) {
                    Thread.onSpinWait();
                }
            } finally {
                ingester.stop();
            }
        }
    }
}
