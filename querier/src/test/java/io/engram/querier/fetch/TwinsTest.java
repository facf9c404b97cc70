package io.engram.querier.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.replica.ActivityTable;
import io.engram.model.testing.Seeds;
import io.engram.promql.engine.QueryException;
import io.engram.promql.storage.SampleColumns;
import io.engram.promql.storage.SampleReader;
import io.engram.promql.storage.SeriesSource;
import io.engram.promql.storage.Storage.Selection;
import io.engram.proto.Select;
import io.engram.tsdb.chunk.XorDecoder;
import io.engram.tsdb.replica.MergedSamples;
import io.engram.tsdb.replica.Ranks;
import io.engram.tsdb.replica.ReplicaWindow;
import io.engram.tsdb.replica.TwinMerge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Replicas of a series, as a query finds them. */
class TwinsTest {
    private static final TenantId TENANT = new TenantId("team-a");
    private static final Labels UP = Labels.of("__name__", "up", "job", "x");
    private static final ReplicaRule RULE =
            new ReplicaRule(List.of("__replica__", "prometheus_replica"), "cluster", true);
    private static final long NOW_MS = 100_000_000;

    private final MemorySelect store = new MemorySelect();
    private final MemorySelect blocks = new MemorySelect();

    private static SelectStorage storage(ReplicaRule rule, Select... sources) {
        return new Queryable(List.of(sources)).storage(TENANT, rule, new FetchBudget(0, 0, 0), NOW_MS);
    }

    private static Selection ups(long minMs, long maxMs) {
        return new Selection(MemorySelect.named("up"), minMs, maxMs, "", 0, 0);
    }

    /** Samples each {@code stepMs} from {@code fromMs} to {@code toMs}, included; each has the value given. */
    private static void add(MemorySelect to, Labels labels, long fromMs, long toMs, long stepMs, double value) {
        long[] times =
                LongStream.iterate(fromMs, t -> t <= toMs, t -> t + stepMs).toArray();
        double[] values = new double[times.length];
        Arrays.fill(values, value);
        to.add(TENANT, labels, times, values);
    }

    /** Reads all, as a map from labels to samples and changes. */
    private static Map<Labels, List<String>> readAll(SeriesSource series) {
        Map<Labels, List<String>> all = new TreeMap<>();
        SampleColumns samples = new SampleColumns();
        try (SampleReader reader = series.read(0, series.size())) {
            for (int i = 0; reader.next(samples); i++) {
                all.put(series.labels(i), text(samples));
            }
        }
        return all;
    }

    private static List<String> text(SampleColumns samples) {
        List<String> text = new ArrayList<>();
        int change = 0;
        for (int i = 0; i < samples.size; i++) {
            String sample =
                    samples.timestampMs[i] + "=" + Long.toHexString(Double.doubleToRawLongBits(samples.value[i]));
            if (change < samples.changeCount && samples.changeAt[change] == i) {
                sample += " +" + samples.changeIncrease[change] + " " + samples.changeReset[change++];
            }
            text.add(sample);
        }
        assertEquals(samples.changeCount, change, "changes lie at samples, in order");
        return text;
    }

    private static Map<Labels, List<String>> read(SelectStorage storage, Selection selection) {
        try (SeriesSource series = storage.select(selection)) {
            return readAll(series);
        }
    }

    @Test
    void areOneSeriesWithoutTheReplicaLabel() {
        add(store, UP.with("__replica__", "a"), 1_000_000, 1_060_000, 15_000, 1);
        add(store, UP.with("__replica__", "b"), 1_007_000, 1_067_000, 15_000, 2);

        Map<Labels, List<String>> found = read(storage(RULE, store), ups(1_000_000, 1_060_000));

        String one = Long.toHexString(Double.doubleToRawLongBits(1));
        assertEquals(
                Map.of(
                        UP,
                        List.of(
                                "1000000=" + one,
                                "1015000=" + one,
                                "1030000=" + one,
                                "1045000=" + one,
                                "1060000=" + one)),
                found);
        assertEquals(0, store.openCursors.get());
    }

    @Test
    void stayApartWhereNoLabelIsAReplicaLabel() {
        add(store, UP.with("__replica__", "a"), 1_000_000, 1_060_000, 15_000, 1);
        add(store, UP.with("__replica__", "b"), 1_007_000, 1_067_000, 15_000, 2);

        assertEquals(
                Map.of(UP.with("__replica__", "a"), 5, UP.with("__replica__", "b"), 4), // of b, one is behind the range
                sizes(read(storage(ReplicaRule.AS_STORED, store), ups(1_000_000, 1_060_000))));
        assertEquals(1, store.asked.size());
    }

    private static Map<Labels, Integer> sizes(Map<Labels, List<String>> found) {
        Map<Labels, Integer> sizes = new TreeMap<>();
        found.forEach((labels, samples) -> sizes.put(labels, samples.size()));
        return sizes;
    }

    @Test
    void areAnsweredAsStoredToAMatcherOnTheirLabel() {
        Seeds.check(20, random -> {
            MemorySelect source = new MemorySelect();
            ReplicaScript script = ReplicaScript.random(random, UP, 2, 0, 4_000_000);
            script.store(random, TENANT, source);
            Matcher own = Matcher.equal("__replica__", "r1");
            List<Matcher> matchers = List.of(Matcher.equal(Label.METRIC_NAME, "up"), own);
            var selection = new Selection(matchers, Long.MIN_VALUE, Long.MAX_VALUE, "", 0, 0);

            SampleColumns expected = new SampleColumns();
            for (int i = 0; i < script.timeMs[1].length; i++) {
                expected.add(script.timeMs[1][i], script.value[1][i]);
            }
            assertEquals(
                    expected.size == 0 ? Map.of() : Map.of(script.of(1), text(expected)),
                    read(storage(RULE, source), selection));
        });
    }

    @Test
    void costNothingMoreWhereThereIsOneReplicaOnly() {
        add(store, UP.with("__replica__", "a"), 1_000_000, 1_060_000, 15_000, 1);
        store.activity = ActivityTable.builder()
                .add("", "a", ActivityTable.window(1_000_000), 5, 1)
                .build();

        assertEquals(Map.of(UP, 3), sizes(read(storage(RULE, store), ups(1_010_000, 1_050_000))));
        assertEquals(1, store.asked.size());
    }

    @Test
    void costNothingMoreWhereNoSeriesHasAReplicaLabel() {
        add(store, UP, 1_000_000, 1_060_000, 15_000, 1);

        assertEquals(Map.of(UP, 3), sizes(read(storage(RULE, store), ups(1_010_000, 1_050_000))));
        assertEquals(1, store.asked.size());
    }

    @Test
    void areAskedForOnceWhereTheLastSelectionFoundSome() {
        Labels gone = Labels.of("__name__", "up", "job", "gone");
        add(store, UP.with("__replica__", "a"), 1_000_000, 2_000_000, 15_000, 1);
        add(store, UP.with("__replica__", "b"), 1_000_000, 2_000_000, 15_000, 1);
        add(store, gone, 1_000_000, 1_500_000, 15_000, 1);
        var queryable = new Queryable(List.of(store));
        var storage = queryable.storage(TENANT, RULE, new FetchBudget(0, 0, 0), NOW_MS);

        Map<Labels, List<String>> first = read(storage, ups(1_900_000, 2_000_000));
        assertEquals(2, store.asked.size());
        assertEquals(first, read(storage, ups(1_900_000, 2_000_000)));
        assertEquals(3, store.asked.size());
        assertEquals(Map.of(UP, 7), sizes(first), "and nothing of what was only seen before the range");
        assertEquals(0, store.openCursors.get());
    }

    @Test
    void areNoLongerLookedForWhereTheyAreGone() {
        add(store, UP.with("__replica__", "a"), 1_000_000, 3_000_000, 15_000, 1);
        add(store, UP.with("__replica__", "b"), 1_000_000, 1_100_000, 15_000, 1);
        var queryable = new Queryable(List.of(store));
        var storage = queryable.storage(TENANT, RULE, new FetchBudget(0, 0, 0), NOW_MS);
        read(storage, ups(1_000_000, 1_100_000));
        assertTrue(queryable.hasTwins(TENANT));

        assertEquals(7, read(storage, ups(2_900_000, 3_000_000)).get(UP).size());
        assertEquals(false, queryable.hasTwins(TENANT));
        store.asked.clear();
        assertEquals(7, read(storage, ups(2_900_000, 3_000_000)).get(UP).size());
        assertEquals(2_900_000, store.asked.getFirst().minTimeMs());
    }

    /** A series that one replica had to itself is not decoded outside of the range. */
    @Test
    void costNoMoreSamplesThanThoseOfTheOnlyOneThatHasASeries() {
        Labels only = Labels.of("__name__", "up", "job", "only-a");
        add(store, UP.with("__replica__", "a"), 1_000_000, 2_000_000, 15_000, 1);
        add(store, UP.with("__replica__", "b"), 1_000_000, 2_000_000, 15_000, 1);
        add(store, only.with("__replica__", "a"), 1_000_000, 2_000_000, 15_000, 1);
        FetchBudget budget = new FetchBudget(0, 0, 0);
        var storage = new Queryable(List.of(store)).storage(TENANT, RULE, budget, NOW_MS);
        try (SeriesSource series = storage.select(ups(1_900_000, 1_915_000))) {
            assertEquals(2, series.size());
            int place = series.labels(0).equals(only) ? 0 : 1;
            try (SampleReader reader = series.read(place, place + 1)) {
                reader.next(new SampleColumns());
            }
        }
        assertEquals(2, budget.samples());
    }

    /** Where a folded block ends, the head's twins go on. */
    @Test
    void goOnWhereAFoldedSeriesEnds() {
        add(blocks, UP, 0, 3_590_000, 10_000, 7);
        add(store, UP.with("__replica__", "a"), 3_600_000, 4_200_000, 10_000, 7);
        add(store, UP.with("__replica__", "b"), 3_604_000, 4_204_000, 10_000, 7);

        List<String> found =
                read(storage(RULE, blocks, store), ups(3_000_000, 4_200_000)).get(UP);

        assertEquals(121, found.size());
        for (int i = 0; i < found.size(); i++) {
            assertTrue(found.get(i).startsWith((3_000_000 + 10_000 * i) + "="), found.get(i));
        }
    }

    /** However chunks lie in sources, and whatever range is asked for, the answer is that part of one merge of everything. */
    @Test
    void showTheSameSamplesInEveryRange() {
        Seeds.check(150, random -> {
            MemorySelect[] sources = {new MemorySelect(), new MemorySelect()};
            long toMs = 6_000_000;
            ReplicaScript script = ReplicaScript.random(random, UP, random.nextInt(2, 4), 0, toMs);
            script.store(random, TENANT, sources);
            SelectStorage storage = storage(RULE, sources);
            TwinMerge merge = new TwinMerge();
            Ranks ranks = Ranks.of(
                    script.activity().cluster(""),
                    List.of(script.names),
                    -ReplicaWindow.LENGTH_MS,
                    toMs + ReplicaWindow.LENGTH_MS);
            for (int i = 0; i < 8; i++) {
                long minMs = random.nextLong(toMs);
                long maxMs = random.nextLong(minMs, toMs + 1);
                List<String> found = read(storage, ups(minMs, maxMs)).getOrDefault(UP, List.of());
                assertEquals(merged(merge, script, ranks, minMs, maxMs), found, minMs + " to " + maxMs);
            }
            assertEquals(0, sources[0].openCursors.get());
            assertEquals(0, sources[1].openCursors.get());
        });
    }

    /** Twins that are there by turns, and together for a while: chunks for readers of chunks hold what a query sees. */
    @Test
    void areTheSameInChunks() {
        Seeds.check(100, random -> {
            MemorySelect source = new MemorySelect();
            for (String replica : List.of("a", "b")) {
                long timeMs = random.nextLong(3_600_000);
                while (timeMs < 5 * 3_600_000) {
                    long endMs = timeMs + random.nextLong(600_000, 3_600_000);
                    while (timeMs < endMs) {
                        long chunkMs = random.nextLong(15_000, 1_800_000);
                        add(
                                source,
                                UP.with("__replica__", replica),
                                timeMs,
                                timeMs + chunkMs,
                                15_000,
                                random.nextInt(9));
                        timeMs += chunkMs / 15_000 * 15_000 + 15_000;
                    }
                    timeMs += random.nextLong(3_600_000);
                }
            }
            SelectStorage storage = storage(RULE, source);
            for (int i = 0; i < 4; i++) {
                long minMs = random.nextLong(5 * 3_600_000);
                long maxMs = random.nextLong(minMs, 6 * 3_600_000);
                SampleColumns seen = new SampleColumns();
                try (SeriesSource series = storage.select(ups(minMs, maxMs));
                        SampleReader reader = series.read(0, series.size())) {
                    reader.next(seen);
                }
                assertEquals(samples(seen, minMs, maxMs), stored(storage, minMs, maxMs), minMs + " to " + maxMs);
            }
            assertEquals(0, source.openCursors.get());
        });
    }

    private static String samples(SampleColumns columns, long minMs, long maxMs) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < columns.size; i++) {
            if (columns.timestampMs[i] >= minMs && columns.timestampMs[i] <= maxMs) {
                text.append(columns.timestampMs[i])
                        .append('=')
                        .append(columns.value[i])
                        .append(' ');
            }
        }
        return text.toString();
    }

    private static String stored(SelectStorage storage, long minMs, long maxMs) {
        SampleColumns all = new SampleColumns();
        try (StoredSeries series = storage.selectStored(MemorySelect.named("up"), ReplicaView.NONE, minMs, maxMs)) {
            while (series.next()) {
                SeriesChunks chunks = series.chunks();
                for (int c = 0; c < chunks.count; c++) {
                    int room = all.size + XorDecoder.sampleCount(chunks.data[c], chunks.offset[c], chunks.length[c]);
                    all.ensureCapacity(room);
                    all.size += XorDecoder.decode(
                            chunks.data[c],
                            chunks.offset[c],
                            chunks.length[c],
                            Long.MIN_VALUE,
                            Long.MAX_VALUE,
                            all.timestampMs,
                            all.value,
                            all.size);
                }
            }
        }
        for (int i = 1; i < all.size; i++) {
            assertTrue(all.timestampMs[i] > all.timestampMs[i - 1], "times rise from chunk to chunk");
        }
        return samples(all, minMs, maxMs);
    }

    @Test
    void arePassedOnInChunksWhereOneHasDataOnly() {
        add(store, UP.with("__replica__", "a"), 0, 7_200_000, 15_000, 1);
        add(store, UP.with("__replica__", "a"), 10_800_000, 14_400_000, 15_000, 1);
        add(store, UP.with("__replica__", "b"), 10_800_000, 14_400_000, 15_000, 2);
        FetchBudget budget = new FetchBudget(0, 0, 0);
        SelectStorage storage = new Queryable(List.of(store)).storage(TENANT, RULE, budget, NOW_MS);
        try (StoredSeries series = storage.selectStored(MemorySelect.named("up"), ReplicaView.NONE, 0, 14_400_000)) {
            assertTrue(series.next());
            assertEquals(7_200_000, series.chunks().maxTimeMs[0]);
            assertEquals(2 * 241 + 41, budget.samples(), "only where both are, and two windows before, is decoded");
        }
    }

    /** By all samples there are. */
    private static List<String> merged(TwinMerge merge, ReplicaScript script, Ranks ranks, long minMs, long maxMs) {
        merge.begin(ranks);
        for (int r = 0; r < script.names.length; r++) {
            if (script.timeMs[r].length > 0) {
                merge.add(
                        ranks.replica(script.names[r]),
                        script.timeMs[r],
                        script.value[r],
                        null,
                        script.timeMs[r].length);
            }
        }
        MergedSamples all = merge.merge(minMs, maxMs, NOW_MS);
        SampleColumns columns = new SampleColumns();
        for (int i = 0; i < all.count; i++) {
            columns.add(all.timeMs[i], all.value[i]);
        }
        for (int c = 0; c < all.changeCount; c++) {
            columns.addChange(all.changeAt[c], all.changeIncrease[c], all.changeReset[c]);
        }
        return text(columns);
    }

    @Test
    void areGroupedByAllOtherLabels() {
        for (String job : List.of("x", "y")) {
            for (String replica : List.of("a", "b", "c")) {
                Labels labels = Labels.of("__name__", "up", "job", job);
                add(store, labels.with("__replica__", replica), 1_000_000, 1_060_000, 15_000, 1);
                add(blocks, labels.with("prometheus_replica", replica), 1_000_000, 1_060_000, 15_000, 1);
            }
        }
        assertEquals(
                Map.of(Labels.of("__name__", "up", "job", "x"), 5, Labels.of("__name__", "up", "job", "y"), 5),
                sizes(read(storage(RULE, store, blocks), ups(1_000_000, 1_060_000))));
    }

    @Test
    void areToldOfWhereAllOfThemHaveGaps() {
        for (String replica : List.of("a", "b")) {
            add(store, UP.with("__replica__", replica), 1_000_000, 1_300_000, 15_000, 1);
            add(store, UP.with("__replica__", replica), 1_400_000, 1_500_000, 15_000, 1);
        }
        assertEquals(List.of(), infos(ups(1_000_000, 1_300_000)));
        assertEquals(
                List.of("replicas were merged; gaps that all replicas have are in 1 of the series"
                        + " (dedup=false shows each replica)"),
                infos(ups(1_000_000, 1_500_000)));
    }

    private List<String> infos(Selection selection) {
        try (SeriesSource series = storage(RULE, store).select(selection)) {
            readAll(series);
            return series.infos();
        }
    }

    @Test
    void areRefusedWhereTheyAreMoreSamplesThanTheQueryMayHold() {
        add(store, UP.with("__replica__", "a"), 1_000_000, 2_000_000, 1_000, 1);
        add(store, UP.with("__replica__", "b"), 1_000_000, 2_000_000, 1_000, 1);
        var storage = new Queryable(List.of(store)).storage(TENANT, RULE, new FetchBudget(0, 0, 1000), NOW_MS);

        QueryException e = assertThrows(QueryException.class, () -> read(storage, ups(1_000_000, 2_000_000)));

        assertTrue(e.getMessage().contains("querier.max-samples"), e.getMessage());
        assertEquals(0, store.openCursors.get());
    }
}
