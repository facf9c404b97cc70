package io.engram.storegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.Operation;
import io.engram.bucket.testing.FaultyBucket.Fate;
import io.engram.bucket.testing.MemoryBucket;
import io.engram.model.block.BlockId;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Labels;
import io.engram.model.testing.ManualClock;
import io.engram.model.testing.Seeds;
import io.engram.tsdb.block.BlockPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What index-headers leave on the disk and in memory when something goes wrong: nothing. */
class HeaderFilesTest {
    @TempDir
    Path folder;

    private final SplittableRandom random = Seeds.random();

    @Test
    void aStartLeavesAloneWhatIsSomebodyElses() throws IOException {
        Fixture fixture = new Fixture(folder);
        BlockId id = fixture.upload(TestBlock.next(random, 10, 10), random);
        BlockKey key = new BlockKey(Fixture.TENANT, id);
        fixture.gateway.headers().ensure(key);
        Path tenant = fixture.headers.resolve(Fixture.TENANT.value());
        Path mine = Files.writeString(tenant.resolve("thesis.txt"), "mine");
        Path nested = Files.createDirectories(tenant.resolve("pictures")).resolve("cat.png");
        Files.writeString(nested, "mine");
        Path left = Files.writeString(tenant.resolve(id + ".header.tmp"), "a process was killed");
        fixture.open(Fixture.config(), Map.of());
        assertEquals(List.of(key), fixture.gateway.headers().onDisk());
        assertTrue(Files.exists(mine));
        assertTrue(Files.exists(nested));
        assertTrue(Files.notExists(left));
    }

    @Test
    void aHeaderThatCouldNotBeMadeLeavesNoFile() throws IOException {
        Fixture fixture = new Fixture(folder, Fixture.bareConfig());
        TestBlock block = new TestBlock();
        while (block.series.size() < 20_000) { // its symbols take several ranges
            block.series.put(
                    Labels.of("__name__", "m", "pod", "pod-" + block.series.size()),
                    TestBlock.times(TestBlock.START_MS, 1, 1));
        }
        BlockId id = fixture.upload(block, random);
        BlockKey key = new BlockKey(Fixture.TENANT, id);
        AtomicInteger ranges = new AtomicInteger();
        fixture.faults.plan((operation, _) ->
                operation == Operation.GET_RANGE && ranges.incrementAndGet() > 2 ? Fate.FAIL : Fate.SUCCEED);
        assertThrows(Failure.class, () -> fixture.gateway.headers().ensure(key));
        try (Stream<Path> files = Files.walk(fixture.headers)) {
            assertEquals(List.of(), files.filter(Files::isRegularFile).toList());
        }
        fixture.faults.succeed();
        fixture.gateway.headers().ensure(key);
        assertEquals(List.of(key), fixture.gateway.headers().onDisk());
    }

    @Test
    void aBlockThatComesWhileSomebodyWaitsForItIsLoadedWhereItCanBeUnloaded() throws Exception {
        MemoryBucket behind = new MemoryBucket(new ManualClock(TestBlock.START_MS));
        Fixture source = new Fixture(folder, Fixture.config(), Map.of(), behind);
        BlockId id = source.upload(TestBlock.next(random, 10, 10), random);
        BlockKey key = new BlockKey(Fixture.TENANT, id);
        String meta = key.objectKey(BlockPath.META);
        byte[] bytes = behind.get(meta, 1 << 20).bytes();
        behind.delete(meta);

        Fixture fixture = new Fixture(folder, Fixture.config(), Map.of(), behind);
        HeaderStore headers = fixture.gateway.headers();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger asks = new AtomicInteger();
        fixture.faults.plan((_, objectKey) -> {
            if (objectKey.equals(meta)) {
                if (asks.incrementAndGet() == 1) {
                    asked.countDown();
                    await(goOn);
                } else {
                    behind.put(meta, bytes);
                }
            }
            return Fate.SUCCEED;
        });
        CompletableFuture<Void> first = CompletableFuture.runAsync(
                () -> assertThrows(BlockGone.class, () -> headers.acquire(key)), task -> start(task));
        asked.await();
        CompletableFuture<IndexHeader> second = new CompletableFuture<>();
        Thread waiting = start(() -> second.complete(headers.acquire(key)));
        while (waiting.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        goOn.countDown();
        first.get();
        second.get().release();
        assertEquals(1, headers.loadedCount(), "or nobody would ever unmap it");
        headers.close();
        assertEquals(0, headers.loadedCount());
    }

    @Test
    void whatTheDiskDoesNotDeleteIsTriedAgain() throws IOException {
        Fixture fixture = new Fixture(folder);
        BlockKey key = new BlockKey(Fixture.TENANT, fixture.upload(TestBlock.next(random, 10, 10), random));
        HeaderStore headers = fixture.gateway.headers();
        headers.ensure(key);
        Path file = HeaderFormat.file(fixture.headers, key);
        Files.delete(file);
        Path inTheWay = Files.createDirectories(file).resolve("something");
        Files.createFile(inTheWay);
        assertThrows(IOException.class, () -> headers.delete(key));
        assertEquals(List.of(key), headers.onDisk());
        Files.delete(inTheWay);
        headers.delete(key);
        assertEquals(List.of(), headers.onDisk());
    }

    @Test
    void blocksOfWhichThereIsNothingAreForgotten() throws IOException {
        Fixture fixture = new Fixture(folder);
        HeaderStore headers = fixture.gateway.headers();
        fixture.faults.failAll();
        for (int i = 0; i < 10; i++) {
            BlockKey key = new BlockKey(Fixture.TENANT, TestBlock.id(random));
            assertThrows(Failure.class, () -> headers.acquire(key));
        }
        fixture.faults.succeed();
        for (int i = 0; i < 10; i++) {
            BlockKey key = new BlockKey(Fixture.TENANT, TestBlock.id(random));
            assertThrows(BlockGone.class, () -> headers.acquire(key));
        }
        assertEquals(10, headers.slotCount());
        fixture.clock.advance(Fixture.config().indexHeaderIdleTimeout().toMillis());
        headers.unloadIdle();
        assertEquals(0, headers.slotCount());
    }

    private static Thread start(Runnable task) {
        return Thread.ofPlatform().daemon().start(task);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
