package io.engram.querier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.histogram.Histogram;
import io.engram.model.labels.Labels;
import io.engram.model.testing.RandomHistograms;
import io.engram.model.testing.Seeds;
import io.engram.promql.engine.Engine;
import io.engram.promql.engine.EngineConfig;
import io.engram.tsdb.chunk.HistogramAppender;
import io.engram.tsdb.chunk.HistogramChunk;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Native histograms are stored before they can be evaluated: a query that meets some says so, and nothing wrong. */
class HistogramQueriesTest {
    private static final Labels LATENCY = Labels.of("__name__", "latency", "job", "api");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "latency",
                "latency == 1",
                "sum(latency)",
                "count(latency)",
                "group(latency)",
                "absent(latency)",
                "timestamp(latency)",
                "count_values(\"v\", latency)",
                "topk(1, latency)",
                "latency or vector(0)",
                "rate(latency[5m])",
                "count_over_time(latency[5m])",
                "present_over_time(latency[5m])",
                "absent_over_time(latency[5m])",
                "last_over_time(latency[5m])",
                "changes(latency[5m])",
                "count_over_time(latency[5m:1m])",
                "scalar(latency)",
                "{job=\"api\"}"
            })
    void floatQueryOverHistogramsIsRefusedAsNotEvaluated(String query) {
        try (Engine engine = new Engine(EngineConfig.defaults());
                TestApi api = new TestApi(engine)) {
            api.series(Labels.of("__name__", "up", "job", "api"), 1, 1, 1);
            for (boolean mixed : new boolean[] {false, true}) {
                if (mixed) {
                    api.series(LATENCY, 3, 4); // newer than the histograms
                } else {
                    histograms(api);
                }
                for (FakeExchange answer : new FakeExchange[] {
                    api.get("query", "query", query),
                    api.get("query_range", "query", query, "start", "999900", "end", "1000000", "step", "15")
                }) {
                    assertEquals(422, answer.status, answer.text());
                    assertEquals("execution", answer.json().get("errorType"));
                    assertTrue(String.valueOf(answer.json().get("error")).contains("native histograms"), answer.text());
                }
            }
        }
    }

    /** Ten, each 15 s, up to 45 s ago. */
    private static void histograms(TestApi api) {
        SplittableRandom random = Seeds.random();
        Histogram h = RandomHistograms.next(random);
        HistogramAppender appender = new HistogramAppender();
        HistogramChunk chunk = new HistogramChunk();
        long timeMs = TestApi.NOW_MS - 45_000 - 9 * 15_000;
        appender.begin(chunk, timeMs, h);
        for (int i = 1; i < 10; i++) {
            timeMs += 15_000;
            assertTrue(appender.append(chunk, timeMs, h));
        }
        api.store.addRaw(
                TestApi.TENANT,
                LATENCY,
                chunk.encoding(),
                chunk.firstMs(),
                chunk.lastMs(),
                Arrays.copyOf(chunk.bytes(), chunk.byteLength()));
    }
}
