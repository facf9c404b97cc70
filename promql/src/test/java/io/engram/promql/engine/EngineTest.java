package io.engram.promql.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.labels.Labels;
import io.engram.model.testing.Seeds;
import io.engram.promql.parser.ParseException;
import io.engram.promql.promqltest.MemoryStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EngineTest {
    private static final List<String> QUERIES = List.of(
            "m",
            "m > 40",
            "-m",
            "rate(m[2m])",
            "sum by (a) (rate(m[3m]))",
            "avg without (b) (m)",
            "stddev by (a) (m)",
            "max(m) - min(m)",
            "count by (b) (m > 10)",
            "topk(3, m)",
            "quantile(0.9, m)",
            "m * on (a, b) group_left () sum by (a, b) (m)",
            "m unless on (a) (m{a=\"a1\"} > 20)",
            "m{a=\"a0\"} or m{a=\"a1\"}",
            "max_over_time(sum by (a) (m)[5m:30s])",
            "sum_over_time(m[90s] offset 30s)",
            "avg_over_time(m[4m] offset -1m)",
            "absent(m > 1000)",
            "count_values(\"v\", round(m / 10))",
            "label_replace(m, \"c\", \"$1\", \"a\", \"a(.*)\")",
            "scalar(sum(m)) + time()",
            "m @ 120",
            "limitk(5, m)");

    private static Engine engine(int workers) {
        return new Engine(new EngineConfig(workers, 2, Duration.ofMinutes(1)));
    }

    private static QueryOptions options(long startMs, long endMs, long stepMs) {
        return new QueryOptions(startMs, endMs, stepMs, 300_000, 60_000, 0, true, () -> false);
    }

    private static MemoryStorage storage(SplittableRandom random, int series) {
        MemoryStorage storage = new MemoryStorage();
        for (int i = 0; i < series; i++) {
            Labels labels = Labels.of("__name__", "m", "a", "a" + i % 3, "b", "b" + i % 7, "i", "i" + i);
            double v = 0;
            for (long t = random.nextInt(15_000); t < 900_000; t += 15_000) {
                v = random.nextInt(30) == 0 ? 0 : v + random.nextDouble(5);
                if (random.nextInt(20) != 0) {
                    storage.put(labels, t, v);
                }
            }
        }
        return storage;
    }

    /** Values by series and time. */
    private static Map<Labels, Map<Long, Double>> points(QueryResult.Value value) {
        Map<Labels, Map<Long, Double>> points = new HashMap<>();
        switch (value) {
            case QueryResult.Vector vector ->
                vector.samples()
                        .forEach(sample -> points.put(
                                sample.labels(), new HashMap<>(Map.of(sample.timestampMs(), sample.value()))));
            case QueryResult.Matrix matrix -> {
                for (QueryResult.Series series : matrix.series()) {
                    Map<Long, Double> row = points.computeIfAbsent(series.labels(), _ -> new HashMap<>());
                    for (int i = 0; i < series.timestampMs().length; i++) {
                        row.put(series.timestampMs()[i], series.value()[i]);
                    }
                }
            }
            case QueryResult.Scalar scalar ->
                points.put(Labels.EMPTY, new HashMap<>(Map.of(scalar.timestampMs(), scalar.value())));
            case QueryResult.Text _ -> throw new AssertionError("no points");
        }
        return points;
    }

    private static void assertSame(
            String query, Map<Labels, Map<Long, Double>> expected, Map<Labels, Map<Long, Double>> actual) {
        assertEquals(expected.keySet(), actual.keySet(), query);
        expected.forEach((labels, row) -> {
            assertEquals(row.keySet(), actual.get(labels).keySet(), query);
            row.forEach((t, v) -> assertEquals(
                    v,
                    actual.get(labels).get(t),
                    Double.isFinite(v) ? Math.abs(v) * 1e-12 : 0,
                    query + " of " + labels + " at " + t));
        });
    }

    @Test
    void manyThreadsGiveWhatOneGives() {
        try (Engine one = engine(1);
                Engine many = engine(4)) {
            Seeds.check(3, random -> {
                MemoryStorage storage = storage(random, 700);
                for (String query : QUERIES) {
                    QueryOptions options = options(0, 600_000, 60_000);
                    assertSame(
                            query,
                            points(one.run(query, storage, options).value()),
                            points(many.run(query, storage, options).value()));
                }
            });
        }
    }

    @Test
    void instantQueryGivesWhatTheRangeQueryGivesAtThatStep() {
        try (Engine engine = engine(1)) {
            Seeds.check(5, random -> {
                MemoryStorage storage = storage(random, 40);
                for (String query : QUERIES) {
                    long start = random.nextLong(-600_000, 300_000);
                    Map<Labels, Map<Long, Double>> range =
                            points(engine.run(query, storage, options(start, start + 900_000, 47_000))
                                    .value());
                    for (long t = start; t <= start + 900_000; t += 47_000) {
                        Map<Labels, Map<Long, Double>> expected = new HashMap<>();
                        long at = t;
                        range.forEach((labels, row) -> {
                            if (row.containsKey(at)) {
                                expected.put(labels, Map.of(at, row.get(at)));
                            }
                        });
                        assertSame(
                                query,
                                expected,
                                points(engine.run(query, storage, options(t, t, 0))
                                        .value()));
                    }
                }
            });
        }
    }

    @Test
    void refusesQueryThatHoldsTooManySamples() {
        try (Engine engine = engine(1)) {
            MemoryStorage storage = storage(Seeds.random(), 50);
            var options = new QueryOptions(0, 600_000, 1000, 300_000, 60_000, 1000, false, () -> false);
            QueryException refused = assertThrows(QueryException.class, () -> engine.run("m", storage, options));
            assertEquals(
                    "query processing would load too many samples into memory in query execution",
                    refused.getMessage());
            assertEquals(QueryException.Kind.EXECUTION, refused.kind());
            var enough = new QueryOptions(0, 600_000, 60_000, 300_000, 60_000, 1000, false, () -> false);
            assertEquals(
                    1, points(engine.run("sum(m)", storage, enough).value()).size());
        }
    }

    @Test
    void hugeSubqueryIsRefusedBeforeItsStepsAreMade() {
        try (Engine engine = engine(1)) {
            MemoryStorage storage = storage(Seeds.random(), 1);
            var options = new QueryOptions(0, 0, 0, 300_000, 60_000, 0, true, () -> false);
            assertThrows(QueryException.class, () -> engine.run("sum_over_time(m[100y:1ms])", storage, options));
        }
    }

    @Test
    void stopsWhenCancelled() {
        try (Engine engine = engine(1)) {
            MemoryStorage storage = storage(Seeds.random(), 5);
            var options = new QueryOptions(0, 0, 0, 300_000, 60_000, 0, false, () -> true);
            QueryException cancelled = assertThrows(QueryException.class, () -> engine.run("m", storage, options));
            assertEquals(QueryException.Kind.CANCELED, cancelled.kind());
            assertEquals("query was canceled in expression evaluation", cancelled.getMessage());
        }
    }

    @Test
    void cancellationDuringTheReadEndsTheQuery() {
        try (Engine engine = engine(2)) {
            MemoryStorage storage = storage(Seeds.random(), 700);
            var asked = new java.util.concurrent.atomic.AtomicInteger();
            var options =
                    new QueryOptions(0, 600_000, 60_000, 300_000, 60_000, 0, false, () -> asked.incrementAndGet() > 3);
            assertThrows(QueryException.class, () -> engine.run("sum(rate(m[1m]))", storage, options));
        }
    }

    @Test
    void limitkTakesThatManyOfEachGroup() {
        try (Engine engine = engine(1)) {
            MemoryStorage storage = storage(Seeds.random(), 30);
            var result = points(engine.run("count by (a) (limitk by (a) (4, m))", storage, options(300_000, 300_000, 0))
                    .value());
            assertEquals(3, result.size());
            result.values().forEach(row -> assertEquals(4.0, row.get(300_000L)));
        }
    }

    @Test
    void limitRatioAndItsComplementTakeEachSeriesOnce() {
        try (Engine engine = engine(1)) {
            MemoryStorage storage = storage(Seeds.random(), 200);
            QueryOptions at = options(300_000, 300_000, 0);
            List<Integer> sizes = new ArrayList<>();
            for (String query : List.of(
                    "limit_ratio(0.3, m)",
                    "limit_ratio(-0.7, m)",
                    "limit_ratio(0.3, m) and limit_ratio(-0.7, m)",
                    "limit_ratio(0.3, m) or limit_ratio(-0.7, m)")) {
                sizes.add(points(engine.run(query, storage, at).value()).size());
            }
            assertTrue(sizes.get(0) > 30 && sizes.get(0) < 90, "about three tenths: " + sizes);
            assertEquals(200, sizes.get(0) + sizes.get(1));
            assertEquals(0, sizes.get(2));
            assertEquals(200, sizes.get(3));
        }
    }

    @Test
    void tellsOfRatioBeyondOne() {
        try (Engine engine = engine(1)) {
            QueryResult result =
                    engine.run("limit_ratio(1.1, m)", storage(Seeds.random(), 2), options(300_000, 300_000, 0));
            assertEquals(
                    List.of("PromQL warning: ratio value should be between -1 and 1, got 1.1, capping to 1 (1:13)"),
                    result.warnings());
        }
    }

    @Test
    void annotationPositionsCountLinesAndBytes() {
        try (Engine engine = engine(1)) {
            QueryResult result =
                    engine.run("m{a!=\"é\"} +\n rate(m[5m])", storage(Seeds.random(), 2), options(300_000, 300_000, 0));
            assertEquals(
                    List.of("PromQL info: metric might not be a counter, name does not end in "
                            + "_total/_sum/_count/_bucket: \"m\" (2:7)"),
                    result.infos());
        }
    }

    @Test
    void rangeQueryOfARangeVectorIsRefused() {
        try (Engine engine = engine(1)) {
            assertThrows(
                    ParseException.class, () -> engine.run("m[5m]", new MemoryStorage(), options(0, 60_000, 60_000)));
        }
    }

    @Test
    void histogramFunctionsAreRefusedByName() {
        try (Engine engine = engine(1)) {
            QueryException refused = assertThrows(
                    QueryException.class, () -> engine.run("histogram_sum(m)", new MemoryStorage(), options(0, 0, 0)));
            assertEquals("histogram_sum() is not evaluated by this version", refused.getMessage());
        }
    }
}
