package io.engram.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.server.AuthConfig;
import io.engram.server.ServerConfig;
import io.engram.server.config.ConfigLoader;
import io.engram.server.metrics.Metrics;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpServerTest {
    @Test
    void servesARoute() throws Exception {
        try (TestServer server = new TestServer(routes -> routes.add(
                "GET",
                "/label/{name}/values",
                Routes.Access.READ,
                e -> e.answer(200, "text/plain", e.tenant() + " " + e.pathParameter("name"))))) {
            HttpResponse<String> answer =
                    server.send(server.request("/label/a%2Fb%25/values").header("X-Scope-OrgID", "team-a"));

            assertEquals("team-a a/b%", answer.body());
            assertEquals(200, answer.statusCode());
        }
    }

    @Test
    void readsTheWholeBody() throws Exception {
        byte[] sent = new byte[300_000];
        try (TestServer server = new TestServer(routes -> routes.add("POST", "/push", Routes.Access.WRITE, e -> {
            ByteBuf body = new ByteBuf(16);
            e.readBody(body, 1 << 20);
            e.answer(200, "text/plain", "" + body.length());
        }))) {
            HttpResponse<String> answer =
                    server.send(server.request("/push").POST(HttpRequest.BodyPublishers.ofByteArray(sent)));

            assertEquals("300000", answer.body());
        }
    }

    @Test
    void speaksHttp2WithoutTls() throws Exception {
        try (TestServer server = new TestServer(_ -> {});
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_2)
                        .build()) {
            HttpResponse<String> answer =
                    client.send(server.request("/healthz").build(), HttpResponse.BodyHandlers.ofString());

            assertEquals(HttpClient.Version.HTTP_2, answer.version());
            assertEquals("OK\n", answer.body());
        }
    }

    @Test
    void saysWhoseTheAddressIsThatItCannotListenOn() throws Exception {
        try (TestServer server = new TestServer(_ -> {})) {
            IOException taken = assertThrows(IOException.class, () -> listen("127.0.0.1", server.port()));
            IOException unknown = assertThrows(IOException.class, () -> listen("no-such-host.invalid", 0));

            assertEquals(
                    "cannot listen on 127.0.0.1:" + server.port()
                            + " (server.bind-address, server.http-port): Address already in use",
                    taken.getMessage());
            assertTrue(unknown.getMessage().endsWith("no such host"), unknown.getMessage());
        }
    }

    private static void listen(String address, int port) throws IOException {
        ServerConfig config = ConfigLoader.record(
                ServerConfig.class, Map.of("server.bind-address", address, "server.http-port", "" + port));
        HttpServer server =
                new HttpServer(config, ConfigLoader.defaults(AuthConfig.class), new RouteTable(), new Metrics());
        try {
            server.start();
        } finally {
            server.stop();
        }
    }

    @Test
    void showsMetricsOfItsOwnRequests() throws Exception {
        try (TestServer server = new TestServer(_ -> {})) {
            server.get("/ready");
            String page = server.get("/metrics").body();

            assertTrue(
                    page.contains("engram_server_request_duration_seconds_count"
                            + "{method=\"GET\",route=\"/ready\",status_code=\"200\"} 1"),
                    page);
        }
    }

    @Test
    void speaksHttp2WhereTheClientBeginsWithIt() throws Exception {
        byte[] settings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
        try (TestServer server = new TestServer(_ -> {});
                RawClient raw = new RawClient(server.port())) {
            raw.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            raw.socket.getOutputStream().write(settings);

            byte[] header = raw.socket.getInputStream().readNBytes(9);
            assertEquals(4, header[3], "the server's first frame is SETTINGS");
        }
    }
}
