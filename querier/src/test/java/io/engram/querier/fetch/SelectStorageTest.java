package io.engram.querier.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.StaleMarker;
import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.model.read.ChunkEncoding;
import io.engram.model.testing.Seeds;
import io.engram.promql.engine.QueryException;
import io.engram.promql.storage.SampleColumns;
import io.engram.promql.storage.SampleReader;
import io.engram.promql.storage.SeriesSource;
import io.engram.promql.storage.Storage.Selection;
import io.engram.proto.Select;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SelectStorageTest {
    private static final TenantId TENANT = new TenantId("team-a");
    private static final Labels UP = Labels.of("__name__", "up", "job", "x");

    private final MemorySelect store = new MemorySelect();
    private final MemorySelect other = new MemorySelect();

    private static SelectStorage storage(Select... sources) {
        return new Queryable(List.of(sources)).storage(TENANT, ReplicaRule.AS_STORED, new FetchBudget(0, 0, 0), 0);
    }

    private static Selection ups(long minMs, long maxMs) {
        return new Selection(MemorySelect.named("up"), minMs, maxMs, "", 0, 0);
    }

    /** Reads all, as a map from labels to {@code time=value} pairs. */
    private static Map<Labels, String> readAll(SeriesSource series) {
        Map<Labels, String> all = new TreeMap<>();
        SampleColumns samples = new SampleColumns();
        try (SampleReader reader = series.read(0, series.size())) {
            for (int i = 0; reader.next(samples); i++) {
                all.put(series.labels(i), text(samples));
            }
        }
        return all;
    }

    private static String text(SampleColumns samples) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < samples.size; i++) {
            text.append(samples.timestampMs[i])
                    .append('=')
                    .append(samples.value[i])
                    .append(' ');
        }
        return text.toString().trim();
    }

    @Test
    void clipsToTheTimesThatWereAskedBothIncluded() {
        store.add(TENANT, UP, new long[] {10, 20, 30, 40}, new double[] {1, 2, 3, 4});

        try (SeriesSource series = storage(store).select(ups(20, 30))) {
            assertEquals(Map.of(UP, "20=2.0 30=3.0"), readAll(series));
        }
    }

    @Test
    void keepsTheBitsOfStaleMarkers() {
        store.add(TENANT, UP, new long[] {10, 20}, new double[] {1, StaleMarker.VALUE});

        try (SeriesSource series = storage(store).select(ups(0, 100));
                SampleReader reader = series.read(0, 1)) {
            SampleColumns samples = new SampleColumns();
            assertTrue(reader.next(samples));
            assertTrue(StaleMarker.is(samples.value[1]));
            assertFalse(reader.next(samples));
        }
    }

    @Test
    void mergesChunksThatOverlapAndKeepsTheFirstOfEqualTimes() {
        store.add(TENANT, UP, new long[] {10, 30, 50}, new double[] {1, 3, 5});
        store.add(TENANT, UP, new long[] {20, 30, 60}, new double[] {2, 33, 6});
        store.add(TENANT, UP, new long[] {40}, new double[] {4});

        try (SeriesSource series = storage(store).select(ups(0, 100))) {
            assertEquals(Map.of(UP, "10=1.0 20=2.0 30=3.0 40=4.0 50=5.0 60=6.0"), readAll(series));
        }
    }

    @Test
    void joinsCopiesOfASeriesByFingerprint() {
        Labels only = Labels.of("__name__", "up", "job", "only-here");
        store.add(TENANT, UP, new long[] {10, 20}, new double[] {1, 2});
        other.add(TENANT, only, new long[] {10}, new double[] {7});
        other.add(TENANT, UP, new long[] {20, 30}, new double[] {2, 3});

        try (SeriesSource series = storage(store, other).select(ups(0, 100))) {
            assertEquals(Map.of(UP, "10=1.0 20=2.0 30=3.0", only, "10=7.0"), readAll(series));
        }
    }

    @Test
    void seesNothingOfAnotherTenant() {
        store.add(new TenantId("team-b"), UP, new long[] {10}, new double[] {1});

        try (SeriesSource series = storage(store).select(ups(0, 100))) {
            assertEquals(0, series.size());
            assertEquals(Map.of(), readAll(series));
        }
    }

    /** Samples of any number of series, cut into overlapping chunks over several sources, come back as they went in. */
    @Test
    void givesBackWhateverWasSplitOverChunksAndSources() {
        Seeds.check(60, random -> {
            MemorySelect[] sources = {new MemorySelect(), new MemorySelect(), new MemorySelect()};
            int seriesCount = random.nextInt(1, 600);
            Map<Labels, String> expected = new TreeMap<>();
            for (int i = 0; i < seriesCount; i++) {
                Labels labels = Labels.of("__name__", "up", "i", "" + i);
                expected.put(labels, split(random, labels, sources));
            }
            Select[] asked = Arrays.copyOf(sources, random.nextInt(1, 2) == 1 ? 3 : 1);
            try (SeriesSource series = storage(asked).select(ups(Long.MIN_VALUE, Long.MAX_VALUE))) {
                assertEquals(expected, readAll(series));
            }
            assertEquals(0, sources[0].openCursors.get());
        });
    }

    /** As a head's late samples do: chunks of one series of one source that lie within and across each other. */
    @Test
    void mergesChunksThatLieWithinEachOther() {
        Seeds.check(200, random -> {
            MemorySelect source = new MemorySelect();
            int samples = random.nextInt(1, 400);
            int[] chunkOf = random.ints(samples, 0, random.nextInt(1, 12)).toArray();
            SampleColumns expected = new SampleColumns();
            IntStream.range(0, samples).forEach(i -> expected.add(i * 10, i));
            for (int first = 0; first < samples; first++) { // chunks in the order of their first samples
                int chunk = chunkOf[first];
                if (IntStream.range(0, first).noneMatch(i -> chunkOf[i] == chunk)) {
                    int[] of = IntStream.range(0, samples)
                            .filter(i -> chunkOf[i] == chunk)
                            .toArray();
                    add(source, UP, expected.timestampMs, expected.value, of);
                }
            }
            try (SeriesSource series = storage(source).select(ups(Long.MIN_VALUE, Long.MAX_VALUE))) {
                assertEquals(Map.of(UP, text(expected)), readAll(series));
            }
        });
    }

    /** Puts each sample into one chunk at least, and returns what all of them are. */
    private static String split(SplittableRandom random, Labels labels, MemorySelect[] sources) {
        long[] times = new long[random.nextInt(1, 40)];
        double[] values = new double[times.length];
        long time = random.nextInt(1000);
        for (int i = 0; i < times.length; i++) {
            times[i] = time += random.nextInt(1, 1000);
            values[i] = random.nextInt(5);
        }
        for (int chunk = 0, covered = 0; covered < times.length; chunk++) {
            int from = Math.max(0, covered - random.nextInt(10));
            covered = Math.min(times.length, covered + random.nextInt(1, 20));
            int end = covered;
            int[] kept = IntStream.range(from, end)
                    .filter(i -> i == end - 1 || random.nextInt(3) > 0)
                    .toArray();
            int[] all = IntStream.range(from, end).toArray();
            add(sources[random.nextInt(3)], labels, times, values, all);
            add(sources[random.nextInt(3)], labels, times, values, chunk % 2 == 0 ? kept : all);
        }
        SampleColumns expected = new SampleColumns();
        for (int i = 0; i < times.length; i++) {
            expected.add(times[i], values[i]);
        }
        return text(expected);
    }

    private static void add(MemorySelect source, Labels labels, long[] times, double[] values, int[] which) {
        source.add(
                TENANT,
                labels,
                Arrays.stream(which).mapToLong(i -> times[i]).toArray(),
                Arrays.stream(which).mapToDouble(i -> values[i]).toArray());
    }

    @Test
    void readsPartsFromSeveralThreads() throws InterruptedException {
        for (int i = 0; i < 1000; i++) {
            store.add(TENANT, Labels.of("__name__", "up", "i", "" + i), new long[] {10}, new double[] {i});
        }
        double[] seen = new double[1000];
        Map<Thread, Throwable> failures = new ConcurrentHashMap<>();
        try (SeriesSource series = storage(store).select(ups(0, 100))) {
            List<Thread> threads = IntStream.range(0, 8)
                    .mapToObj(part -> Thread.ofPlatform()
                            .uncaughtExceptionHandler(failures::put)
                            .start(() -> read(series, part * 125, part * 125 + 125, seen)))
                    .toList();
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertEquals(Map.of(), failures);
        assertArrayEquals(IntStream.range(0, 1000).asDoubleStream().toArray(), seen);
    }

    private static void read(SeriesSource series, int from, int to, double[] seen) {
        SampleColumns samples = new SampleColumns();
        try (SampleReader reader = series.read(from, to)) {
            for (int i = from; reader.next(samples); i++) {
                seen[i] = samples.value[0];
            }
        }
    }

    @Test
    void refusesMoreSeriesThanTheLimitAndClosesTheCursors() {
        store.add(TENANT, UP, new long[] {10}, new double[] {1});
        store.add(TENANT, Labels.of("__name__", "up"), new long[] {10}, new double[] {1});
        SelectStorage storage =
                new Queryable(List.of(store)).storage(TENANT, ReplicaRule.AS_STORED, new FetchBudget(1, 0, 0), 0);

        QueryException e = assertThrows(QueryException.class, () -> storage.select(ups(0, 100)));

        assertEquals(QueryException.Kind.EXECUTION, e.kind());
        assertEquals(
                "the query finds 2 series and may find 1. Narrow the selectors or the time range, or raise "
                        + "querier.max-fetched-series.",
                e.getMessage());
        assertEquals(0, store.openCursors.get());
    }

    @Test
    void refusesMoreChunkBytesThanTheLimit() {
        store.add(TENANT, UP, new long[] {10}, new double[] {1});
        SelectStorage storage =
                new Queryable(List.of(store)).storage(TENANT, ReplicaRule.AS_STORED, new FetchBudget(0, 5, 0), 0);

        try (SeriesSource series = storage.select(ups(0, 100))) {
            QueryException e = assertThrows(QueryException.class, () -> readAll(series));
            assertTrue(e.getMessage().contains("querier.max-fetched-chunk-bytes"), e.getMessage());
        }
    }

    @Test
    void saysThatHistogramsCannotBeEvaluated() {
        store.addRaw(TENANT, UP, ChunkEncoding.HISTOGRAM, 10, 20, new byte[] {0, 1, 2});

        try (SeriesSource series = storage(store).select(ups(0, 100))) {
            QueryException e = assertThrows(QueryException.class, () -> readAll(series));
            assertTrue(e.getMessage().contains("native histograms"), e.getMessage());
        }
    }

    @Test
    void closesWhatItOpenedWhenASourceFails() {
        store.add(TENANT, UP, new long[] {10}, new double[] {1});
        other.failure = new IllegalStateException("gone");

        assertThrows(IllegalStateException.class, () -> storage(store, other).select(ups(0, 100)));

        assertEquals(0, store.openCursors.get());
    }
}
