package io.engram.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What the server does not put up with. */
class HttpLimitsTest {
    private static void push(Routes routes) {
        routes.add("POST", "/push", Routes.Access.WRITE, e -> {
            ByteBuf body = new ByteBuf(16);
            e.readBody(body, 1 << 20);
            e.answer(200, "text/plain", "" + body.length());
        });
    }

    @Test
    void refusesABodyThatIsDeclaredTooLong() throws Exception {
        try (TestServer server = new TestServer(HttpLimitsTest::push)) {
            HttpResponse<String> answer = server.send(
                    server.request("/push").POST(HttpRequest.BodyPublishers.ofByteArray(new byte[2 << 20])));

            assertEquals(413, answer.statusCode());
            assertEquals(
                    "the body has more than the 1048576 bytes that it may have (err-engram-request-too-large)\n",
                    answer.body());
        }
    }

    @Test
    void refusesAChunkedBodyAsSoonAsItIsTooLong() throws Exception {
        try (TestServer server = new TestServer(HttpLimitsTest::push);
                RawClient raw = new RawClient(server.port())) {
            raw.send("POST /push HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
            for (int i = 0; i < 17; i++) {
                raw.send(chunk);
            }

            assertTrue(raw.readUntil("\r\n").startsWith("HTTP/1.1 413"));
        }
    }

    @Test
    void refusesWhatIsLongerThanAnyRequestMayBe() throws Exception {
        try (TestServer server = new TestServer(HttpLimitsTest::push, "server.max-request-bytes", "1KiB")) {
            HttpResponse<String> answer =
                    server.send(server.request("/push").POST(HttpRequest.BodyPublishers.ofByteArray(new byte[2048])));

            assertEquals(413, answer.statusCode());
            assertTrue(answer.body().endsWith("(err-engram-request-too-large)\n"), answer.body());
        }
    }

    @Test
    void refusesAClientThatExpectsToContinueWithTooMuchBeforeItSends() throws Exception {
        try (TestServer server = new TestServer(HttpLimitsTest::push);
                RawClient raw = new RawClient(server.port())) {
            raw.send("POST /push HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\nExpect: 100-continue\r\n\r\n");

            assertTrue(raw.readUntil("\r\n").startsWith("HTTP/1.1 413"));
        }
    }

    @Test
    void letsAClientThatExpectsToContinueSend() throws Exception {
        try (TestServer server = new TestServer(HttpLimitsTest::push);
                RawClient raw = new RawClient(server.port())) {
            raw.send("POST /push HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
            assertEquals("HTTP/1.1 100 Continue\r\n\r\n", raw.readUntil("\r\n\r\n"));
            raw.send("12345");

            assertTrue(raw.readUntil("\r\n\r\n5").startsWith("HTTP/1.1 200"));
        }
    }

    @Test
    void givesUpOnABodyThatStopsComing() throws Exception {
        try (TestServer server = new TestServer(HttpLimitsTest::push, "server.body-grace-period", "50ms");
                RawClient raw = new RawClient(server.port())) {
            raw.send("POST /push HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nonly this");

            String answer = raw.readAll();
            assertTrue(answer.startsWith("HTTP/1.1 408"), answer);
            assertTrue(answer.contains("err-engram-request-too-slow"), answer);
        }
    }

    @Test
    void closesAConnectionOnWhichHeadersDrip() throws Exception {
        try (TestServer server = new TestServer(HttpLimitsTest::push, "server.header-timeout", "60ms");
                RawClient raw = new RawClient(server.port())) {
            raw.send("GET /ready HTTP/1.1\r\nX-Drip: ");

            assertEquals("", raw.readAll());
        }
    }

    @Test
    void leavesAnIdleConnectionOpenBetweenRequests() throws Exception {
        try (TestServer server = new TestServer(HttpLimitsTest::push, "server.header-timeout", "30ms");
                RawClient raw = new RawClient(server.port());
                RawClient dripping = new RawClient(server.port())) {
            raw.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").readUntil("OK\n");
            // The dripping one goes when the deadline has passed: by then the idle one had as long.
            dripping.send("GET /").readAll();

            assertTrue(raw.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                    .readUntil("OK\n")
                    .startsWith("HTTP/1.1 200"));
        }
    }

    @Test
    void refusesHeadersThatAreTooLong() throws Exception {
        try (TestServer server = new TestServer(HttpLimitsTest::push)) {
            HttpResponse<String> answer = server.send(server.request("/push").header("X-Long", "x".repeat(70_000)));

            assertEquals(413, answer.statusCode());
            assertTrue(answer.body().endsWith("(err-engram-request-too-large)\n"), answer.body());
        }
    }

    @Test
    void takesTheLongQueriesThatDashboardsSendWithGet() throws Exception {
        try (TestServer server =
                new TestServer(routes -> routes.addQuery("/query", e -> e.answer(200, "text/plain", "fine")))) {
            assertEquals(200, server.get("/query?query=" + "x".repeat(60_000)).statusCode());

            HttpResponse<String> refused = server.get("/query?query=" + "x".repeat(70_000));
            assertEquals(413, refused.statusCode());
            assertTrue(refused.body().contains("POST"), refused.body());
        }
    }

    @Test
    void answers503WithRetryAfterWhenAllPlacesAreTakenButShowsHealth() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        try (TestServer server = new TestServer(
                routes -> routes.add("GET", "/slow", Routes.Access.READ, e -> {
                    entered.countDown();
                    leave.await();
                    e.answer(204);
                }),
                "server.max-concurrent-requests",
                "1")) {
            CompletableFuture<HttpResponse<String>> first =
                    server.client.sendAsync(server.request("/slow").build(), HttpResponse.BodyHandlers.ofString());
            entered.await();

            HttpResponse<String> second = server.get("/slow");
            HttpResponse<String> health = server.get("/healthz");
            leave.countDown();

            assertEquals(503, second.statusCode());
            int seconds =
                    Integer.parseInt(second.headers().firstValue("Retry-After").orElseThrow());
            assertTrue(seconds >= 3 && seconds <= 9, "Retry-After " + seconds);
            assertEquals(200, health.statusCode());
            assertEquals(204, first.join().statusCode());
        }
    }

    @Test
    void acceptsNoMoreConnectionsThanConfigured() throws Exception {
        try (TestServer server = new TestServer(HttpLimitsTest::push, "server.max-connections", "2")) {
            RawClient first = new RawClient(server.port());
            RawClient second = new RawClient(server.port());
            first.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").readUntil("OK\n");
            second.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").readUntil("OK\n");
            try (RawClient third = new RawClient(server.port())) {
                third.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
                third.socket.setSoTimeout(200);
                assertThrows(SocketTimeoutException.class, () -> third.readUntil("OK\n"));
                first.close();
                third.socket.setSoTimeout(20_000);

                assertTrue(third.readUntil("OK\n").startsWith("HTTP/1.1 200"));
            } finally {
                second.close();
            }
        }
    }
}
