package io.engram.proto.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Matcher;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.SeriesTable;
import io.engram.proto.Select;
import io.engram.proto.SelectBlocks;
import io.engram.proto.SelectCursor;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SelectOverGrpcTest {
    private static final Select.Query QUERY = new Select.Query(
            new TenantId("tenant"),
            List.of(
                    Matcher.equal("__name__", "metric"),
                    new Matcher(Matcher.Type.NOT_REGEX, "instance", "a|b.*"),
                    new Matcher(Matcher.Type.NOT_EQUAL, "job", ""),
                    new Matcher(Matcher.Type.REGEX, "job", ".+")),
            Long.MIN_VALUE,
            1_700_000_000_000L);
    private static final BlockId OTHER_BLOCK = BlockId.of(1_700_000_000_000L, 1, -2);

    private final FakeIngester ingester = new FakeIngester();

    private static void assertSameTable(SeriesTable expected, SeriesTable actual) {
        assertEquals(expected.size(), actual.size());
        assertArrayEquals(expected.fingerprintHi(), actual.fingerprintHi());
        assertArrayEquals(expected.fingerprintLo(), actual.fingerprintLo());
        assertArrayEquals(expected.minTimeMs(), actual.minTimeMs());
        assertArrayEquals(expected.maxTimeMs(), actual.maxTimeMs());
        assertArrayEquals(expected.chunkCount(), actual.chunkCount());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.labels(i), actual.labels(i));
        }
    }

    private static void assertSameChunks(ChunkBatch expected, ChunkBatch actual) {
        assertEquals(expected.seriesCount, actual.seriesCount);
        assertEquals(expected.chunkCount, actual.chunkCount);
        assertEquals(expected.dataLength, actual.dataLength);
        int chunks = expected.chunkCount;
        assertArrayEquals(
                Arrays.copyOf(expected.firstChunk, expected.seriesCount + 1),
                Arrays.copyOf(actual.firstChunk, actual.seriesCount + 1));
        assertArrayEquals(Arrays.copyOf(expected.encoding, chunks), Arrays.copyOf(actual.encoding, chunks));
        assertArrayEquals(Arrays.copyOf(expected.minTimeMs, chunks), Arrays.copyOf(actual.minTimeMs, chunks));
        assertArrayEquals(Arrays.copyOf(expected.maxTimeMs, chunks), Arrays.copyOf(actual.maxTimeMs, chunks));
        assertArrayEquals(Arrays.copyOf(expected.length, chunks), Arrays.copyOf(actual.length, chunks));
        assertArrayEquals(
                Arrays.copyOf(expected.data, expected.dataLength), Arrays.copyOf(actual.data, actual.dataLength));
    }

    private static void fetchAndCompare(FakeCursor expected, SelectCursor actual, int[] ordinals, int from, int to) {
        ChunkBatch theirs = new ChunkBatch();
        actual.fetch(ordinals, from, to, theirs);
        ChunkBatch ours = new ChunkBatch();
        expected.fetch(ordinals, from, to, ours);
        assertSameChunks(ours, theirs);
    }

    @Test
    void bringsTenThousandSeriesToSeveralThreads() throws Exception {
        tenThousand(ConnectionsConfig.Compression.NONE);
    }

    @Test
    void bringsThemToClientsThatCompress() throws Exception {
        tenThousand(ConnectionsConfig.Compression.GZIP);
    }

    private void tenThousand(ConnectionsConfig.Compression compression) throws Exception {
        FakeCursor there = new FakeCursor(10_000, 200, Set.of());
        FakeCursor same = new FakeCursor(10_000, 200, Set.of());
        ingester.cursors = _ -> there;
        ConnectionsConfig config = TestPeer.config(TestPeer.LONG, TestPeer.LONG, 1 << 20, compression);
        try (TestPeer peer = new TestPeer(ingester.service(), config);
                IngesterClient client = peer.ingester();
                ExecutorService threads = Executors.newFixedThreadPool(6)) {
            try (SelectCursor cursor = client.select(QUERY)) {
                assertEquals(QUERY, ingester.lastQuery);
                assertSameTable(same.series(), cursor.series());
                int[] ordinals = IntStream.range(0, 10_000).map(i -> 9_999 - i).toArray();
                List<Future<?>> fetches = IntStream.range(0, 40)
                        .<Future<?>>mapToObj(i ->
                                threads.submit(() -> fetchAndCompare(same, cursor, ordinals, 250 * i, 250 * i + 250)))
                        .toList();
                for (Future<?> fetch : fetches) {
                    fetch.get();
                }
                assertEquals(there.activity(), cursor.activity());
                assertEquals(there.activity(), cursor.activity());
                fetchAndCompare(same, cursor, ordinals, 0, 0);
            }
            there.closed.await();
            assertFalse(there.closedUnderAFetch);
        }
    }

    @Test
    void cutsLargeAnswersIntoPieces() throws Exception {
        FakeCursor there = new FakeCursor(300, 100_000, Set.of()); // about 90 MB
        FakeCursor same = new FakeCursor(300, 100_000, Set.of());
        ingester.cursors = _ -> there;
        try (TestPeer peer = new TestPeer(ingester.service());
                IngesterClient client = peer.ingester();
                SelectCursor cursor = client.select(QUERY)) {
            int[] ordinals = IntStream.range(0, 300).toArray();
            fetchAndCompare(same, cursor, ordinals, 0, 300);
            fetchAndCompare(same, cursor, ordinals, 5, 6);
        }
    }

    @Test
    void bringsNothingWhereNothingIs() throws Exception {
        ingester.cursors = _ -> new FakeCursor(0, 1, Set.of());
        try (TestPeer peer = new TestPeer(ingester.service());
                IngesterClient client = peer.ingester();
                SelectCursor cursor = client.select(QUERY)) {
            assertEquals(0, cursor.series().size());
        }
    }

    @Test
    void saysWhichBlocksWereLookedAt() throws Exception {
        FakeCursor there = new FakeCursor(10, 100, Set.of(FakeIngester.BLOCK));
        SelectBlocks blocks = new SelectBlocks() {
            @Override
            public Cursor select(Query query) {
                assertEquals(new Query(QUERY, List.of(FakeIngester.BLOCK, OTHER_BLOCK)), query);
                return there;
            }

            @Override
            public Strings labelNames(Query query) {
                return new Strings(Set.copyOf(query.blocks()), List.of("a", "b"));
            }

            @Override
            public Strings labelValues(String name, Query query) {
                return new Strings(Set.of(), List.of(name));
            }
        };
        try (TestPeer peer = new TestPeer(new StoreGatewayService(blocks));
                StoreGatewayClient client = peer.connections.storeGateway(peer.address())) {
            SelectBlocks.Query query = new SelectBlocks.Query(QUERY, List.of(FakeIngester.BLOCK, OTHER_BLOCK));
            try (SelectBlocks.Cursor cursor = client.select(query)) {
                assertEquals(Set.of(FakeIngester.BLOCK), cursor.blocks());
                fetchAndCompare(there, cursor, new int[] {9, 3, 9}, 0, 3);
            }
            there.closed.await();
            assertEquals(
                    new SelectBlocks.Strings(Set.of(FakeIngester.BLOCK, OTHER_BLOCK), List.of("a", "b")),
                    client.labelNames(query));
            assertEquals(new SelectBlocks.Strings(Set.of(), List.of("job")), client.labelValues("job", query));
        }
    }

    @Test
    void failsAsTheOtherSideDid() throws Exception {
        FakeCursor there = new FakeCursor(10, 100, Set.of());
        ingester.cursors = _ -> {
            throw new Failure(ErrorId.BLOCK_SERIES_LIMIT, "too many");
        };
        try (TestPeer peer = new TestPeer(ingester.service());
                IngesterClient client = peer.ingester()) {
            Failure failure = assertThrows(Failure.class, () -> client.select(QUERY));
            assertEquals(ErrorId.BLOCK_SERIES_LIMIT, failure.id());
            assertEquals("too many (err-engram-block-series-limit)", failure.getMessage());
            ingester.cursors = _ -> there;
            there.fetchFailure = new Failure(ErrorId.BLOCK_DAMAGED, "at byte 7");
            try (SelectCursor cursor = client.select(QUERY)) {
                ChunkBatch batch = new ChunkBatch();
                failure = assertThrows(Failure.class, () -> cursor.fetch(new int[] {1}, 0, 1, batch));
                assertEquals(ErrorId.BLOCK_DAMAGED, failure.id());
                failure = assertThrows(Failure.class, () -> cursor.fetch(new int[] {1}, 0, 1, batch));
                assertEquals(ErrorId.BLOCK_DAMAGED, failure.id());
            }
            there.closed.await();
        }
    }

    @Test
    void aFetchFailsWhenTheServerDies() throws Exception {
        FakeCursor there = new FakeCursor(10, 100, Set.of());
        there.gate = new CountDownLatch(1);
        ingester.cursors = _ -> there;
        try (TestPeer peer = new TestPeer(ingester.service());
                IngesterClient client = peer.ingester();
                SelectCursor cursor = client.select(QUERY);
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<?> fetch = thread.submit(() -> cursor.fetch(new int[] {1}, 0, 1, new ChunkBatch()));
            while (there.fetching.get() == 0) {
                Thread.onSpinWait();
            }
            peer.server.shutdownNow();
            Failure failure = (Failure) assertThrows(java.util.concurrent.ExecutionException.class, fetch::get)
                    .getCause();
            assertEquals(ErrorId.PEER_UNAVAILABLE, failure.id());
            assertTrue(failure.getMessage().contains(peer.address()), failure.getMessage());
            assertEquals(1, there.closed.getCount()); // a fetch runs
            there.gate.countDown();
            there.closed.await();
            assertFalse(there.closedUnderAFetch);
        }
    }

    @Test
    void aSelectEndsAtItsDeadline() throws Exception {
        FakeCursor there = new FakeCursor(10, 100, Set.of());
        there.gate = new CountDownLatch(1);
        ingester.cursors = _ -> there;
        ConnectionsConfig config =
                TestPeer.config(TestPeer.LONG, Duration.ofMillis(300), 1 << 20, ConnectionsConfig.Compression.NONE);
        try (TestPeer peer = new TestPeer(ingester.service(), config);
                IngesterClient client = peer.ingester();
                SelectCursor cursor = client.select(QUERY)) {
            Failure failure = assertThrows(Failure.class, () -> cursor.fetch(new int[] {1}, 0, 1, new ChunkBatch()));
            assertEquals(ErrorId.PEER_TIMEOUT, failure.id());
            there.gate.countDown();
            there.closed.await(); // the server knows the deadline, too
        }
    }

    @Test
    void closingWhileOthersFetchEndsTheirFetches() throws Exception {
        FakeCursor there = new FakeCursor(10, 100, Set.of());
        there.gate = new CountDownLatch(1);
        ingester.cursors = _ -> there;
        try (TestPeer peer = new TestPeer(ingester.service());
                IngesterClient client = peer.ingester();
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            SelectCursor cursor = client.select(QUERY);
            Future<?> fetch = thread.submit(() -> cursor.fetch(new int[] {1}, 0, 1, new ChunkBatch()));
            while (there.fetching.get() == 0) {
                Thread.onSpinWait();
            }
            cursor.close();
            assertThrows(java.util.concurrent.ExecutionException.class, fetch::get);
            there.gate.countDown();
            there.closed.await();
            assertFalse(there.closedUnderAFetch);
        }
    }

    @Test
    void aFetchThatIsGivenUpCancelsTheCallAndOthersFailWithIt() throws Exception {
        FakeCursor there = new FakeCursor(10, 100, Set.of());
        there.gate = new CountDownLatch(1);
        ingester.cursors = _ -> there;
        try (TestPeer peer = new TestPeer(ingester.service());
                IngesterClient client = peer.ingester();
                SelectCursor cursor = client.select(QUERY);
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<?> other = thread.submit(() -> cursor.fetch(new int[] {1}, 0, 1, new ChunkBatch()));
            Thread slow = Thread.ofVirtual()
                    .start(() ->
                            assertThrows(Failure.class, () -> cursor.fetch(new int[] {2}, 0, 1, new ChunkBatch())));
            while (there.fetching.get() < 2) {
                Thread.onSpinWait();
            }
            slow.interrupt();
            assertThrows(java.util.concurrent.ExecutionException.class, other::get);
            there.gate.countDown();
            there.closed.await(); // though nobody has closed the cursor here
            assertFalse(there.closedUnderAFetch);
        }
    }

    @Test
    void activityThatIsNotWaitedForEndsTheCall() throws Exception {
        FakeCursor there = new FakeCursor(10, 100, Set.of());
        ingester.cursors = _ -> there;
        try (TestPeer peer = new TestPeer(ingester.service());
                IngesterClient client = peer.ingester();
                SelectCursor cursor = client.select(QUERY)) {
            Thread.currentThread().interrupt();
            assertThrows(Failure.class, cursor::activity);
            assertTrue(Thread.interrupted());
            there.closed.await();
        }
    }

    @Test
    void aConnectionThatGoesClosesTheCursor() throws Exception {
        FakeCursor there = new FakeCursor(10, 100, Set.of());
        ingester.cursors = _ -> there;
        try (TestPeer peer = new TestPeer(ingester.service())) {
            peer.ingester().select(QUERY);
            peer.connections.close();
            there.closed.await();
        }
    }

    @Test
    void anotherClusterIsRefused() throws Exception {
        try (TestPeer peer = new TestPeer(ingester.service());
                Connections stranger = new Connections(
                        TestPeer.config(TestPeer.LONG, TestPeer.LONG, 1, ConnectionsConfig.Compression.NONE), "other");
                IngesterClient client = stranger.ingester(peer.address())) {
            Failure failure = assertThrows(Failure.class, () -> client.select(QUERY));
            assertEquals(ErrorId.CLUSTER_MISMATCH, failure.id());
            assertTrue(failure.getMessage().contains("'other'"), failure.getMessage());
            assertTrue(failure.getMessage().contains("'test'"), failure.getMessage());
            failure = assertThrows(Failure.class, client.push(RandomBatches.scrape(new TenantId("a"), 0, 1, 1))::await);
            assertEquals(ErrorId.CLUSTER_MISMATCH, failure.id());
        }
    }
}
