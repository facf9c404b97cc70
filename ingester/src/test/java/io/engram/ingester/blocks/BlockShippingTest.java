package io.engram.ingester.blocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.Bucket;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.FilesystemBucket;
import io.engram.bucket.Operation;
import io.engram.bucket.index.BucketIndex;
import io.engram.bucket.index.BucketIndexUpdater;
import io.engram.bucket.layout.BlockPaths;
import io.engram.bucket.layout.Marks;
import io.engram.bucket.layout.TenantBucket;
import io.engram.bucket.layout.TenantDeletionMark;
import io.engram.bucket.testing.FaultyBucket;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.labels.Labels;
import io.engram.model.testing.ManualClock;
import io.engram.server.metrics.Metrics;
import io.engram.tsdb.head.BlockContentsReader;
import io.engram.tsdb.head.HeadConfig;
import io.engram.tsdb.head.HeadContents;
import io.engram.tsdb.head.Heads;
import io.engram.tsdb.head.RecoveryProgress;
import io.engram.tsdb.head.TestBatch;
import io.engram.tsdb.head.TestLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockShippingTest {
    private static final TenantId A = new TenantId("a");
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final Duration LONGEST_QUERY = Duration.ofMinutes(3);
    private static final long START = 1_000_000 * HOUR;

    @TempDir
    private Path dir;

    private final ManualClock clock = new ManualClock(START);
    private final TreeMap<Labels, NavigableMap<Long, Long>> sent = new TreeMap<>();
    private Bucket folder;
    private FaultyBucket bucket;
    private Heads heads;
    private BlockShipping shipping;

    @BeforeEach
    void open() throws IOException {
        folder = FilesystemBucket.open(dir.resolve("bucket"));
        bucket = new FaultyBucket(folder);
        start();
    }

    private void start() throws IOException {
        heads = Heads.open(
                dir.resolve("head"),
                HeadConfig.DEFAULTS,
                TestLimits.window(Duration.ofHours(10)),
                clock,
                RecoveryProgress.NONE);
        BlocksConfig config = new BlocksConfig(
                Duration.ofDays(1), 2, Duration.ofHours(1), Duration.ofMinutes(10), Duration.ofMinutes(30), false);
        shipping = new BlockShipping(
                dir.resolve("blocks"),
                config,
                LONGEST_QUERY,
                heads,
                bucket,
                tenant -> new BucketIndexUpdater(new TenantBucket(bucket, tenant), clock).update(),
                clock,
                new Metrics());
        shipping.start();
    }

    private void stop() throws IOException {
        shipping.close();
        heads.close();
    }

    @Test
    void samplesGoFromHeadToBucketAndAreAtAllTimesInOneOfThem() throws Exception {
        for (int hour = 0; hour < 12; hour++) {
            sendAnHour();
            shipping.pass();
            assertEquals(sent, everything());
        }
        assertTrue(blocks().size() >= 5, blocks().toString());
        assertTrue(
                HeadContents.all(heads, A).values().stream().allMatch(series -> series.firstKey() >= START + 6 * HOUR),
                "the head has let go");
        assertNull(shipping.trouble());
        stop();
    }

    @Test
    void aBlockIsHeldUntilTheHeadIsAboutToLetGoOfIt() throws Exception {
        for (int hour = 0; hour < 4; hour++) {
            sendAnHour();
        }
        shipping.pass();
        List<BlockId> cut = blocks();
        assertTrue(shipping.held(A).containsAll(cut));
        clock.advance(31 * MINUTE);
        shipping.pass();
        assertFalse(shipping.held(A).containsAll(cut), "new queries ask the bucket");
        assertEquals(sent, HeadContents.all(heads, A), "those that run still find it here");
        clock.advance(LONGEST_QUERY.toMillis() - 1);
        shipping.pass();
        assertEquals(sent, HeadContents.all(heads, A), "the longest query may still run");
        clock.advance(1);
        shipping.pass();
        assertTrue(HeadContents.all(heads, A).get(labels(0)).firstKey() >= START + HOUR);
        assertEquals(sent, everything());
        stop();
    }

    @Test
    void whatComesTooLateForItsBlockGetsAnother() throws Exception {
        for (int hour = 0; hour < 6; hour++) {
            sendAnHour();
            shipping.pass();
        }
        send(labels(0), START + 17);
        send(Labels.of("__name__", "newcomer"), START + 3);
        int before = blocks().size();
        for (int hour = 0; hour < 4; hour++) {
            sendAnHour();
            shipping.pass();
            assertEquals(sent, everything());
        }
        assertTrue(blocks().size() > before + 2);
        assertFalse(HeadContents.all(heads, A).containsKey(Labels.of("__name__", "newcomer")));
        stop();
    }

    @Test
    void aBucketThatFailsCostsPatienceAndIsTold() throws Exception {
        for (int hour = 0; hour < 4; hour++) {
            sendAnHour();
        }
        bucket.failAll();
        shipping.pass();
        assertTrue(shipping.trouble().contains("tenant a"), shipping.trouble());
        assertThrows(ExecutionException.class, () -> shipping.flush(List.of(A)).get());
        clock.advance(10 * HOUR);
        shipping.pass();
        assertEquals(sent, HeadContents.all(heads, A), "nothing is let go of");
        bucket.succeed();
        shipping.pass();
        assertNull(shipping.trouble());
        assertFalse(blocks().isEmpty());
        assertEquals(sent, everything());
        stop();
    }

    @Test
    void aFlushShipsWhatIsThereAndTheRangeComesAgainWhenItIsOver() throws Exception {
        sendAnHour();
        shipping.flush(List.of(A)).get();
        assertEquals(1, blocks().size());
        assertEquals(sent, inBucket());
        for (int hour = 0; hour < 5; hour++) {
            sendAnHour();
            shipping.pass();
        }
        shipping.flush(List.of(A)).get();
        assertEquals(sent, inBucket());
        stop();
    }

    @Test
    void anIdleTenantIsShippedWhole() throws Exception {
        sendAnHour();
        clock.advance(2 * HOUR);
        shipping.pass();
        assertEquals(sent, inBucket());
        for (int i = 0; i < 3; i++) {
            clock.advance(40 * MINUTE);
            shipping.pass();
        }
        assertEquals(0, heads.stats(A).series(), "it takes no memory any more");
        assertEquals(1, blocks().size());
        stop();
    }

    @Test
    void aRestartGoesOnAndShipsNothingTwice() throws Exception {
        for (int hour = 0; hour < 4; hour++) {
            sendAnHour();
        }
        shipping.pass();
        List<BlockId> before = blocks();
        stop();
        start();
        assertEquals(List.of(), List.copyOf(shipping.held(A)), "it is not known yet whether the head has them");
        shipping.pass();
        assertEquals(before, blocks());
        assertTrue(shipping.held(A).containsAll(before));
        assertEquals(sent, everything());
        stop();
    }

    @Test
    void blocksThatWereCutBeforeARestartAreShippedAfterIt() throws Exception {
        for (int hour = 0; hour < 4; hour++) {
            sendAnHour();
        }
        bucket.failAll();
        shipping.pass();
        stop();
        bucket.succeed();
        start();
        shipping.pass();
        assertEquals(1, blocks().size());
        assertEquals(sent, everything());
        stop();
    }

    @Test
    void aFolderThatIsNoTenantsStopsNothing() throws Exception {
        stop();
        Files.createDirectories(dir.resolve("blocks").resolve("lost+found"));
        Files.createFile(dir.resolve("blocks").resolve("notes for me"));
        start();
        for (int hour = 0; hour < 4; hour++) {
            sendAnHour();
        }
        shipping.pass();
        assertEquals(List.of(A), shipping.tenants());
        assertFalse(blocks().isEmpty());
        assertTrue(Files.exists(dir.resolve("blocks").resolve("lost+found")), "it is somebody's");
        stop();
    }

    @Test
    void aTenantWhoseUploadHangsHoldsUpNoOther() throws Exception {
        TenantId slow = new TenantId("slow");
        sendAnHour();
        send(slow, labels(0), START);
        CountDownLatch uploading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        bucket.plan((operation, key) -> {
            if (operation == Operation.UPLOAD && key.startsWith("slow/")) {
                uploading.countDown();
                awaitQuietly(goOn);
            }
            return FaultyBucket.Fate.SUCCEED;
        });
        Future<?> slowFlush = shipping.flush(List.of(slow));
        uploading.await();
        Future<?> second = shipping.flush(List.of(slow));

        shipping.flush(List.of(A)).get();
        assertEquals(sent, inBucket());
        assertFalse(slowFlush.isDone());

        goOn.countDown();
        slowFlush.get();
        second.get();
        assertEquals(1, blocks(slow).size());
        stop();
    }

    @Test
    void stoppingEndsAnUploadAndWhoeverWaitsForIt() throws Exception {
        sendAnHour();
        CountDownLatch uploading = new CountDownLatch(1);
        bucket.plan((operation, _) -> {
            if (operation == Operation.UPLOAD) {
                uploading.countDown();
                awaitQuietly(new CountDownLatch(1)); // until it is interrupted
                return FaultyBucket.Fate.FAIL;
            }
            return FaultyBucket.Fate.SUCCEED;
        });
        Future<?> first = shipping.flush(List.of(A));
        Future<?> second = shipping.flush(List.of(A));
        uploading.await();
        stop();
        assertThrows(ExecutionException.class, first::get);
        assertThrows(ExecutionException.class, second::get);
        bucket.succeed();
        start();
        shipping.flush(List.of(A)).get();
        assertEquals(sent, inBucket());
        stop();
    }

    @Test
    void whatIsHereOfADeletedTenantIsDroppedAndNotShipped() throws Exception {
        for (int hour = 0; hour < 4; hour++) {
            sendAnHour();
        }
        bucket.failAll();
        shipping.pass();
        bucket.succeed();
        new Marks(new TenantBucket(folder, A)).mark(new TenantDeletionMark(clock.nowMs() / 1000, 0));
        shipping.flush(List.of(A)).get();
        assertEquals(List.of(), blocks());
        assertEquals(0, heads.stats(A).series());
        assertEquals(Set.of(), shipping.held(A));
        assertNull(shipping.trouble());

        stop();
        start(); // the log still has the samples
        shipping.pass();
        assertEquals(0, heads.stats(A).series());
        stop();
    }

    @Test
    void aTenantThatComesBackAfterItsDeletionIsShippedAgain() throws Exception {
        sendAnHour();
        Marks marks = new Marks(new TenantBucket(folder, A));
        marks.mark(new TenantDeletionMark(clock.nowMs() / 1000, 0));
        clock.advance(6 * MINUTE);
        shipping.pass();
        assertEquals(0, heads.stats(A).series(), "found without anything to ship");
        sent.clear();
        folder.delete("a/" + BlockPaths.TENANT_DELETION_MARK);
        sendAnHour();
        shipping.flush(List.of(A)).get();
        assertEquals(sent, inBucket());
        stop();
    }

    @Test
    void aBlockThatTheLocalDiskHasLostIsCutAnew() throws Exception {
        for (int hour = 0; hour < 4; hour++) {
            sendAnHour();
        }
        bucket.failAll();
        shipping.pass();
        bucket.succeed();
        try (var files = Files.walk(dir.resolve("blocks"))) {
            for (Path index : files.filter(file -> file.endsWith("index")).toList()) {
                Files.delete(index);
            }
        }
        shipping.pass();
        assertEquals(List.of(), blocks());
        assertEquals(sent, HeadContents.all(heads, A));
        shipping.pass();
        assertFalse(blocks().isEmpty());
        assertNull(shipping.trouble());
        assertEquals(sent, everything());
        stop();
    }

    @Test
    void anErrorOfTheRuntimeIsToldAndTriedAgain() throws Exception {
        for (int hour = 0; hour < 4; hour++) {
            sendAnHour();
        }
        bucket.plan((_, _) -> {
            throw new OutOfMemoryError("as the test asked for");
        });
        shipping.pass();
        assertTrue(shipping.trouble().contains("as the test asked for"), shipping.trouble());
        bucket.succeed();
        shipping.pass();
        assertNull(shipping.trouble());
        assertEquals(sent, everything());
        stop();
    }

    @Test
    void aFlushOfANameThatWasMadeUpLeavesNothing() throws Exception {
        sendAnHour();
        bucket.failAll();
        shipping.flush(List.of(new TenantId("made-up"))).get();
        assertEquals(List.of(A), shipping.tenants());
        assertNull(shipping.trouble());
        stop();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Labels labels(int s) {
        return Labels.of("__name__", "m", "s", Integer.toString(s));
    }

    private void sendAnHour() throws Exception {
        for (int minute = 0; minute < 60; minute++) {
            for (int s = 0; s < 5; s++) {
                send(labels(s), clock.nowMs());
            }
            clock.advance(MINUTE);
        }
    }

    private void send(Labels labels, long timeMs) throws Exception {
        double value = send(A, labels, timeMs);
        sent.computeIfAbsent(labels, _ -> new TreeMap<>()).put(timeMs, Double.doubleToRawLongBits(value));
    }

    private double send(TenantId tenant, Labels labels, long timeMs) throws Exception {
        double value = timeMs % 1000 + labels.hashCode() % 10;
        assertEquals(
                0,
                heads.append(new TestBatch(tenant)
                                .series(labels)
                                .sample(timeMs, value)
                                .build())
                        .await()
                        .refused());
        return value;
    }

    private List<BlockId> blocks() throws BucketUnavailable {
        return blocks(A);
    }

    private List<BlockId> blocks(TenantId tenant) throws BucketUnavailable {
        return new BucketIndexUpdater(new TenantBucket(folder, tenant), clock)
                .make(BucketIndex.EMPTY).index().blocks().stream()
                        .map(BucketIndex.Block::id)
                        .toList();
    }

    private TreeMap<Labels, NavigableMap<Long, Long>> inBucket() throws Exception {
        TreeMap<Labels, NavigableMap<Long, Long>> found = new TreeMap<>();
        for (BlockId id : blocks()) {
            Path block = dir.resolve("bucket").resolve("a").resolve(id.toString());
            assertTrue(Files.exists(block.resolve(BlockPaths.INDEX)));
            BlockContentsReader.addAll(block, found);
        }
        return found;
    }

    private TreeMap<Labels, NavigableMap<Long, Long>> everything() throws Exception {
        TreeMap<Labels, NavigableMap<Long, Long>> found = inBucket();
        HeadContents.all(heads, A).forEach((labels, samples) -> {
            NavigableMap<Long, Long> all = found.computeIfAbsent(labels, _ -> new TreeMap<>());
            samples.forEach((time, value) -> {
                Long before = all.put(time, value);
                assertTrue(before == null || before.equals(value));
            });
        });
        return found;
    }
}
