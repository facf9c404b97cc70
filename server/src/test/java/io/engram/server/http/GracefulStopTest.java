package io.engram.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class GracefulStopTest {
    @Test
    void finishesTheRequestInFlightAndRefusesNewOnes() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        try (TestServer server = new TestServer(routes -> routes.add("GET", "/slow", Routes.Access.READ, e -> {
                    entered.countDown();
                    leave.await();
                    e.answer(200, "text/plain", "done");
                }));
                RawClient idle = new RawClient(server.port())) {
            idle.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").readUntil("OK\n");
            CompletableFuture<HttpResponse<String>> inFlight =
                    server.client.sendAsync(server.request("/slow").build(), HttpResponse.BodyHandlers.ofString());
            entered.await();

            int port = server.port();
            Thread stop = Thread.ofPlatform().start(server.http::stop);
            awaitClosed(port); // the port closes first: from then on nobody new gets in
            leave.countDown();
            stop.join();

            assertEquals("done", inFlight.join().body());
            assertTrue(idle.readAll().isEmpty());
        }
    }

    /** Components are stopped after this, and write down what they hold: nothing may keep them from it. */
    @Test
    void aRequestThatDoesNotEndIsCutOff() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        TestServer server = new TestServer(
                routes -> routes.add("GET", "/stuck", Routes.Access.READ, e -> {
                    entered.countDown();
                    never.await();
                }),
                "server.shutdown-timeout",
                "100ms");
        try (RawClient client = new RawClient(server.port())) {
            client.send("GET /stuck HTTP/1.1\r\nHost: x\r\n\r\n");
            entered.await();

            server.http.stop();

            assertTrue(client.readAll().isEmpty());
        } finally {
            never.countDown();
            server.close();
        }
    }

    /** Their clients would keep the stop waiting for the whole of server.shutdown-timeout. */
    @Test
    @Timeout(60)
    void http2ConnectionsThatIdleAreClosedAtOnce() throws Exception {
        String preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        try (TestServer server = new TestServer(_ -> {}, "server.shutdown-timeout", "10m");
                RawClient prefaceOnly = new RawClient(server.port());
                RawClient idle = new RawClient(server.port())) {
            prefaceOnly.send(preface);
            idle.send(preface).send("\0\0\0\4\0\0\0\0\0"); // and empty SETTINGS
            assertEquals(9, idle.socket.getInputStream().readNBytes(9).length, "it is a connection of HTTP/2 now");

            server.http.stop();

            idle.readAll();
            prefaceOnly.readAll();
        }
    }

    @Test
    void anHttp2RequestInFlightIsFinished() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        try (TestServer server = new TestServer(routes -> routes.add("GET", "/slow", Routes.Access.READ, e -> {
                    entered.countDown();
                    leave.await();
                    e.answer(200, "text/plain", "done");
                }));
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_2)
                        .build()) {
            CompletableFuture<HttpResponse<String>> inFlight =
                    client.sendAsync(server.request("/slow").build(), HttpResponse.BodyHandlers.ofString());
            entered.await();
            int port = server.port();
            Thread stop = Thread.ofPlatform().start(server.http::stop);
            awaitClosed(port);
            LockSupport.parkNanos(1_500_000_000L); // longer than connections that idle are left alone
            leave.countDown();
            stop.join();

            assertEquals(HttpClient.Version.HTTP_2, inFlight.join().version());
            assertEquals("done", inFlight.join().body());
        }
    }

    private static void awaitClosed(int port) throws IOException {
        try {
            while (true) {
                new RawClient(port).close();
            }
        } catch (ConnectException _) {
            // closed
        }
    }
}
