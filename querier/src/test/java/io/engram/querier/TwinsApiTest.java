package io.engram.querier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.labels.Labels;
import io.engram.model.read.Exemplar;
import io.engram.model.read.SeriesExemplars;
import io.engram.model.testing.Seeds;
import io.engram.model.testing.StrictJson;
import io.engram.promql.engine.Engine;
import io.engram.promql.engine.EngineConfig;
import io.engram.server.config.ConfigLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Replicas at the API: one series, unless the request asks for them. */
class TwinsApiTest {
    private static final Labels UP = Labels.of("__name__", "up", "job", "node");
    private static final long FROM_MS = TestApi.NOW_MS - 1_800_000;

    private final Engine engine = new Engine(ConfigLoader.record(EngineConfig.class, Map.of()));
    private final TestApi api = new TestApi(engine);

    @AfterEach
    void close() {
        api.close();
        engine.close();
    }

    /** Samples from half an hour ago until now, each 15 s. */
    private void pair(String label) {
        replica(UP.with(label, "a"), 0, 1);
        replica(UP.with(label, "b"), 7_000, 2);
    }

    private void replica(Labels labels, long offsetMs, double value) {
        long[] times = new long[120];
        Arrays.setAll(times, i -> FROM_MS + offsetMs + 15_000L * (i + 1) - 10_000);
        double[] values = new double[times.length];
        Arrays.fill(values, value);
        api.store.add(TestApi.TENANT, labels, times, values);
    }

    private List<Object> metrics(String... parameters) {
        List<Object> metrics = new ArrayList<>();
        for (Object series :
                (List<?>) ResultOf.data(api.get("query", parameters)).get("result")) {
            metrics.add(((Map<?, ?>) series).get("metric"));
        }
        return metrics;
    }

    private static Map<String, Object> up(String... more) {
        Map<String, Object> metric = new TreeMap<>(Map.of("__name__", "up", "job", "node"));
        for (int i = 0; i < more.length; i += 2) {
            metric.put(more[i], more[i + 1]);
        }
        return metric;
    }

    @Test
    void areOneSeriesByDefault() {
        pair("__replica__");
        assertEquals(List.of(up()), metrics("query", "up"));
        assertEquals(
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":"
                        + "[{\"metric\":{},\"value\":[1000000,\"1\"]}]}}",
                api.get("query", "query", "sum(up)").text());
    }

    @Test
    void areShownEachWithDedupFalse() {
        pair("__replica__");
        List<Object> both = List.of(up("__replica__", "a"), up("__replica__", "b"));
        for (String no : List.of("false", "0", "f", "F", "FALSE", "False")) {
            assertEquals(both, metrics("query", "up", "dedup", no), no);
        }
        for (String yes : List.of("true", "1", "t", "T", "TRUE", "True", "")) {
            assertEquals(List.of(up()), metrics("query", "up", "dedup", yes), yes);
        }
        FakeExchange refused = api.get("query", "query", "up", "dedup", "no");
        assertEquals(400, refused.status);
        assertTrue(refused.text().contains("invalid parameter \\\"dedup\\\""), refused.text());
    }

    @Test
    void areToldApartByTheLabelsOfTheRequest() {
        pair("replica");
        assertEquals(List.of(up("replica", "a"), up("replica", "b")), metrics("query", "up"));
        assertEquals(List.of(up()), metrics("query", "up", "replicaLabels[]", "replica"));
        assertEquals(
                List.of(up("replica", "a"), up("replica", "b")),
                metrics("query", "up", "replicaLabels[]", "replica", "dedup", "false"));
        assertEquals(
                List.of(Map.of("__name__", "up")),
                metrics("query", "up", "replicaLabels[]", "replica", "replicaLabels[]", "job"));
    }

    @Test
    void areHintedAtWhereTheyDifferInALabelReplica() {
        pair("replica");
        String hint = "series differ in nothing but the label replica";
        assertTrue(api.get("query", "query", "up").text().contains("\"infos\":[\"" + hint));
        assertTrue(!api.get("query", "query", "up{replica=\"a\"}").text().contains(hint));
        assertTrue(!api.get("query", "query", "up", "replicaLabels[]", "replica")
                .text()
                .contains(hint));
        assertTrue(!api.get("query", "query", "up", "dedup", "false").text().contains(hint));
    }

    @Test
    void areFoundEachByAMatcherOnTheirLabel() {
        pair("__replica__");
        assertEquals(List.of(up("__replica__", "b")), metrics("query", "up{__replica__=\"b\"}"));
        assertEquals(
                List.of(up("__replica__", "a"), up("__replica__", "b")), metrics("query", "up{__replica__=~\".+\"}"));
    }

    @Test
    void areOneSeriesToLookups() {
        pair("__replica__");
        assertEquals(List.of(up()), ResultOf.value(api.get("series", "match[]", "up")));
        assertEquals(
                List.of(up("__replica__", "a"), up("__replica__", "b")),
                ResultOf.value(api.get("series", "match[]", "up", "dedup", "false")));
        assertEquals(
                List.of(up("__replica__", "b")), ResultOf.value(api.get("series", "match[]", "up{__replica__=\"b\"}")));
        assertEquals(List.of("__name__", "job"), ResultOf.value(api.get("labels")));
        assertEquals(List.of("__name__", "__replica__", "job"), ResultOf.value(api.get("labels", "dedup", "false")));
        assertEquals(
                List.of("__name__", "__replica__", "job"),
                ResultOf.value(api.get("labels", "match[]", "up{__replica__=\"b\"}")));
        assertEquals(List.of("a", "b"), ResultOf.value(api.get("label/__replica__/values")));
    }

    @Test
    void areOneSeriesToAPrometheusThatFederates() {
        pair("__replica__");
        FakeExchange merged = api.call(TestApi.exchange("GET", "/federate", "match[]", "up"));
        assertEquals(
                "# TYPE up untyped\nup{job=\"node\",instance=\"\"} 1 " + (TestApi.NOW_MS - 10_000) + "\n",
                merged.text());
        FakeExchange each = api.call(TestApi.exchange("GET", "/federate", "match[]", "up", "dedup", "false"));
        assertEquals(3, each.text().lines().count(), each.text());
    }

    @Test
    void haveTheirExemplarsTogether() {
        Labels trace = Labels.of("trace_id", "x");
        api.extras.exemplars.add(
                new SeriesExemplars(UP.with("__replica__", "b"), List.of(new Exemplar(1900, 1, trace))));
        api.extras.exemplars.add(new SeriesExemplars(
                UP.with("__replica__", "a"), List.of(new Exemplar(1500, 1, trace), new Exemplar(3000, 2, trace))));
        assertEquals(
                "{\"status\":\"success\",\"data\":[{\"seriesLabels\":{\"__name__\":\"up\",\"job\":\"node\"},"
                        + "\"exemplars\":[{\"labels\":{\"trace_id\":\"x\"},\"value\":\"1\",\"timestamp\":1.500},"
                        + "{\"labels\":{\"trace_id\":\"x\"},\"value\":\"2\",\"timestamp\":3}]}]}",
                api.get("query_exemplars", "query", "up").text());
        assertEquals(2, ((List<?>) ResultOf.value(api.get("query_exemplars", "query", "up", "dedup", "false"))).size());
        assertEquals(
                1, ((List<?>) ResultOf.value(api.get("query_exemplars", "query", "up{__replica__=\"a\"}"))).size());
    }

    /** A point of a range query is what an instant query at that time gives, whatever the range and the step. */
    @Test
    void showTheSameAtATimeInEveryRangeAndStep() {
        Seeds.check(12, random -> {
            try (TestApi flapping = new TestApi(engine)) {
                for (String replica : List.of("a", "b", "c")) {
                    flap(flapping, random, UP.with("__replica__", replica));
                }
                for (String query : List.of("up", "rate(up[2m])", "resets(up[3m])", "irate(up[1m])")) {
                    for (int i = 0; i < 4; i++) {
                        long stepMs = random.nextLong(5_000, 200_000);
                        long startMs = random.nextLong(FROM_MS, TestApi.NOW_MS - stepMs);
                        Map<String, String> range = points(flapping.get(
                                "query_range",
                                "query",
                                query,
                                "start",
                                seconds(startMs),
                                "end",
                                seconds(TestApi.NOW_MS),
                                "step",
                                seconds(stepMs)));
                        for (int k = 0; k < 3; k++) {
                            long atMs = startMs + stepMs * random.nextLong((TestApi.NOW_MS - startMs) / stepMs + 1);
                            Map<String, String> instant =
                                    points(flapping.get("query", "query", query, "time", seconds(atMs)));
                            String at = instant.isEmpty()
                                    ? null
                                    : instant.values().iterator().next();
                            assertEquals(at, range.get(time(atMs)), query + " at " + seconds(atMs));
                        }
                    }
                }
            }
        });
    }

    private static void flap(TestApi api, java.util.SplittableRandom random, Labels labels) {
        long offsetMs = random.nextLong(15_000);
        boolean up = true;
        for (long t = FROM_MS - 900_000 + offsetMs; t <= TestApi.NOW_MS; t += 15_000) {
            up ^= random.nextInt(12) == 0;
            if (up) {
                api.store.add(TestApi.TENANT, labels, new long[] {t}, new double[] {(double) (t % 1_000_000)});
            }
        }
    }

    private static String seconds(long ms) {
        return "%d.%03d".formatted(ms / 1000, ms % 1000);
    }

    private static String time(long ms) {
        return Double.toString(ms / 1000.0);
    }

    /** Values of the only series, by time. */
    private static Map<String, String> points(FakeExchange exchange) {
        Map<String, String> points = new TreeMap<>();
        for (Object one : (List<?>) ResultOf.data(exchange).get("result")) {
            Map<?, ?> series = (Map<?, ?>) one;
            List<?> all = series.containsKey("value") ? List.of(series.get("value")) : (List<?>) series.get("values");
            for (Object point : all) {
                String time = ((StrictJson.Num) ((List<?>) point).getFirst()).text();
                points.put(time(Math.round(Double.parseDouble(time) * 1000)), (String) ((List<?>) point).get(1));
            }
        }
        return points;
    }
}
