package io.engram.querier;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.StaleMarker;
import io.engram.model.labels.Labels;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FederateTest {
    private final TestApi api = new TestApi();

    @AfterEach
    void close() {
        api.close();
    }

    private FakeExchange federate(String accept, String... selectors) {
        FakeExchange exchange = TestApi.exchange("GET", "/federate").header("Accept", accept);
        for (String selector : selectors) {
            exchange.with("match[]", selector);
        }
        return api.call(exchange);
    }

    @Test
    void writesTheNewestSampleOfEachSeriesSortedByName() {
        api.series(Labels.of("__name__", "up", "instance", "b:1", "job", "node"), 1, 0);
        api.series(Labels.of("__name__", "up", "job", "no\"de\\\n"), 1e21);
        api.series(Labels.of("__name__", "a", "job", "node"), Double.NEGATIVE_INFINITY);
        api.series(Labels.of("__name__", "ended", "job", "node"), 1, StaleMarker.VALUE);
        api.series(Labels.of("job", "node"), 1);
        api.store.add(
                TestApi.TENANT,
                Labels.of("__name__", "old", "job", "node"),
                new long[] {TestApi.NOW_MS - 300_001},
                new double[1]);

        FakeExchange exchange = federate("", "{job=~\".+\"}", "up");

        assertEquals(200, exchange.status);
        assertEquals("text/plain; version=0.0.4; charset=utf-8; escaping=underscores", exchange.contentType);
        assertEquals("""
                # TYPE a untyped
                a{job="node",instance=""} -Inf 1000000000
                # TYPE up untyped
                up{instance="b:1",job="node"} 0 1000000000
                up{job="no\\"de\\\\\\n",instance=""} 1e+21 1000000000
                """, exchange.text());
    }

    @Test
    void quotesUnusualNamesForThoseWhoUnderstandThem() {
        api.series(Labels.of("__name__", "my.metric", "a.b", "c", "instance", "i"), 1);

        assertEquals(
                """
                # TYPE "my.metric" untyped
                {"my.metric","a.b"="c",instance="i"} 1 1000000000
                """,
                federate("text/plain;version=1.0.0;escaping=allow-utf-8", "{\"my.metric\"}")
                        .text());
        assertEquals("""
                # TYPE my_metric untyped
                my_metric{a_b="c",instance="i"} 1 1000000000
                """, federate("text/plain", "{\"my.metric\"}").text());
    }

    @Test
    void answersNothingWithoutSelectorsAnd400ForBadOnes() {
        assertEquals("", federate("").text());
        assertEquals(400, federate("", "up{").status);
    }
}
