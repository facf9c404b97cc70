package io.engram.storegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.block.BlockId;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.read.ChunkBatch;
import io.engram.model.testing.Seeds;
import io.engram.proto.SelectBlocks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a select costs in requests and bytes, with the index-header on disk and nothing else cached. */
class RequestCountTest {
    private static final int METRIC_SERIES = 1000;
    /** As queriers do. */
    private static final int FETCH_SERIES = 256;

    @TempDir
    Path folder;

    @Test
    void thousandSeriesOfOneMetricInADayTakeFewRequestsAndLittleMoreThanTheirChunks() throws IOException {
        SplittableRandom random = Seeds.random();
        Fixture fixture = new Fixture(folder);
        BlockId id = fixture.upload(day(), random);
        fixture.gateway.headers().ensure(new BlockKey(Fixture.TENANT, id));
        fixture.bucket.clear();

        long chunkBytes = fetchAll(fixture, id);

        assertTrue(
                fixture.bucket.reads().size() <= 4, () -> fixture.bucket.reads().toString());
        assertTrue(
                fixture.bucket.rangeBytes() <= 1.5 * chunkBytes,
                () -> fixture.bucket.rangeBytes() + " bytes read for " + chunkBytes);

        fixture.bucket.clear();
        assertEquals(chunkBytes, fetchAll(fixture, id));
        assertEquals(List.of(), fixture.bucket.reads(), "the second time all of it is cached");
    }

    /** As the query engine does: its threads take the next part of a selection each, and are not equally fast. */
    @Test
    void threadsThatDivideTheSeriesTakeNoMoreRequestsThanOne() throws Exception {
        SplittableRandom random = Seeds.random();
        Fixture fixture = new Fixture(folder);
        BlockId id = fixture.upload(day(), random);
        fixture.gateway.headers().ensure(new BlockKey(Fixture.TENANT, id));
        for (int threads = 2; threads <= 8; threads++) {
            fixture.open(Fixture.config(), Map.of()); // nothing is cached
            fixture.gateway.headers().ensure(new BlockKey(Fixture.TENANT, id));
            fixture.bucket.clear();
            long chunkBytes = fetchDivided(fixture, id, threads, random);
            assertTrue(
                    fixture.bucket.reads().size() <= 4,
                    () -> fixture.bucket.reads().toString());
            assertTrue(
                    fixture.bucket.rangeBytes() <= 1.5 * chunkBytes,
                    () -> fixture.bucket.rangeBytes() + " bytes read for " + chunkBytes);
        }
    }

    private static long fetchDivided(Fixture fixture, BlockId id, int threads, SplittableRandom random)
            throws Exception {
        int part = 64;
        int[] ordinals = IntStream.range(0, METRIC_SERIES).toArray();
        List<Integer> starts = new ArrayList<>();
        for (int from = 0; from < METRIC_SERIES; from += part) {
            // at most so far ahead of the others as there are threads
            starts.add(Math.max(0, starts.size() - random.nextInt(threads)), from);
        }
        AtomicInteger next = new AtomicInteger();
        AtomicLong bytes = new AtomicLong();
        SelectBlocks.Query query = fixture.query(List.of(id), Matcher.equal("__name__", "metric_7"));
        try (SelectBlocks.Cursor cursor = fixture.gateway.select(query);
                ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            Callable<Void> worker = () -> {
                ChunkBatch batch = new ChunkBatch();
                for (int i = next.getAndIncrement(); i < starts.size(); i = next.getAndIncrement()) {
                    int from = starts.get(i);
                    cursor.fetch(ordinals, from, Math.min(METRIC_SERIES, from + part), batch);
                    bytes.addAndGet(batch.dataLength);
                }
                return null;
            };
            for (Future<Void> done : pool.invokeAll(Collections.nCopies(threads, worker))) {
                done.get();
            }
        }
        return bytes.get();
    }

    @Test
    void seriesWhoseChunksAreSmallTakeFewRequestsToo() throws IOException {
        SplittableRandom random = Seeds.random();
        Fixture fixture = new Fixture(folder, Fixture.config());
        TestBlock block = new TestBlock();
        for (int i = 0; i < 20_000; i++) {
            block.series.put(labels("metric_" + i / METRIC_SERIES, i), TestBlock.times(TestBlock.START_MS, 30, 15_000));
        }
        BlockId id = fixture.upload(block, random);
        fixture.gateway.headers().ensure(new BlockKey(Fixture.TENANT, id));
        fixture.bucket.clear();
        long chunkBytes = fetchAll(fixture, id);
        assertTrue(
                fixture.bucket.reads().size() <= 4, () -> fixture.bucket.reads().toString());
        assertTrue(
                fixture.bucket.rangeBytes() <= 4 * chunkBytes,
                () -> fixture.bucket.rangeBytes() + " bytes read for " + chunkBytes);
    }

    @Test
    void fetchReadsNoMoreThanItSaysAheadAndNothingTwice() throws IOException {
        SplittableRandom random = Seeds.random();
        Fixture fixture = new Fixture(folder, smallRanges());
        BlockId id = fixture.upload(day(), random);
        fixture.gateway.headers().ensure(new BlockKey(Fixture.TENANT, id));
        fixture.bucket.clear();
        long chunkBytes = fetchAll(fixture, id);
        assertTrue(
                fixture.bucket.rangeBytes() <= 1.5 * chunkBytes,
                () -> fixture.bucket.rangeBytes() + " bytes read for " + chunkBytes);
        fixture.bucket.reads().forEach(read -> assertTrue(read.length() <= 1 << 20, read.toString()));
    }

    private static StoreGatewayConfig smallRanges() {
        StoreGatewayConfig all = Fixture.config();
        return new StoreGatewayConfig(
                "",
                all.indexHeaderIdleTimeout(),
                all.indexHeaderDeletionDelay(),
                all.syncInterval(),
                1,
                1,
                1,
                all.maxGapSize(),
                1 << 20,
                all.postingsCacheSize(),
                all.seriesCacheSize(),
                1);
    }

    /** Bytes of the chunks. */
    private static long fetchAll(Fixture fixture, BlockId id) {
        long bytes = 0;
        SelectBlocks.Query query = fixture.query(List.of(id), Matcher.equal("__name__", "metric_7"));
        try (SelectBlocks.Cursor cursor = fixture.gateway.select(query)) {
            assertEquals(METRIC_SERIES, cursor.series().size());
            int[] ordinals = IntStream.range(0, METRIC_SERIES).toArray();
            ChunkBatch batch = new ChunkBatch();
            for (int from = 0; from < METRIC_SERIES; from += FETCH_SERIES) {
                cursor.fetch(ordinals, from, Math.min(METRIC_SERIES, from + FETCH_SERIES), batch);
                bytes += batch.dataLength;
            }
        }
        return bytes;
    }

    /** The metric asked for has a day of samples every three minutes, its neighbours one sample. */
    private static TestBlock day() {
        TestBlock block = new TestBlock();
        for (int i = 0; i < 20_000; i++) {
            int metric = i / METRIC_SERIES;
            block.series.put(
                    labels("metric_" + metric, i), TestBlock.times(TestBlock.START_MS, metric == 7 ? 480 : 1, 180_000));
        }
        return block;
    }

    private static Labels labels(String metric, int series) {
        return Labels.of(
                "__name__",
                metric,
                "cluster",
                "eu-1",
                "job",
                "job-" + series % 7,
                "pod",
                "pod-" + series % METRIC_SERIES);
    }
}
