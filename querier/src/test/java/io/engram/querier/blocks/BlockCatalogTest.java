package io.engram.querier.blocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.index.BucketIndex;
import io.engram.bucket.index.BucketIndexCopies;
import io.engram.bucket.index.BucketIndexFile;
import io.engram.bucket.layout.TenantBucket;
import io.engram.bucket.testing.FaultyBucket;
import io.engram.bucket.testing.FaultyBucket.Fate;
import io.engram.bucket.testing.MemoryBucket;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Labels;
import io.engram.model.testing.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is known of blocks while the bucket fails, hangs, or holds what cannot be read. */
class BlockCatalogTest {
    private static final TenantId A = new TenantId("a");
    private static final TenantId B = new TenantId("b");
    private static final long HOUR = 3_600_000;
    private static final BlockId BLOCK = BlockId.of(1, 0, 0);
    private static final BlockId NEXT = BlockId.of(2, 0, 0);

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(100 * HOUR);
    private final MemoryBucket memory = new MemoryBucket(clock);
    private final FaultyBucket bucket = new FaultyBucket(memory);

    /** As a process that has just started. */
    private BlockCatalog start() {
        return new BlockCatalog(
                bucket, new BucketIndexCopies(folder), Duration.ofMinutes(1), Duration.ofHours(1), clock);
    }

    private static List<BlockId> ask(BlockCatalog catalog) {
        return catalog.overlapping(A, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static Failure refused(BlockCatalog catalog) {
        return assertThrows(Failure.class, () -> ask(catalog));
    }

    @Test
    void aStartWhileTheBucketFailsKnowsWhatWasReadLastUntilThatIsTooOld() {
        store(BLOCK);
        assertEquals(List.of(BLOCK), ask(start()));
        bucket.failAll();
        clock.advance(HOUR);
        BlockCatalog catalog = start();
        assertEquals(List.of(BLOCK), ask(catalog));
        clock.advance(1000);
        Failure tooOld = refused(catalog);
        assertEquals(ErrorId.BUCKET_INDEX_TOO_OLD, tooOld.id());
        assertTrue(tooOld.getMessage().contains("1h1s old and may be 1h (bucket.index-max-age)"), tooOld.getMessage());
        assertTrue(tooOld.getMessage().contains("cannot be read"), tooOld.getMessage());
        assertEquals(ErrorId.BUCKET_INDEX_TOO_OLD, refused(start()).id());
        bucket.succeed();
        store(BLOCK, NEXT);
        assertEquals(List.of(BLOCK, NEXT), ask(start()));
    }

    @Test
    void aStartKnowsWhatWasShippedAlsoWhereNobodyAskedForIt() throws Exception {
        start().stored(A, store(BLOCK));
        bucket.failAll();
        assertEquals(List.of(BLOCK), ask(start()));
    }

    @Test
    void whatWasFoldedIsNotShownBesideItsOriginalsWhileTheBucketFails() {
        BucketIndex.Block original =
                new BucketIndex.Block(BLOCK, 0, HOUR, "", 0, 0, "", "engram", 1, false, Labels.EMPTY);
        BucketIndex.Block folded =
                new BucketIndex.Block(NEXT, 0, HOUR, "", 0, 0, "", "engram", 2, false, Labels.EMPTY, List.of(BLOCK));
        BlockCatalog catalog = start();
        bucket.failAll();
        catalog.stored(A, new BucketIndex(List.of(original, folded), List.of(), clock.nowMs() / 1000));
        assertEquals(List.of(NEXT), ask(catalog));
    }

    @Test
    void whatWasStoredDoesNotHideWhatSomebodyElseStoredLater() {
        BucketIndex older = index(BLOCK);
        clock.advance(2000);
        store(BLOCK, NEXT);
        BlockCatalog catalog = start();
        assertEquals(List.of(BLOCK, NEXT), ask(catalog));
        bucket.failAll();
        catalog.stored(A, older);
        assertEquals(List.of(BLOCK, NEXT), ask(catalog));
    }

    @Test
    void thatThereWereNoBlocksIsKnownForAsLongAsAnIndexMayBeOld() {
        assertEquals(List.of(), ask(start()));
        bucket.failAll();
        clock.advance(HOUR);
        assertEquals(List.of(), ask(start()));
        clock.advance(1);
        assertEquals(ErrorId.BLOCKS_UNKNOWN, refused(start()).id());
        assertEquals(
                List.of(),
                new BlockCatalog(bucket, new BucketIndexCopies(folder), Duration.ofMinutes(1), Duration.ZERO, clock)
                        .overlapping(A, 0, 1),
                "any age will do");
    }

    @Test
    void namesThatWereMadeUpLeaveNothingOnTheDisk() throws IOException {
        store(BLOCK);
        BlockCatalog catalog = start();
        ask(catalog);
        for (int i = 0; i < 10; i++) {
            catalog.overlapping(new TenantId("made-up-" + i), 0, 1);
        }
        clock.advance(2 * HOUR);
        catalog.overlapping(B, 0, 1);
        try (var files = Files.list(folder)) {
            assertEquals(
                    List.of("a.gz", "b.gz"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void aCopyThatIsDamagedIsAsNone() throws IOException {
        store(BLOCK);
        ask(start());
        bucket.failAll();
        Files.write(folder.resolve("a.gz"), new byte[] {1, 2, 3});
        assertEquals(ErrorId.BLOCKS_UNKNOWN, refused(start()).id());
        bucket.succeed();
        assertEquals(List.of(BLOCK), ask(start()));
    }

    @Test
    void aDiskThatRefusesCopiesCostsNoAnswer() throws IOException {
        store(BLOCK);
        Path file = Files.createFile(folder.resolve("file"));
        BlockCatalog catalog = new BlockCatalog(
                bucket, new BucketIndexCopies(file), Duration.ofMinutes(1), Duration.ofHours(1), clock);
        assertEquals(List.of(BLOCK), ask(catalog));
    }

    @Test
    void anIndexThatIsDamagedInTheBucketLeavesTheLastOneStanding() throws Exception {
        store(BLOCK);
        BlockCatalog catalog = start();
        ask(catalog);
        memory.put("a/bucket-index.json.gz", new byte[] {1, 2, 3});
        clock.advance(60_000);
        assertEquals(List.of(BLOCK), ask(catalog));
        clock.advance(HOUR);
        Failure tooOld = refused(catalog);
        assertEquals(ErrorId.BUCKET_INDEX_TOO_OLD, tooOld.id());
        assertTrue(tooOld.getMessage().contains("is damaged"), tooOld.getMessage());
    }

    @Test
    void aBucketThatFailsIsNotAskedByEveryQuery() {
        store(BLOCK);
        BlockCatalog catalog = start();
        ask(catalog);
        clock.advance(60_000);
        AtomicInteger requests = new AtomicInteger();
        bucket.plan((_, _) -> {
            requests.incrementAndGet();
            return Fate.FAIL;
        });
        for (int i = 0; i < 20; i++) {
            assertEquals(List.of(BLOCK), ask(catalog));
        }
        assertEquals(1, requests.get());
        clock.advance(10_000);
        ask(catalog);
        assertEquals(2, requests.get());
    }

    @Test
    void whileOneWaitsForABucketThatHangsTheOthersAnswer() throws Exception {
        store(BLOCK);
        BlockCatalog catalog = start();
        ask(catalog);
        clock.advance(60_000);
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch hangs = new CountDownLatch(1);
        bucket.plan((_, _) -> {
            asked.countDown();
            await(hangs);
            return Fate.FAIL;
        });
        CompletableFuture<List<BlockId>> first = CompletableFuture.supplyAsync(() -> ask(catalog));
        asked.await();
        assertEquals(List.of(BLOCK), ask(catalog));
        assertFalse(first.isDone());
        hangs.countDown();
        assertEquals(List.of(BLOCK), first.get());
    }

    @Test
    void thoseThatWaitedForAReadingThatFailedDoNotWaitForOneMoreEach() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch hangs = new CountDownLatch(1);
        bucket.plan((_, _) -> {
            requests.incrementAndGet();
            asked.countDown();
            await(hangs);
            return Fate.FAIL;
        });
        BlockCatalog catalog = start();
        CompletableFuture<Failure> first = CompletableFuture.supplyAsync(() -> refused(catalog));
        asked.await();
        CompletableFuture<Failure> second = new CompletableFuture<>();
        Thread waiting = Thread.ofPlatform().daemon().start(() -> second.complete(refused(catalog)));
        while (waiting.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        hangs.countDown();
        assertEquals(ErrorId.BLOCKS_UNKNOWN, first.get().id());
        assertEquals(ErrorId.BLOCKS_UNKNOWN, second.get().id());
        assertEquals(1, requests.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private BucketIndex index(BlockId... ids) {
        return new BucketIndex(
                List.of(ids).stream()
                        .map(id -> new BucketIndex.Block(id, 0, HOUR, "", 0, 0, "", "engram", 1, false, Labels.EMPTY))
                        .toList(),
                List.of(),
                clock.nowMs() / 1000);
    }

    private BucketIndex store(BlockId... ids) {
        BucketIndex index = index(ids);
        BucketIndexFile file = new BucketIndexFile(new TenantBucket(memory, A));
        try {
            assertTrue(file.store(index, file.load()).isPresent());
            return index;
        } catch (BucketUnavailable e) {
            throw new AssertionError(e);
        }
    }
}
