package io.engram.server.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.server.AuthConfig;
import io.engram.server.ServerConfig;
import io.engram.server.config.ConfigLoader;
import io.engram.server.http.HttpServer;
import io.engram.server.http.RouteTable;
import io.engram.server.http.Routes;
import io.engram.server.metrics.Metrics;
import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ServerProcessTest {
    private static final ServerConfig CONFIG = ConfigLoader.record(ServerConfig.class, Map.of("server.http-port", "0"));

    /** A process with one component; says its port, and what happens to it, on standard output. */
    public static final class Child {
        static void main() throws Exception {
            CountDownLatch leave = new CountDownLatch(1);
            Component part = new Component() {
                @Override
                public String name() {
                    return "part";
                }

                @Override
                public void start() {}

                @Override
                public void stop() {
                    System.out.println("part stopped");
                }
            };
            Lifecycle lifecycle = new Lifecycle(List.of(part), Duration.ofSeconds(5));
            RouteTable routes = new RouteTable();
            OperationsPages.register(routes, lifecycle, new Metrics(), "A test");
            routes.add("GET", "/slow", Routes.Access.READ, exchange -> {
                System.out.println("entered");
                while (lifecycle.awaited() == null) {
                    Thread.onSpinWait();
                }
                System.out.println("answering");
                exchange.answer(200, "text/plain", "done");
            });
            HttpServer http = new HttpServer(
                    CONFIG,
                    ConfigLoader.defaults(AuthConfig.class),
                    routes,
                    new Metrics(),
                    lifecycle::awaitedByRequests);
            ServerProcess process = new ServerProcess(CONFIG, http, lifecycle);
            process.stopOnSignal();
            process.start();
            System.out.println(http.port());
            leave.await();
        }
    }

    @Test
    void finishesRequestsThenComponentsOnSigtermAndExitsWithZero() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (HttpClient client = HttpClient.newHttpClient();
                BufferedReader said = child.inputReader()) {
            String url = "http://127.0.0.1:" + said.readLine();
            assertEquals(200, get(client, url + "/ready").join().statusCode());
            CompletableFuture<HttpResponse<String>> inFlight = get(client, url + "/slow");
            assertEquals("entered", said.readLine());

            child.toHandle().destroy(); // Process.destroy would close the streams too

            assertEquals("done", inFlight.join().body());
            assertEquals("answering", said.readLine());
            assertEquals("part stopped", said.readLine());
            assertEquals(0, child.waitFor());
        } finally {
            child.destroyForcibly();
        }
    }

    private static CompletableFuture<HttpResponse<String>> get(HttpClient client, String url) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void refusesTenantsRequestsWith503WhileAComponentStarts() throws Exception {
        RouteTable routes = new RouteTable();
        routes.add("GET", "/query", Routes.Access.READ, exchange -> exchange.answer(204));
        HttpServer http = new HttpServer(
                CONFIG,
                ConfigLoader.defaults(AuthConfig.class),
                routes,
                new Metrics(),
                () -> "ingester: replaying 63 %");
        http.start();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    get(client, "http://127.0.0.1:" + http.port() + "/query").join();

            assertEquals(503, answer.statusCode());
            assertEquals("the server is starting: ingester: replaying 63 % (err-engram-not-ready)\n", answer.body());
        } finally {
            http.stop();
        }
    }
}
