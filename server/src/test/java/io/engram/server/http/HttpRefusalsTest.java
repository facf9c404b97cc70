package io.engram.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.StrictJson;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whether a refusal is text or Prometheus' JSON envelope. */
class HttpRefusalsTest {
    @Test
    void answersInJsonWhereJsonIsAskedFor() throws Exception {
        try (TestServer server = new TestServer(_ -> {})) {
            HttpResponse<String> answer = server.send(server.request("/nowhere").header("Accept", "application/json"));

            assertEquals(
                    "{\"status\":\"error\",\"errorType\":\"not_found\",\"error\":"
                            + "\"nothing is served at /nowhere (err-engram-path-unknown)\"}",
                    answer.body());
        }
    }

    @Test
    void refusesInPrometheusEnvelopeBelowItsApiAndInTextElsewhere() throws Exception {
        try (TestServer server = new TestServer(
                routes -> {
                    for (String pattern : List.of("/api/v1/query", "/prometheus/api/v1/query", "/federate")) {
                        routes.addQuery(pattern, e -> e.answer(200, "text/plain", e.parameter("query")));
                    }
                    for (String pattern : List.of("/api/v1/push", "/push")) {
                        routes.add("POST", pattern, Routes.Access.WRITE, e -> e.answer(204));
                    }
                },
                "server.max-request-bytes",
                "100")) {
            HttpRequest.BodyPublisher tooLong = HttpRequest.BodyPublishers.ofByteArray(new byte[200]);
            for (String api : List.of("/api/v1", "/prometheus/api/v1")) {
                assertEnvelope("not_found", 404, server.get(api + "/nowhere"));
                assertEnvelope(
                        "method_not_allowed",
                        405,
                        server.send(server.request(api + "/query").DELETE()));
                assertEnvelope(
                        "too_large",
                        413,
                        server.send(server.request(api + "/query").POST(tooLong)));
                assertEnvelope("bad_data", 400, server.get(api + "/query?a=%ff"));
                assertEnvelope(
                        "not_found",
                        404,
                        server.send(server.request(api + "/nowhere").header("Accept", "*/*")));
            }
            for (HttpRequest.Builder request : List.of(
                    server.request("/nowhere"),
                    server.request("/api/v2/query"),
                    server.request("/federate?a=%ff"),
                    server.request("/push"),
                    server.request("/api/v1/push"),
                    server.request("/api/v1/push").POST(tooLong),
                    server.request("/api/v1/nowhere").header("Accept", "text/plain"))) {
                HttpResponse<String> refused = server.send(request);
                assertEquals(4, refused.statusCode() / 100);
                assertTrue(refused.body().endsWith(")\n"), refused.body());
                assertEquals(
                        "text/plain; charset=utf-8",
                        refused.headers().firstValue("Content-Type").orElseThrow());
            }
        }
    }

    private static void assertEnvelope(String errorType, int status, HttpResponse<String> answer) {
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals(
                "application/json", answer.headers().firstValue("Content-Type").orElseThrow());
        assertEquals("error", StrictJson.object(answer.body()).get("status"));
        assertEquals(errorType, StrictJson.object(answer.body()).get("errorType"));
    }
}
