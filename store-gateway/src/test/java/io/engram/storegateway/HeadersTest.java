package io.engram.storegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.labels.Labels;
import io.engram.model.testing.Seeds;
import io.engram.model.testing.TestLimits;
import io.engram.proto.Select;
import io.engram.proto.SelectBlocks;
import io.engram.server.metrics.Metrics;
import io.engram.tsdb.block.BlockReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Index-headers: made once, kept on disk, loaded when used, made again when damaged. */
class HeadersTest {
    @TempDir
    Path folder;

    private final SplittableRandom random = Seeds.random();
    private Fixture fixture;
    private BlockId id;
    private BlockKey key;

    @BeforeEach
    void write() throws IOException {
        fixture = new Fixture(folder);
        id = fixture.upload(TestBlock.next(random, 150, 100), random);
        key = new BlockKey(Fixture.TENANT, id);
    }

    private void assertAnswers() throws IOException {
        assertEquals(
                Answers.ofLocal(fixture.blocks, List.of(id), Long.MIN_VALUE, Long.MAX_VALUE, List.of()),
                Answers.of(fixture.gateway.select(fixture.query(List.of(id))), random));
    }

    private Path file() {
        return fixture.headers.resolve(Fixture.TENANT.value()).resolve(id + ".header");
    }

    @Test
    void saysWhatTheIndexSays() throws IOException {
        IndexHeader header = fixture.gateway.headers().acquire(key);
        try (BlockReader block = BlockReader.open(fixture.blocks.resolve(id.toString()))) {
            assertEquals(block.meta().stats(), header.meta().stats());
            assertEquals(block.contents(), header.contents());
            assertEquals(block.symbols().count(), header.symbols().count());
            for (int s = 0; s < header.symbols().count(); s++) {
                assertEquals(block.symbols().text(s), header.symbols().text(s));
            }
            assertEquals(block.postings().names(), header.postings().names());
            for (String name : header.postings().names()) {
                assertEquals(
                        block.postings().ranges(name, _ -> true),
                        header.postings().ranges(name, _ -> true));
            }
        } finally {
            header.release();
        }
    }

    @Test
    void restartReadsNothingOfTheBucketAndOpensNothing() throws IOException {
        fixture.gateway.headers().ensure(key);
        fixture.gateway.headers().close();
        fixture.bucket.clear();
        fixture.open(Fixture.config(), Map.of());
        assertEquals(List.of(key), fixture.gateway.headers().onDisk());
        assertEquals(0, fixture.gateway.headers().loadedCount());
        fixture.gateway.headers().acquire(key).release();
        assertEquals(List.of(), fixture.bucket.reads());
        assertAnswers();
    }

    @Test
    void damagedFileIsMadeAgain() throws IOException {
        fixture.gateway.headers().ensure(key);
        byte[] good = Files.readAllBytes(file());
        for (int i = 0; i < 40; i++) {
            fixture.gateway.headers().close();
            byte[] bad = i % 4 == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
            if (i % 4 != 0) {
                bad[random.nextInt(good.length)] ^= (byte) (1 << random.nextInt(8));
            }
            // A header that is mapped must not change under its readers.
            Path beside = Files.write(file().resolveSibling("other"), bad);
            Files.move(beside, file(), StandardCopyOption.REPLACE_EXISTING);
            assertAnswers();
        }
        assertTrue(fixture.metric("index_headers_rebuilt_total") >= 35, "padding aside, each is noticed");
    }

    @Test
    void lostFileIsMadeAgain() throws IOException {
        fixture.gateway.headers().ensure(key);
        Files.delete(file());
        assertAnswers();
        assertTrue(Files.exists(file()));
    }

    @Test
    void unfinishedFilesAndForeignOnesAreLeftAside() throws IOException {
        fixture.gateway.headers().ensure(key);
        Path unfinished = Files.write(file().resolveSibling(id + ".header.tmp"), new byte[10]);
        Files.createDirectories(fixture.headers.resolve("not a tenant"));
        fixture.open(Fixture.config(), Map.of());
        assertFalse(Files.exists(unfinished));
        assertEquals(List.of(key), fixture.gateway.headers().onDisk());
    }

    @Test
    void idleHeadersLeaveTheMemoryAndComeBack() throws IOException {
        assertAnswers();
        assertEquals(1, fixture.gateway.headers().loadedCount());
        fixture.clock.advance(19 * 60_000);
        fixture.gateway.headers().unloadIdle();
        assertEquals(1, fixture.gateway.headers().loadedCount());
        fixture.clock.advance(60_000);
        IndexHeader retained = fixture.gateway.headers().acquire(key);
        fixture.clock.advance(20 * 60_000);
        fixture.gateway.headers().unloadIdle();
        assertEquals(0, fixture.gateway.headers().loadedCount());
        assertEquals(1, fixture.metric("index_header_unloads_total"));
        assertTrue(retained.symbols().count() > 0, "who has it goes on");
        retained.symbols().text(0);
        retained.release();
        assertThrows(IllegalStateException.class, () -> retained.symbols().text(0));
        assertAnswers();
        assertEquals(1, fixture.gateway.headers().loadedCount());
    }

    @Test
    void manyAskersShareOneLoad() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        fixture.bucket.beforeRange(() -> {
            reading.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        List<Future<IndexHeader>> headers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                headers.add(threads.submit(() -> fixture.gateway.headers().acquire(key)));
            }
            reading.await();
            go.countDown();
        }
        for (Future<IndexHeader> header : headers) {
            assertSame(headers.getFirst().get(), header.get());
            header.get().release();
        }
        assertEquals(1, fixture.metric("index_headers_built_total"));
        assertEquals(1, fixture.metric("index_header_loads_total"));
    }

    @Test
    void syncMakesHeadersAheadAndDeletesThoseOfBlocksThatAreGone() throws IOException {
        fixture.updateIndex();
        fixture.gateway.sync().sync();
        assertEquals(List.of(key), fixture.gateway.headers().onDisk());
        fixture.bucket.clear();
        fixture.gateway.headers().acquire(key).release();
        assertEquals(List.of(), fixture.bucket.reads());

        for (String file : List.of("meta.json", "index", "chunks/000001")) {
            fixture.bucket.delete(key.objectKey(file));
        }
        fixture.updateIndex();
        fixture.gateway.sync().sync();
        assertTrue(Files.exists(file()), "not at once");
        fixture.clock.advance(59 * 60_000);
        fixture.gateway.sync().sync();
        assertTrue(Files.exists(file()));
        fixture.clock.advance(60_000);
        fixture.gateway.sync().sync();
        assertFalse(Files.exists(file()));
        assertEquals(1, fixture.metric("index_headers_deleted_total"));
    }

    @Test
    void blocksThatBecomeSomebodyElsesAreGivenUpLaterAndOursAreMadeAtOnce() throws IOException {
        fixture.updateIndex();
        fixture.ownership = (_, _) -> false;
        fixture.gateway.sync().syncForOthers();
        assertEquals(List.of(), fixture.gateway.headers().onDisk());
        fixture.ownership = (_, _) -> true; // another has left
        fixture.gateway.sync().syncForOthers();
        assertEquals(List.of(key), fixture.gateway.headers().onDisk());

        fixture.ownership = (_, _) -> false; // and is back
        fixture.gateway.sync().syncForOthers();
        fixture.clock.advance(59 * 60_000);
        fixture.gateway.sync().sync();
        assertEquals(List.of(key), fixture.gateway.headers().onDisk(), "whoever asked this one before may do so still");
        fixture.clock.advance(60_000);
        fixture.gateway.sync().sync();
        assertEquals(List.of(), fixture.gateway.headers().onDisk());
        fixture.bucket.clear();
        fixture.gateway.sync().syncForOthers();
        assertEquals(List.of(), fixture.bucket.reads(), "nothing is looked at while blocks are whose they were");
    }

    @Test
    void preparedMeansThatHeadersAreThere() throws IOException {
        fixture.updateIndex();
        fixture.gateway.start();
        fixture.gateway.prepare();
        assertEquals(List.of(key), fixture.gateway.headers().onDisk());
        fixture.gateway.stop();
    }

    @Test
    void unreadableBucketIndexDeletesNothingAndStopsNoOtherTenant() throws IOException {
        fixture.updateIndex();
        fixture.gateway.sync().sync();
        fixture.bucket.put(Fixture.TENANT.value() + "/bucket-index.json.gz", new byte[] {1, 2, 3});
        fixture.gateway.sync().sync();
        fixture.clock.advance(100 * 60_000);
        fixture.gateway.sync().sync();
        assertTrue(Files.exists(file()));
        assertEquals(2, fixture.metric("sync_failures_total"));
    }

    @Test
    void syncGoesOnBehindABlockThatCannotBeRead() throws IOException {
        BlockId bad = fixture.upload(TestBlock.next(random, 10, 10), random);
        fixture.updateIndex();
        fixture.bucket.put(new BlockKey(Fixture.TENANT, bad).objectKey("index"), new byte[200]);
        fixture.gateway.sync().sync();
        assertEquals(List.of(key), fixture.gateway.headers().onDisk());
        assertEquals(1, fixture.metric("sync_failures_total"));
    }

    @Test
    void onlyOwnedBlocksAreMadeAheadAndOthersWhenAsked() throws IOException {
        fixture.updateIndex();
        StoreGateway gateway = new StoreGateway(
                fixture.headers,
                Fixture.config(),
                fixture.bucket,
                (_, _) -> false,
                Fixture.SEED,
                _ -> TestLimits.with(Map.of()),
                fixture.clock,
                new Metrics());
        gateway.sync().sync();
        assertEquals(List.of(), gateway.headers().onDisk());
        assertTrue(
                Answers.of(gateway.select(fixture.query(List.of(id))), random).size() > 0);
        assertEquals(List.of(key), gateway.headers().onDisk());
    }

    @Test
    void blocksOfOneTenantAreNotThoseOfAnother() throws IOException {
        assertAnswers();
        var query = new SelectBlocks.Query(
                new Select.Query(new TenantId("team-b"), List.of(), Long.MIN_VALUE, Long.MAX_VALUE), List.of(id));
        try (var cursor = fixture.gateway.select(query)) {
            assertEquals(Set.of(), cursor.blocks());
        }
    }

    @Test
    void headersOfBlocksThatNobodyHasAreNotRemembered() throws IOException {
        for (int i = 0; i < 50; i++) {
            fixture.gateway.select(fixture.query(List.of(TestBlock.id(random)))).close();
        }
        try (Stream<Path> left = Files.walk(fixture.headers)) {
            assertEquals(List.of(), left.filter(Files::isRegularFile).toList());
        }
        assertEquals(List.of(), fixture.gateway.headers().onDisk());
    }

    @Test
    void emptyBlockHasAHeaderToo() throws IOException {
        BlockId empty = fixture.upload(new TestBlock(), random);
        assertEquals(
                new TreeMap<Labels, List<String>>(),
                Answers.of(fixture.gateway.select(fixture.query(List.of(empty))), random));
    }

    @Test
    void pageShowsWhatIsOnDiskAndInMemory() throws IOException {
        BlocksPage page = new BlocksPage(fixture.gateway.headers());
        assertEquals("{\"blocks\":[]}\n", page.json());
        fixture.gateway.headers().ensure(key);
        assertEquals("TENANT\tBLOCK\tINDEX-HEADER\nteam-a\t" + id + "\ton disk\n", page.text());
        assertAnswers();
        assertEquals("TENANT\tBLOCK\tINDEX-HEADER\nteam-a\t" + id + "\tin memory\n", page.text());
        assertEquals("{\"blocks\":[{\"tenant\":\"team-a\",\"block\":\"" + id + "\",\"loaded\":true}]}\n", page.json());
    }
}
