package io.engram.querier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.labels.Labels;
import io.engram.promql.engine.Engine;
import io.engram.promql.engine.EngineConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Grafana's Prometheus data source asks, from the health check to the label browser. */
class GrafanaCallsTest {
    private final Engine engine = new Engine(EngineConfig.defaults());
    private final TestApi api = new TestApi(engine);

    @AfterEach
    void close() {
        api.close();
        engine.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "GET"})
    void succeedsForEveryCall(String method) {
        api.series(Labels.of("__name__", "up", "job", "node"), 1);
        String[][] calls = {
            {"query", "query", "1+1", "time", "1000000.123"},
            {"query", "query", "up", "time", "1000000", "timeout", "60s"},
            {"query_range", "query", "up{job=\"node\"}", "start", "999700", "end", "1000000", "step", "15"},
            {"query_exemplars", "query", "test", "start", "1700000000000", "end", "1700003600000"},
            {"query_exemplars", "query", "up", "start", "999700", "end", "1000000"},
            {"rules"},
            {"rules", "type", "record"},
            {"alerts"},
            {"status/buildinfo"},
            {"labels", "match[]", "up", "start", "999700", "end", "1000000"},
            {"labels", "start", "999700", "end", "1000000", "limit", "40000"},
            {"label/__name__/values", "start", "999700", "end", "1000000", "limit", "40000"},
            {"label/job/values", "match[]", "up"},
            {"series", "match[]", "up", "start", "999700", "end", "1000000"},
            {"metadata", "limit", "5000"},
            {"metadata", "metric", "up"},
            {"format_query", "query", "sum(up)by(job)"},
        };
        for (String[] call : calls) {
            String[] parameters = Arrays.copyOfRange(call, 1, call.length);
            FakeExchange exchange = TestApi.exchange(method, "/prometheus/api/v1/" + call[0], parameters);
            api.call(exchange);
            assertEquals(200, exchange.status, String.join(" ", call) + ": " + exchange.text());
            assertEquals("success", exchange.json().get("status"), String.join(" ", call));
        }
    }

    @Test
    void tellsFeaturesAsStringsAndNoRuleEditing() {
        Map<?, ?> data = ResultOf.data(api.get("status/buildinfo"));
        Map<?, ?> features = (Map<?, ?>) data.get("features");

        assertEquals("Engram", data.get("application"));
        assertEquals("1.2.3", data.get("version"));
        assertEquals("false", features.get("ruler_config_api"));
        assertTrue(features.values().stream().allMatch(String.class::isInstance));
    }

    @Test
    void answersRulesAlertsMetadataAndExemplarsAsEmpty() {
        assertEquals(Map.of("groups", List.of()), ResultOf.data(api.get("rules")));
        assertEquals(Map.of("alerts", List.of()), ResultOf.data(api.get("alerts")));
        assertEquals(Map.of(), ResultOf.data(api.get("metadata")));
        assertEquals(List.of(), ResultOf.value(api.get("query_exemplars", "query", "up")));
    }

    @Test
    void refusesMistakesInThem() {
        assertEquals(
                "limit must be a number",
                api.get("metadata", "limit", "x").json().get("error"));
        assertEquals(
                "invalid parameter \"type\": not supported value \"x\"",
                api.get("rules", "type", "x").json().get("error"));
        assertEquals(
                "end timestamp must not be before start timestamp",
                api.get("query_exemplars", "query", "up", "start", "2", "end", "1")
                        .json()
                        .get("error"));
        assertEquals(400, api.get("query_exemplars", "query", "up{").status);
        assertEquals(400, api.get("format_query", "query", "up{").status);
    }

    @Test
    void formatsQueries() {
        assertEquals("sum by (job) (up)", ResultOf.value(api.get("format_query", "query", "sum(up)by(job)")));
    }

    @Test
    void saysWhatItsAddressIsForInABrowser() {
        for (String path : List.of("/prometheus", "/prometheus/")) {
            FakeExchange exchange = api.call(TestApi.exchange("GET", path));
            assertEquals(200, exchange.status);
            assertTrue(exchange.text().contains("/prometheus/api/v1/query?query=up"), exchange::text);
        }
    }

    @Test
    void servesThanosLikePathsAtTheRootOnlyAndRulesBelowThePrefixOnly() {
        for (String path : List.of("status/flags", "status/config", "status/runtimeinfo")) {
            assertTrue(api.serves("GET", "/api/v1/" + path), path);
            assertFalse(api.serves("GET", "/prometheus/api/v1/" + path), path);
            FakeExchange exchange = api.call(TestApi.exchange("GET", "/api/v1/" + path));
            assertEquals("success", exchange.json().get("status"), path);
        }
        for (String path : List.of("rules", "alerts")) {
            assertFalse(api.serves("GET", "/api/v1/" + path), path);
        }
        for (String path : List.of("query", "query_range", "series", "labels", "metadata", "status/buildinfo")) {
            assertTrue(api.serves("GET", "/api/v1/" + path), path);
            assertTrue(api.serves("POST", "/api/v1/" + path), path);
        }
    }
}
