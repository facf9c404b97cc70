package io.engram.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.Damage;
import io.engram.model.testing.HostileCases;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Requests damaged on the wire: whatever comes, whole or in pieces, the connection is answered or closed, nothing is
 * answered with 5xx, and the next client is served as if nothing had been.
 */
class HostileHttpTest {
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3})");

    private static final List<byte[]> CORPUS = Damage.corpus(List.of(
            "GET /query?a=%C3%A9&b=c+d HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\nX-Scope-OrgID: team-a\r\n\r\n",
            "POST /query?a=1 HTTP/1.1\r\nHost: x\r\n" + FORM + "Content-Length: 9\r\n\r\na=b%20c&d",
            "POST /query HTTP/1.1\r\nHost: x\r\n" + FORM
                    + "Transfer-Encoding: chunked\r\n\r\n4\r\na=b&\r\n3;x=y\r\nc=d\r\n0\r\n" + "Trailer: t\r\n\r\n",
            "POST /push HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n12345",
            "POST /query HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 65\r\n\r\n"
                    + "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nabcdefg\r\n--x--\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
            "HEAD /query%2F/../query;x=y?%41=%42#f HTTP/1.1\r\nHost: [::1]:80\r\nConnection: keep-alive, Upgrade, HTTP2-Settings\r\n"
                    + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
            "GET http://x/query?a=b HTTP/1.0\r\nAuthorization: Basic eDp5\r\nCookie: a=b; c=\"d\"\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"));

    private static final Set<String> SERVED = ConcurrentHashMap.newKeySet();

    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer(
                routes -> {
                    routes.addQuery("/query", e -> {
                        SERVED.add("" + e.parameter("a"));
                        e.answer(200, "text/plain", "[" + e.parameter("a") + "]");
                    });
                    routes.add("POST", "/push", Routes.Access.WRITE, e -> {
                        ByteBuf body = new ByteBuf(16);
                        e.readBody(body, 1 << 20);
                        e.answer(200, "text/plain", "" + body.length());
                    });
                },
                "server.body-grace-period",
                "100ms",
                "server.header-timeout",
                "300ms",
                "server.shutdown-timeout",
                "1s"); // an HTTP/2 connection that was left in its preface is waited for
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void answersOrClosesWhateverComes() throws Exception {
        HostileCases.check(2, random -> {
            byte[] request = Damage.of(CORPUS, random);
            if (random.nextInt(4) == 0) { // a second one behind it, on the same connection
                byte[] next = Damage.of(CORPUS, random);
                request = Arrays.copyOf(request, request.length + next.length);
                System.arraycopy(next, 0, request, request.length - next.length, next.length);
            }
            String answer = exchange(request, random);
            assertNo5xx(answer, request);
        });
        assertServes();
        assertNobodyIsHeldUp();
    }

    /** What was begun is ended, or stopping would wait for it. */
    private static void assertNobodyIsHeldUp() throws Exception {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        String line = "engram_server_inflight_requests 1\n"; // the one that asks
        while (!server.get("/metrics").body().contains(line)) {
            assertTrue(System.nanoTime() < untilNs, "requests are served that ended long ago");
            Thread.onSpinWait();
        }
    }

    /** Sends it at once or in pieces, then says that nothing more comes, so that every connection ends. */
    private static String exchange(byte[] request, SplittableRandom random) throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            try {
                int sent = 0;
                while (sent < request.length) {
                    int piece =
                            random.nextBoolean() ? request.length - sent : random.nextInt(1, request.length - sent + 1);
                    client.socket.getOutputStream().write(request, sent, piece);
                    sent += piece;
                }
                client.socket.shutdownOutput();
                return client.readAll();
            } catch (SocketException e) {
                return ""; // closed on us while we still sent
            }
        }
    }

    private static void assertNo5xx(String answer, byte[] request) {
        Matcher status = STATUS.matcher(answer);
        while (status.find()) {
            String shown = new String(request, StandardCharsets.ISO_8859_1);
            assertFalse(status.group(1).startsWith("5"), () -> shown + "\n-> " + answer);
        }
    }

    private static void assertServes() throws Exception {
        assertEquals("[b]", server.get("/query?a=b").body());
    }

    private static String answer(String request) throws IOException {
        return exchange(request.getBytes(StandardCharsets.ISO_8859_1), new SplittableRandom(1));
    }

    /** Refused, or closed while we were still sending; what stands behind it is no request of its own. */
    private static void assertRefused(String request) throws IOException {
        String answer = answer(request);
        assertTrue(answer.matches("(?s)(HTTP/1\\.1 400.*)?"), () -> request + "\n-> " + answer);
        assertFalse(SERVED.contains("hidden"), request);
    }

    /** Two servers that see two ends of one request let a client smuggle another in between. */
    @Test
    void refusesLengthsThatContradictEachOther() throws Exception {
        String post = "POST /push HTTP/1.1\r\nHost: x\r\n";
        String hidden = "GET /query?a=hidden HTTP/1.1\r\nHost: x\r\n\r\n";
        assertRefused(post + "Content-Length: 4\r\nContent-Length: 5\r\n\r\n12345" + hidden);
        assertRefused(post + "Content-Length: 4, 5\r\n\r\n12345" + hidden);
        assertRefused(post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden);
        assertRefused(post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + hidden);
        assertRefused(post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + hidden);
        assertRefused(post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + hidden);
        assertRefused(post + "Content-Length: -1\r\n\r\n" + hidden);
        assertRefused(post + "Content-Length: +5\r\n\r\n12345" + hidden);
        assertRefused(post + "Content-Length: 99999999999999999999\r\n\r\n" + hidden);
        assertRefused(post + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n" + hidden);
        assertRefused(post + "Transfer-Encoding: chunked\r\n\r\n5\r\n1234567\r\n0\r\n\r\n" + hidden);
        assertServes();
    }

    @Test
    void refusesBrokenTextInTargetsAndForms() throws Exception {
        for (String query : List.of("a=%", "a=%4", "a=%zz", "a=%C3", "a=%ED%A0%80", "%F8%88=x")) {
            assertRefused("GET /query?" + query + " HTTP/1.1\r\nHost: x\r\n\r\n");
            assertRefused("POST /query HTTP/1.1\r\nHost: x\r\n" + FORM + "Content-Length: " + query.length()
                    + "\r\n\r\n" + query);
        }
        assertRefused("GET /que%ry HTTP/1.1\r\nHost: x\r\n\r\n");
        assertRefused("GET /query?a=b HTTP/1.1\r\nHost: x\r\nX-Scope-OrgID: a/../b\r\n\r\n");
        assertServes();
    }

    @Test
    void refusesMoreThanItTakesBeforeItIsAllThere() throws Exception {
        String post = "POST /query HTTP/1.1\r\nHost: x\r\n" + FORM;
        String million = "a=b&".repeat(1_000_000);
        assertTrue(answer(post + "Content-Length: " + million.length() + "\r\n\r\n" + million)
                .startsWith("HTTP/1.1 413"));
        assertTrue(answer("GET /query HTTP/1.1\r\nHost: x\r\n" + "X: y\r\n".repeat(100_000) + "\r\n")
                .matches("(?s)(HTTP/1\\.1 (413|431).*)?")); // or closed while we were sending
        assertTrue(answer("GET /query?" + "a&".repeat(100_000) + " HTTP/1.1\r\nHost: x\r\n\r\n")
                .matches("(?s)(HTTP/1\\.1 (413|414).*)?"));
        assertServes();
    }

    @Test
    void endsWithTheClientThatSaysNoMoreInTheMiddle() throws Exception {
        for (byte[] request : CORPUS) {
            for (int length = 0; length < request.length; length++) {
                assertNo5xx(exchange(Arrays.copyOf(request, length), new SplittableRandom(length)), request);
            }
        }
        assertServes();
    }

    /** One that sends a byte at a time, slower than the server waits for, is cut off and holds up nobody. */
    @Test
    void cutsOffWhoeverDripsAHeaderOrABody() throws Exception {
        try (RawClient headers = new RawClient(server.port());
                RawClient body = new RawClient(server.port())) {
            headers.send("GET /query HTTP/1.1\r\nX-Drip: ");
            body.send("POST /push HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nx");
            assertServes();

            assertTrue(body.readAll().startsWith("HTTP/1.1 408"));
            assertEquals("", headers.readAll());
        }
        assertServes();
    }
}
