package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What Grafana's Prometheus data source asks, from <em>Save &amp; test</em> to a dashboard, of a server that has been
 * written to for half an hour: a counter and a classic histogram, of two instances.
 */
class GrafanaCallsIT {
    private static final int SAMPLES = 120;
    private static final long INTERVAL_MS = 15_000;
    private static final List<String> BOUNDS = List.of("0.1", "1", "+Inf");

    private static ServerProcess engram;
    private static long endMs;

    @BeforeAll
    static void start() throws Exception {
        engram = ServerProcess.engram(ServerProcess.folder(GrafanaCallsIT.class), "--self-monitoring.enabled=false");
        engram.startAndAwait("/ready");
        endMs = System.currentTimeMillis() / 1000 * 1000;
        RemoteWrite write = new RemoteWrite();
        for (String instance : List.of("a:9100", "b:9100")) {
            write.add(labels("http_requests_total", instance, "code", "200"), times(), counter(1));
            write.add(labels("up", instance), times(), ones());
            for (int b = 0; b < BOUNDS.size(); b++) {
                write.add(labels("http_seconds_bucket", instance, "le", BOUNDS.get(b)), times(), counter(b + 1));
            }
        }
        assertEquals(204, write.send(engram, "anonymous").statusCode());
    }

    @AfterAll
    static void stop() {
        engram.close();
    }

    private static Map<String, String> labels(String name, String instance, String... more) {
        return more.length == 0
                ? Map.of("__name__", name, "job", "web", "instance", instance)
                : Map.of("__name__", name, "job", "web", "instance", instance, more[0], more[1]);
    }

    private static long[] times() {
        long[] timestampMs = new long[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            timestampMs[i] = endMs - (SAMPLES - 1 - i) * INTERVAL_MS;
        }
        return timestampMs;
    }

    private static double[] counter(double perSample) {
        double[] value = new double[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            value[i] = i * perSample;
        }
        return value;
    }

    private static double[] ones() {
        double[] value = new double[SAMPLES];
        Arrays.fill(value, 1);
        return value;
    }

    /**
     * @param form its times as words: {@code FROM} and {@code TO} of the half hour, with {@code _MS} in milliseconds
     * @param holds stands in the answer; may be empty
     */
    private record Call(String step, String path, String form, String holds) {
        String filledIn() {
            long fromMs = endMs - SAMPLES * INTERVAL_MS;
            return form.replace("FROM_MS", Long.toString(fromMs))
                    .replace("TO_MS", Long.toString(endMs))
                    .replace("FROM", Long.toString(fromMs / 1000))
                    .replace("TO", endMs / 1000 + ".5");
        }
    }

    private static String query(String query) {
        return "query=" + Http.encode(query);
    }

    private static String match(String selector) {
        return Http.encode("match[]") + "=" + Http.encode(selector);
    }

    private static Call range(String query, String holds) {
        return new Call("dashboard", "query_range", query(query) + "&start=FROM&end=TO&step=15", holds);
    }

    private static Call instant(String query, String holds) {
        return new Call("dashboard", "query", query(query) + "&time=TO", holds);
    }

    private static final List<Call> CALLS = List.of(
            new Call("save & test", "query", query("1+1") + "&time=TO", ",\"2\"]"),
            new Call("save & test", "status/buildinfo", "", "\"application\":\"Engram\""),
            new Call("start", "rules", "", "\"groups\":[]"),
            new Call("start", "query_exemplars", query("test") + "&start=FROM_MS&end=TO_MS", "[]"),
            new Call("start", "metadata", "limit=40000", ""),
            new Call("metric browser", "label/__name__/values", "start=FROM&end=TO&limit=40000", "\"up\""),
            new Call("metric browser", "labels", "start=FROM&end=TO&limit=40000", "\"instance\""),
            new Call("metric browser", "labels", match("up") + "&start=FROM&end=TO", "\"job\""),
            new Call("metric browser", "labels", match("{__name__=\"up\"}") + "&start=FROM&end=TO", "\"job\""),
            new Call("metric browser", "label/instance/values", match("up") + "&start=FROM&end=TO", "\"a:9100\""),
            new Call("metric browser", "label/job/values", match("{instance=~\"a.*\"}"), "\"web\""),
            new Call("metric browser", "series", match("up") + "&start=FROM&end=TO&limit=40000", "\"b:9100\""),
            new Call("metric browser", "series", match("{job=\"web\"}") + "&start=FROM&end=TO", "\"le\":\"+Inf\""),
            new Call("explore", "metadata", "metric=up", ""),
            new Call("explore", "format_query", query("sum(up)by(job)"), "sum by (job) (up)"),
            new Call("explore", "query_exemplars", query("http_requests_total") + "&start=FROM&end=TO", "[]"),
            new Call("explore", "query_range", query("up") + "&start=FROM&end=TO&step=7.5", "\"b:9100\""),
            new Call("explore", "query_range", query("up") + "&start=FROM&end=TO&step=1m&timeout=60s", "\"b:9100\""),
            new Call("explore", "query", query("up") + "&time=TO&limit=1", "results truncated due to limit"),
            new Call("explore", "query", query("up[5m]") + "&time=TO", "\"resultType\":\"matrix\""),
            new Call("explore", "query", query("{job=\"web\"}") + "&time=TO", "\"http_seconds_bucket\""),
            range("rate(http_requests_total{job=\"web\"}[1m0s])", "\"0.06666"),
            range("sum by (code) (rate(http_requests_total[1m0s]))", "\"0.13333"),
            range("histogram_quantile(0.5, sum by (le) (rate(http_seconds_bucket[1m0s])))", "\"values\":["),
            range("sum by (le) (increase(http_seconds_bucket[15s]))", "\"result\":["),
            range("topk(1, http_requests_total)", "\"values\":["),
            range("label_replace(up, \"host\", \"$1\", \"instance\", \"(.*):.*\")", "\"host\":\"a\""),
            range("nothing_here", "\"result\":[]"),
            range("rate(up[5m])", "\"infos\":["),
            instant("count(up == 1)", ",\"2\"]"),
            instant("sort_desc(sum by (instance) (http_requests_total))", ",\"119\"]"),
            instant("count_over_time(up[30m0s])", ",\"120\"]"),
            instant("count(count by (__name__) ({__name__!=\"\"}))", ",\"3\"]"),
            instant("\"a string\"", "\"a string\"]"),
            new Call("annotation", "query_range", query("up == 0") + "&start=FROM&end=TO&step=60", "\"result\":[]"),
            new Call("alert list", "rules", "type=alert", "\"groups\":[]"),
            new Call("alert list", "alerts", "", "\"alerts\":[]"));

    @TestFactory
    Stream<DynamicTest> succeedsAsAPostedForm() {
        return CALLS.stream()
                .map(call -> DynamicTest.dynamicTest(
                        call.toString(),
                        () -> check(call, Http.postForm(url(call), call.filledIn(), "User-Agent", "Grafana/12.0.0"))));
    }

    /** To which Grafana turns after a 405 or 400, or where its settings say GET. */
    @TestFactory
    Stream<DynamicTest> succeedsAsAGet() {
        return CALLS.stream()
                .map(call -> DynamicTest.dynamicTest(
                        call.toString(),
                        () -> check(
                                call,
                                Http.get(
                                        url(call) + "?" + call.filledIn(),
                                        "Accept",
                                        "application/json, text/plain, */*"))));
    }

    private static String url(Call call) {
        return engram.url("/prometheus/api/v1/" + call.path);
    }

    private static void check(Call call, HttpResponse<String> response) {
        assertEquals(200, response.statusCode(), response::body);
        ApiAnswer answer = ApiAnswer.parse(response.body());
        assertEquals(null, answer.error());
        assertTrue(response.body().contains(call.holds), response::body);
    }

    /** Its decoder reads a map of strings; any rule editing that it offered would fail. */
    @Test
    void tellsItsFeaturesAsStringsAndOffersNoRuleEditing() throws Exception {
        Map<?, ?> data = (Map<?, ?>) ApiAnswer.parse(Http.get(engram.url("/prometheus/api/v1/status/buildinfo"))
                        .body())
                .data();
        Map<?, ?> features = (Map<?, ?>) data.get("features");
        assertTrue(features.values().stream().allMatch(String.class::isInstance), features::toString);
        assertEquals("false", features.get("ruler_config_api"));
    }

    @Test
    void isNotTakenForThanos() throws IOException, InterruptedException {
        assertEquals(
                404, Http.get(engram.url("/prometheus/api/v1/status/flags")).statusCode());
    }

    /** What a panel shows when its query is wrong: the text of the answer, which must be JSON to be found. */
    @Test
    void explainsAWrongQuery() throws Exception {
        String form = query("sum(up") + "&start=1&end=2&step=1";
        HttpResponse<String> response = Http.postForm(engram.url("/prometheus/api/v1/query_range"), form);
        ApiAnswer answer = ApiAnswer.parse(response.body());
        assertEquals(400, response.statusCode());
        assertEquals("bad_data", answer.errorType());
        assertTrue(answer.error().contains("parse error"), answer::error);
        assertFalse(answer.error().contains("err-engram"), answer::error);
    }
}
