package io.engram.server.http;

import io.engram.server.AuthConfig;
import io.engram.server.ServerConfig;
import io.engram.server.config.ConfigLoader;
import io.engram.server.lifecycle.Lifecycle;
import io.engram.server.lifecycle.OperationsPages;
import io.engram.server.metrics.Metrics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A server on a free port of 127.0.0.1, with the routes that a test gives it. */
final class TestServer implements AutoCloseable {
    final Metrics metrics = new Metrics();
    final HttpServer http;
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    TestServer(Consumer<Routes> add, String... settings) throws IOException {
        Map<String, String> values = new HashMap<>(Map.of("server.http-port", "0", "server.bind-address", "127.0.0.1"));
        for (int i = 0; i < settings.length; i += 2) {
            values.put(settings[i], settings[i + 1]);
        }
        RouteTable routes = new RouteTable();
        add.accept(routes);
        OperationsPages.register(routes, new Lifecycle(List.of(), Duration.ofSeconds(1)), metrics, "A test");
        http = new HttpServer(
                ConfigLoader.record(ServerConfig.class, values),
                ConfigLoader.record(AuthConfig.class, values),
                routes,
                metrics);
        http.start();
    }

    int port() {
        return http.port();
    }

    HttpRequest.Builder request(String pathAndQuery) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + pathAndQuery))
                .timeout(Duration.ofSeconds(20));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String pathAndQuery) throws IOException, InterruptedException {
        return send(request(pathAndQuery));
    }

    @Override
    public void close() {
        client.close();
        http.stop();
    }
}
