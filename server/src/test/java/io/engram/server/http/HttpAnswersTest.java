package io.engram.server.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class HttpAnswersTest {
    private static void get(Routes routes, String pattern, Endpoint endpoint) {
        routes.add("GET", pattern, Routes.Access.READ, endpoint);
    }

    @Test
    void answersNotFoundWithTheIdAndNoTraceOfTheProduct() throws Exception {
        try (TestServer server = new TestServer(_ -> {})) {
            HttpResponse<String> answer = server.get("/nowhere");

            assertEquals(404, answer.statusCode());
            assertEquals("nothing is served at /nowhere (err-engram-path-unknown)\n", answer.body());
            assertTrue(answer.headers().firstValue("Server").isEmpty());
        }
    }

    @Test
    void saysWhereItIsServedWhenASlashIsTooMuch() throws Exception {
        try (TestServer server = new TestServer(routes -> get(routes, "/label/{name}/values", e -> e.answer(204)))) {
            HttpResponse<String> answer = server.get("/label/job/values/");

            assertEquals(404, answer.statusCode());
            assertEquals(
                    "nothing is served at /label/job/values/, but at /label/job/values (err-engram-path-unknown)\n",
                    answer.body());
        }
    }

    @Test
    void namesTheMethodsThatAreAllowed() throws Exception {
        try (TestServer server = new TestServer(routes -> routes.addQuery("/query", e -> e.answer(204)))) {
            HttpResponse<String> refused = server.send(server.request("/query").DELETE());
            HttpResponse<String> options =
                    server.send(server.request("/query").method("OPTIONS", HttpRequest.BodyPublishers.noBody()));

            assertEquals(405, refused.statusCode());
            assertEquals(
                    "GET, POST, HEAD, OPTIONS",
                    refused.headers().firstValue("Allow").orElseThrow());
            assertEquals(204, options.statusCode());
            assertEquals(
                    "GET, POST, HEAD, OPTIONS",
                    options.headers().firstValue("Allow").orElseThrow());
        }
    }

    @Test
    void answersHeadWithTheLengthAndWithoutTheBody() throws Exception {
        try (TestServer server = new TestServer(_ -> {})) {
            HttpResponse<String> answer = server.send(server.request("/healthz").HEAD());

            assertEquals(200, answer.statusCode());
            assertEquals("3", answer.headers().firstValue("Content-Length").orElseThrow());
            assertEquals("", answer.body());
        }
    }

    @Test
    void servesRequestsOneAfterTheOtherOnOneConnection() throws Exception {
        try (TestServer server = new TestServer(_ -> {});
                RawClient raw = new RawClient(server.port())) {
            for (int i = 0; i < 3; i++) {
                raw.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
                assertTrue(raw.readUntil("OK\n").startsWith("HTTP/1.1 200"));
            }
        }
    }

    @Test
    void answersAClientThatClosedItsSendingSide() throws Exception {
        try (TestServer server = new TestServer(_ -> {});
                RawClient raw = new RawClient(server.port())) {
            raw.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
            raw.socket.shutdownOutput();

            assertTrue(raw.readAll().endsWith("\r\n\r\nOK\n"));
        }
    }

    @Test
    void compressesLongAnswersOnly() throws Exception {
        String text = "engram ".repeat(1000);
        try (TestServer server = new TestServer(routes -> {
            get(routes, "/long", e -> e.answer(200, "application/json", text));
            get(routes, "/short", e -> e.answer(200, "application/json", "{}"));
        })) {
            HttpResponse<byte[]> answer = server.client.send(
                    server.request("/long").header("Accept-Encoding", "gzip").build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            HttpResponse<String> brief = server.send(server.request("/short").header("Accept-Encoding", "gzip"));

            assertEquals("gzip", answer.headers().firstValue("Content-Encoding").orElseThrow());
            assertArrayEquals(
                    text.getBytes(StandardCharsets.UTF_8),
                    new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes());
            assertTrue(brief.headers().firstValue("Content-Encoding").isEmpty());
            assertEquals("{}", brief.body());
        }
    }

    @Test
    void leavesBodiesOfRequestsAsTheyWereSent() throws Exception {
        try (TestServer server = new TestServer(routes -> routes.add("POST", "/push", Routes.Access.WRITE, e -> {
            ByteBuf body = new ByteBuf(16);
            e.readBody(body, 100);
            e.answer(200, "text/plain", e.header("Content-Encoding") + " " + body.length() + " " + e.declaredLength());
        }))) {
            HttpResponse<String> answer = server.send(server.request("/push")
                    .header("Content-Encoding", "gzip")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[7])));

            assertEquals("gzip 7 7", answer.body());
        }
    }

    @Test
    void readsChunkedBodies() throws Exception {
        try (TestServer server = new TestServer(routes -> routes.add("POST", "/push", Routes.Access.WRITE, e -> {
                    ByteBuf body = new ByteBuf(1);
                    e.readBody(body, 100);
                    e.answer(
                            200,
                            "text/plain",
                            new String(body.array(), 0, body.length(), StandardCharsets.UTF_8) + e.declaredLength());
                }));
                RawClient raw = new RawClient(server.port())) {
            raw.send("POST /push HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            raw.send("3\r\nabc\r\n").send("2\r\nde\r\n").send("0\r\n\r\n");

            assertTrue(raw.readUntil("abcde-1").startsWith("HTTP/1.1 200"));
        }
    }

    @Test
    void refusesWhatIsNotProperlyEncoded() throws Exception {
        try (TestServer server = new TestServer(
                        routes -> get(routes, "/q/{x}", e -> e.answer(200, "text/plain", "" + e.parameter("a"))));
                RawClient raw = new RawClient(server.port())) {
            for (String target : List.of("/q/x?a=%zz", "/q/x?a=%4", "/q/x?a=%ff", "/q/%c3%28")) {
                raw.send("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
                String answer = raw.readUntil("(err-engram-request-malformed)\n");
                assertTrue(answer.startsWith("HTTP/1.1 400"), target + ": " + answer);
            }
        }
    }

    @Test
    void streamsAnswersThatAreMadeBitByBit() throws Exception {
        try (TestServer server = new TestServer(routes -> get(routes, "/stream", e -> {
            try (OutputStream out = e.stream(200, "application/octet-stream")) {
                for (int i = 0; i < 1000; i++) {
                    out.write(new byte[5000]);
                }
            }
        }))) {
            assertEquals(5_000_000, server.get("/stream").body().length());
        }
    }

    @Test
    void sendsAStreamThatStaysShortWholeWithItsLength() throws Exception {
        try (TestServer server = new TestServer(routes -> get(routes, "/stream", e -> {
            OutputStream out = e.stream(200, "text/plain");
            out.write(new byte[3000]);
            out.write('x');
            out.close();
        }))) {
            HttpResponse<String> answer = server.get("/stream");

            assertEquals("3001", answer.headers().firstValue("Content-Length").orElse("none"));
            assertEquals(3001, answer.body().length());
            assertTrue(answer.body().endsWith("x"));
        }
    }

    @Test
    void answersAStreamThatFailsWhileItIsShortWith500() throws Exception {
        try (TestServer server = new TestServer(routes -> get(routes, "/stream", e -> {
            OutputStream out = e.stream(200, "text/plain");
            out.write("half".getBytes(StandardCharsets.UTF_8));
            throw new IllegalStateException("half-way");
        }))) {
            HttpResponse<String> answer = server.get("/stream");

            assertEquals(500, answer.statusCode());
            assertFalse(answer.body().contains("half"), "what was gathered must not go out");
        }
    }

    @Test
    void breaksTheConnectionWhenAStreamCannotBeFinished() throws Exception {
        try (TestServer server = new TestServer(routes -> get(routes, "/stream", e -> {
                    OutputStream out = e.stream(200, "text/plain");
                    out.write(new byte[100_000]);
                    throw new IllegalStateException("half-way");
                }));
                RawClient raw = new RawClient(server.port())) {
            raw.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");

            assertFalse(raw.readAll().endsWith("0\r\n\r\n"), "the end of a chunked answer would make it look whole");
        }
    }

    @Test
    void answersAMistakeOfOursWith500AndTheIdAlone() throws Exception {
        try (TestServer server = new TestServer(routes -> {
            get(routes, "/broken", _ -> {
                throw new IllegalStateException("secret detail");
            });
            get(routes, "/silent", _ -> {});
        })) {
            HttpResponse<String> broken = server.get("/broken");

            assertEquals(500, broken.statusCode());
            assertEquals("internal error (err-engram-internal)\n", broken.body());
            assertEquals(500, server.get("/silent").statusCode());
        }
    }

    @Test
    void keepsHeadersThatWereSetBeforeARefusal() throws Exception {
        try (TestServer server = new TestServer(routes -> get(routes, "/refused", e -> {
            e.setHeader("X-Written", "7");
            throw new Failure(ErrorId.REQUEST_MALFORMED, "no");
        }))) {
            HttpResponse<String> answer = server.get("/refused");

            assertEquals(400, answer.statusCode());
            assertEquals("7", answer.headers().firstValue("X-Written").orElseThrow());
        }
    }

    @Test
    void noticesThatAClientHungUp() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch noticed = new CountDownLatch(1);
        try (TestServer server = new TestServer(routes -> get(routes, "/wait", e -> {
            entered.countDown();
            while (!e.clientGone()) {
                Thread.onSpinWait();
            }
            noticed.countDown();
            e.answer(204);
        }))) {
            try (RawClient raw = new RawClient(server.port())) {
                raw.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
                entered.await();
            }

            assertTrue(noticed.await(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void lookingForTheClientDoesNotLoseTheNextRequest() throws Exception {
        try (TestServer server = new TestServer(routes -> get(routes, "/look", e -> {
                    for (int i = 0; i < 100; i++) {
                        assertFalse(e.clientGone());
                    }
                    e.answer(200, "text/plain", "looked");
                }));
                RawClient raw = new RawClient(server.port())) {
            raw.send("GET /look HTTP/1.1\r\nHost: x\r\n\r\n".repeat(2) + "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");

            assertTrue(raw.readUntil("OK\n").startsWith("HTTP/1.1 200"));
        }
    }

    @Test
    void keepsOperatorsPathsFromWebPagesAndProxies() throws Exception {
        try (TestServer server =
                new TestServer(routes -> routes.add("POST", "/flush", Routes.Access.OPERATE, e -> e.answer(204)))) {
            HttpRequest.BodyPublisher none = HttpRequest.BodyPublishers.noBody();

            assertEquals(204, server.send(server.request("/flush").POST(none)).statusCode());
            for (String[] header : new String[][] {
                {"X-Forwarded-For", "203.0.113.9"}, {"Origin", "http://evil.example"}, {"Sec-Fetch-Site", "cross-site"}
            }) {
                HttpResponse<String> refused = server.send(
                        server.request("/flush").header(header[0], header[1]).POST(none));
                assertEquals(403, refused.statusCode(), header[0]);
            }
        }
    }

    @Test
    void whatIsNoHttpIsTheClientsMistake() throws Exception {
        try (TestServer server = new TestServer(_ -> {});
                RawClient raw = new RawClient(server.port())) {
            raw.send("GET  /\r\n\r\n");

            String answer = new String(raw.socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
            assertTrue(answer.contains("(err-engram-request-malformed)"), answer);
        }
    }

    @Test
    void aClientThatHangsUpInItsBodyIsNotWorthALogLine() throws Exception {
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        root.addAppender(lines);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        try (TestServer server = new TestServer(routes -> routes.add("POST", "/push", Routes.Access.WRITE, e -> {
            begun.countDown();
            try {
                e.readBody(new ByteBuf(16), 1000);
            } finally {
                ended.countDown();
            }
        }))) {
            try (RawClient raw = new RawClient(server.port())) {
                raw.send("POST /push HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
                begun.await();
            }
            ended.await();
        } finally {
            root.detachAppender(lines);
        }
        assertEquals(
                List.of(),
                lines.list.stream()
                        .filter(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
                        .map(ILoggingEvent::getFormattedMessage)
                        .toList());
    }
}
