package io.engram.ingester;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.Bucket;
import io.engram.bucket.FilesystemBucket;
import io.engram.bucket.layout.BlockPaths;
import io.engram.ingester.blocks.BlocksConfig;
import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Labels;
import io.engram.model.limits.Limits;
import io.engram.model.testing.ManualClock;
import io.engram.model.testing.TestLimits;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.Select;
import io.engram.server.config.ConfigLoader;
import io.engram.server.metrics.Metrics;
import io.engram.tsdb.head.BlockContentsReader;
import io.engram.tsdb.head.HeadConfig;
import io.engram.tsdb.head.TestBatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeavingTest {
    private static final TenantId TENANT = new TenantId("a");
    private static final long START = 1_000_000L * 3_600_000;
    private static final String SLOW = "slow-push";

    @TempDir
    private Path dir;

    private final CountDownLatch underWay = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private Bucket bucket;
    private Ingester ingester;

    @BeforeEach
    void start() throws Exception {
        bucket = FilesystemBucket.open(dir.resolve("bucket"));
        Limits limits = TestLimits.with(Map.of("retention", Duration.ZERO));
        ingester = new Ingester(
                dir,
                HeadConfig.DEFAULTS,
                ConfigLoader.defaults(ActiveSeriesConfig.class),
                ConfigLoader.defaults(BlocksConfig.class),
                Duration.ofMinutes(1),
                bucket,
                _ -> {},
                _ -> {
                    if (Thread.currentThread().getName().equals(SLOW)) { // in the middle of its append
                        underWay.countDown();
                        awaitQuietly(goOn);
                    }
                    return limits;
                },
                new ManualClock(START),
                new Metrics());
        ingester.start();
    }

    @AfterEach
    void stop() throws Exception {
        ingester.stop();
        bucket.close();
    }

    @Test
    void whatIsAcknowledgedIsShippedAndWhatComesLaterIsRefused() throws Exception {
        assertSame(
                WriteOutcome.ALL_STORED, ingester.push(sample("early", START)).await());
        FutureTask<WriteOutcome> slow = new FutureTask<>(
                () -> ingester.push(sample("slow", START + 1000)).await());
        Thread.ofPlatform().name(SLOW).start(slow);
        underWay.await();

        FutureTask<Boolean> flush = new FutureTask<>(ingester::flushAll);
        Thread leaving = Thread.ofPlatform().start(flush);
        while (leaving.getState() != Thread.State.WAITING) {
            assertNotEquals(Thread.State.TERMINATED, leaving.getState(), "it does not wait for the push under way");
            Thread.onSpinWait();
        }
        assertEquals(Map.of(), inBucket(), "nothing is cut before it is through");
        goOn.countDown();

        assertSame(WriteOutcome.ALL_STORED, slow.get());
        assertTrue(flush.get());
        assertEquals(Set.of(labels("early"), labels("slow")), inBucket().keySet());
        Failure refusal = assertThrows(Failure.class, () -> ingester.push(sample("late", START + 2000)));
        assertSame(ErrorId.SHUTTING_DOWN, refusal.id());
        assertEquals(
                List.of("early", "slow"), // still answered
                ingester.labelValues("__name__", new Select.Query(TENANT, List.of(), 0, Long.MAX_VALUE)));
    }

    private static Labels labels(String metric) {
        return Labels.of("__name__", metric);
    }

    private static WriteBatch sample(String metric, long timeMs) {
        return new TestBatch(TENANT).series(labels(metric)).sample(timeMs, 1).build();
    }

    private Map<Labels, NavigableMap<Long, Long>> inBucket() throws Exception {
        TreeMap<Labels, NavigableMap<Long, Long>> found = new TreeMap<>();
        Path blocks = dir.resolve("bucket").resolve(TENANT.value());
        if (Files.isDirectory(blocks)) {
            try (Stream<Path> all = Files.list(blocks)) {
                for (Path block : all.filter(path -> Files.exists(path.resolve(BlockPaths.INDEX)))
                        .toList()) {
                    BlockContentsReader.addAll(block, found);
                }
            }
        }
        return found;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
