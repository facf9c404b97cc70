package io.engram.querier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.StaleMarker;
import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.promql.engine.Engine;
import io.engram.promql.engine.EngineConfig;
import io.engram.promql.engine.QueryException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryApiTest {
    private static final Labels UP = Labels.of("__name__", "up", "job", "node");

    private TestApi api = new TestApi();

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void answersRangeQueryWithMatrix() {
        api.series(UP, 1, 0.5, 1e21);

        FakeExchange exchange =
                api.post("query_range", "query", "up", "start", "999969.5", "end", "1000000", "step", "15.25");

        assertEquals(200, exchange.status);
        assertEquals("application/json", exchange.contentType);
        assertEquals(
                "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"__name__\":\"up\","
                        + "\"job\":\"node\"},\"values\":[[999984.750,\"1\"],[1000000,\"1e+21\"]]}]}}",
                exchange.text());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"limitk(1, up)", "sort_by_label(up, \"job\")"})
    void experimentalFunctionsAreForTenantsThatMayUseThem(String query) {
        try (Engine engine = new Engine(EngineConfig.defaults());
                TestApi evaluating = new TestApi(engine)) {
            evaluating.series(UP, 1);

            FakeExchange refused = evaluating.get("query", "query", query);
            evaluating.experimenters.add(TestApi.TENANT);
            FakeExchange parsed = evaluating.get("query", "query", query);

            assertEquals(400, refused.status);
            assertTrue(refused.text().contains("(here: limits.promql-experimental-functions)"), refused.text());
            assertFalse(parsed.text().contains("promql-experimental-functions"), parsed.text());
            assertFalse(parsed.text().contains("is not enabled"), parsed.text());
        }
    }

    @Test
    void namesNoSwitchWhereTheQueryIsWrongAnyway() {
        String error = api.get("query", "query", "limitk(1, up").text();

        assertFalse(error.contains("limits."), error);
    }

    @ParameterizedTest
    @CsvSource({
        "1e21, 1e+21",
        "1e-7, 1e-07",
        "Infinity, +Inf",
        "-Infinity, -Inf",
        "NaN, NaN",
        "0.1, 0.1",
        "1e20, 100000000000000000000"
    })
    void writesValuesAsGoPrintsThem(double value, String expected) {
        api.series(UP, value);

        assertEquals(
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"__name__\":\"up\","
                        + "\"job\":\"node\"},\"value\":[1000000,\"" + expected + "\"]}]}}",
                api.get("query", "query", "up").text());
    }

    @Test
    void answersScalarsStringsAndNothing() {
        assertEquals(
                "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[7.500,\"42\"]}}",
                api.get("query", "query", "42", "time", "7.5").text());
        assertEquals(
                "{\"status\":\"success\",\"data\":{\"resultType\":\"string\",\"result\":[-1,\"a\\\"b\"]}}",
                api.get("query", "query", "'a\"b'", "time", "-1").text());
        assertEquals(
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}",
                api.get("query", "query", "nothing").text());
        assertEquals(
                "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}",
                api.get("query_range", "query", "nothing", "start", "0", "end", "0", "step", "1m")
                        .text());
    }

    @Test
    void leavesOutSeriesThatEnded() {
        api.series(UP, 1, StaleMarker.VALUE);

        assertEquals(List.of(), ResultOf.data(api.get("query", "query", "up")).get("result"));
    }

    @ParameterizedTest
    @CsvSource({
        "1435781430.781, 1435781430781",
        "1.4357814e9, 1435781400000",
        "-0.0015, -2",
        "2015-07-01T20:10:30.781Z, 1435781430781",
        "2015-07-01T22:10:30+02:00, 1435781430000",
        "1e300, 9007199254740992",
        "-292273086-05-16T16:47:06Z, -9007199254740992"
    })
    void readsTimesInEveryForm(String time, long expectedMs) {
        assertEquals(200, api.get("query", "query", "1", "time", time).status);

        assertEquals(expectedMs, api.evaluator.lastOptions.startMs());
    }

    @Test
    void takesTimeoutAndLookbackFromTheRequest() {
        api.get("query", "query", "1", "timeout", "500ms", "lookback_delta", "90");
        assertTrue(api.evaluator.lastOptions.timeoutMs() <= 500);
        assertEquals(90_000, api.evaluator.lastOptions.lookbackMs());

        api.get("query", "query", "1", "timeout", "1h");
        assertTrue(api.evaluator.lastOptions.timeoutMs() <= 120_000, "the operator's timeout is the most there is");
        assertEquals(300_000, api.evaluator.lastOptions.lookbackMs());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "query|x|invalid parameter \"time\": cannot parse \"x\" to a valid timestamp|time=x",
                "query|x|invalid parameter \"time\": cannot parse \"NaN\" to a valid timestamp|time=NaN",
                "query||invalid parameter \"query\": unknown position: parse error: no expression found in input|",
                "query|up{|invalid parameter \"query\": 1:4: parse error: unexpected end of input inside braces|",
                "query|1|invalid parameter \"timeout\": cannot parse \"soon\" to a valid duration|timeout=soon",
                "query|1|error parsing lookback delta duration: cannot parse \"far\" to a valid duration|lookback_delta=far",
                "query|1|invalid parameter \"limit\": strconv.Atoi: parsing \"many\": invalid syntax|limit=many",
                "query|1|invalid parameter \"limit\": limit must be non-negative|limit=-1",
                "query_range|1|invalid parameter \"start\": cannot parse \"\" to a valid timestamp|end=1&step=1",
                "query_range|1|invalid parameter \"end\": cannot parse \"x\" to a valid timestamp|start=1&end=x&step=1",
                "query_range|1|invalid parameter \"end\": end timestamp must not be before start time|start=2&end=1&step=1",
                "query_range|1|invalid parameter \"step\": cannot parse \"\" to a valid duration|start=1&end=2",
                "query_range|1|invalid parameter \"step\": cannot parse \"Inf\" to a valid duration|start=1&end=2&step=Inf",
                "query_range|1|invalid parameter \"step\": cannot parse \"1e30\" to a valid duration. It overflows int64|start=1&end=2&step=1e30",
                "query_range|1|invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a positive integer|start=1&end=2&step=0",
                "query_range|1|invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a positive integer|start=1&end=2&step=-5",
                "query_range|1|exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)|start=0&end=11001&step=1",
                "query_range|up[5m]|invalid parameter \"query\": invalid expression type \"range vector\" for range query, must be Scalar or instant Vector|start=0&end=1&step=1",
            })
    void refusesBadInputInTheWordsOfPrometheus(String path, String query, String expected, String parameters) {
        FakeExchange exchange =
                TestApi.exchange("GET", "/prometheus/api/v1/" + path, "query", query == null ? "" : query);
        for (String parameter : parameters == null ? new String[0] : parameters.split("&")) {
            exchange.with(
                    parameter.substring(0, parameter.indexOf('=')), parameter.substring(parameter.indexOf('=') + 1));
        }

        api.call(exchange);

        assertEquals(expected, exchange.json().get("error"));
        assertEquals("bad_data", exchange.json().get("errorType"));
        assertEquals("error", exchange.json().get("status"));
        assertEquals(400, exchange.status);
    }

    @Test
    void allowsElevenThousandIntervals() {
        assertEquals(200, api.get("query_range", "query", "up", "start", "0", "end", "11000", "step", "1").status);
    }

    @Test
    void cutsToTheLimitAndSaysSo() {
        IntStream.range(0, 5).forEach(i -> api.series(Labels.of("__name__", "up", "i", "" + i), i));

        FakeExchange cut = api.get("query", "query", "up", "limit", "2");
        assertEquals(2, ((List<?>) ResultOf.data(cut).get("result")).size());
        assertEquals(List.of("results truncated due to limit"), cut.json().get("warnings"));

        FakeExchange range =
                api.get("query_range", "query", "up", "start", "1000000", "end", "1000000", "step", "1", "limit", "4");
        assertEquals(4, ((List<?>) ResultOf.data(range).get("result")).size());

        for (String all : List.of("0", "5", "")) {
            FakeExchange whole = api.get("query", "query", "up", "limit", all);
            assertEquals(5, ((List<?>) ResultOf.data(whole).get("result")).size());
            assertFalse(whole.json().containsKey("warnings"));
        }
    }

    @Test
    void showsTenAnnotationsOfAKindAndCountsTheRest() {
        api.evaluator.warnings = IntStream.range(0, 12).mapToObj(i -> "w" + i).toList();
        api.evaluator.infos = List.of("PromQL info: one (1:1)");

        FakeExchange exchange = api.get("query", "query", "1");

        List<?> warnings = (List<?>) exchange.json().get("warnings");
        assertEquals(11, warnings.size());
        assertEquals("2 more warning annotations omitted", warnings.getLast());
        assertEquals(List.of("PromQL info: one (1:1)"), exchange.json().get("infos"));
    }

    @ParameterizedTest
    @CsvSource({"EXECUTION, 422, execution", "TIMEOUT, 503, timeout", "CANCELED, 499, canceled"})
    void mapsWhatTheEngineThrows(QueryException.Kind kind, int status, String type) {
        api.evaluator.failure = new QueryException(kind, "no");

        FakeExchange exchange = api.get("query", "query", "1");

        assertEquals(status, exchange.status);
        assertEquals("{\"status\":\"error\",\"errorType\":\"" + type + "\",\"error\":\"no\"}", exchange.text());
    }

    @Test
    void leavesMistakesOfOursToTheServer() {
        api.evaluator.failure = new IllegalStateException("bug");

        AssertionError e = assertThrows(AssertionError.class, () -> api.get("query", "query", "1"));

        assertEquals(api.evaluator.failure, e.getCause());
    }

    @Test
    void answers422WithTheKeyWhereAQueryFetchesTooMuch() {
        api.close();
        api = new TestApi("querier.max-fetched-series", "1");
        api.series(UP, 1).series(Labels.of("__name__", "up", "job", "other"), 1);

        FakeExchange exchange = api.get("query", "query", "up");

        assertEquals(422, exchange.status);
        assertEquals("execution", exchange.json().get("errorType"));
        assertTrue(exchange.text().contains("querier.max-fetched-series"));
    }

    @Test
    void namesTheLimitWhereAQueryHoldsTooManySamples() {
        api.close();
        Engine engine = new Engine(EngineConfig.defaults());
        api = new TestApi(engine, "querier.max-samples", "2");
        api.series(UP, 1, 2, 3, 4);

        FakeExchange exchange = api.get("query", "query", "up[5m]");
        engine.close();

        assertEquals(422, exchange.status);
        assertEquals(
                "query processing would load too many samples into memory in query execution: it may hold 2. "
                        + "Narrow the query, or raise querier.max-samples.",
                exchange.json().get("error"));
    }

    @Test
    void answersTimeoutWhereNoneIsLeft() {
        FakeExchange exchange = api.get("query", "query", "1", "timeout", "0");

        assertEquals(503, exchange.status);
        assertEquals("timeout", exchange.json().get("errorType"));
    }

    @Test
    void refusesAnAcceptHeaderThatRulesOutJson() {
        for (String no : List.of("text/html", "application/json;q=0", "image/*, text/*")) {
            FakeExchange exchange = api.call(TestApi.exchange("GET", "/prometheus/api/v1/query", "query", "1")
                    .header("Accept", no));
            assertEquals(406, exchange.status, no);
            assertEquals("not_acceptable", exchange.json().get("errorType"));
        }
        for (String yes : List.of(
                "", "*/*", "application/json", "text/html, application/*;q=0.5", "application/json, text/plain, */*")) {
            assertEquals(
                    200,
                    api.call(TestApi.exchange("GET", "/prometheus/api/v1/query", "query", "1")
                                    .header("Accept", yes))
                            .status,
                    yes);
        }
    }

    @Test
    void keepsTenantsApart() {
        api.series(UP, 1);
        api.store.add(new TenantId("team-b"), UP, new long[] {TestApi.NOW_MS}, new double[] {2});

        FakeExchange other =
                new FakeExchange("GET", "/prometheus/api/v1/query", new TenantId("team-b")).with("query", "up");

        assertTrue(api.call(other).text().contains("[1000000,\"2\"]"));
        assertTrue(api.get("query", "query", "up").text().contains("[1000000,\"1\"]"));
    }

    @Test
    void countsRequestsByEndpointAndStatus() {
        api.get("query", "query", "1");
        api.get("query", "query", "");

        assertEquals(
                1,
                api.metrics
                        .counter("engram_querier_requests_total", "", "endpoint", "query", "status_code", "200")
                        .getCount());
        assertEquals(
                1,
                api.metrics
                        .counter("engram_querier_requests_total", "", "endpoint", "query", "status_code", "400")
                        .getCount());
    }
}
