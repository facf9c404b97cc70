package io.engram.querier;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;

/** Takes answers apart. */
final class ResultOf {
    private ResultOf() {}

    /** The data of an answer that must be a success. */
    static Object value(FakeExchange exchange) {
        assertEquals(200, exchange.status, exchange.text());
        assertEquals("success", exchange.json().get("status"));
        return exchange.json().get("data");
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> data(FakeExchange exchange) {
        return (Map<String, Object>) value(exchange);
    }
}
