package io.engram.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.time.Clock;
import io.engram.server.auth.SecretHash;
import io.engram.server.config.ConfigLoader;
import io.engram.server.metrics.Metrics;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole process with users. */
class AuthTest {
    private static final String TOKEN = "reader-0123456789abcdef";

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private Engram engram;

    @BeforeEach
    void start() throws Exception {
        Path users = Files.writeString(folder.resolve("users.yml"), """
                users:
                  - {name: reader, secrets: "%s", tenants: team-a, roles: read}
                """.formatted(
                        SecretHash.Token.of(TOKEN).text()));
        engram = Engram.wire(
                ConfigLoader.load(
                        List.of(
                                "--server.http-port=0",
                                "--server.bind-address=127.0.0.1",
                                "--server.auth-file=" + users,
                                "--data.dir=" + folder.resolve("data"),
                                "--self-monitoring.enabled=false"),
                        Map.of(),
                        Main.CONFIG),
                new Metrics(),
                Clock.system());
        engram.start();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        engram.close();
    }

    private String url() {
        return "http://127.0.0.1:" + engram.port();
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path));
        return client.send(
                (headers.length == 0 ? request : request.headers(headers)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Paths that need none are named here; whoever adds one must think of it. */
    @Test
    void everyPathButTheseAsksForCredentials() throws Exception {
        List<String> open = List.of(
                "/",
                "/healthz",
                "/ready",
                "/prometheus",
                "/prometheus/",
                "/prometheus/api/v1/status/buildinfo",
                "/api/v1/status/buildinfo",
                "/api/v1/status/config",
                "/api/v1/status/flags",
                "/api/v1/status/runtimeinfo");
        List<String> paths = get("/").body()
                .lines()
                .filter(line -> line.matches("[A-Z,]+ /.*"))
                .toList();
        assertTrue(paths.size() > 40, paths::toString);
        for (String line : paths) {
            String method = line.substring(0, line.indexOf(' ')).split(",", -1)[0];
            String path = line.substring(line.indexOf(' ') + 1);
            HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path.replaceAll("\\{[a-z]+}", "x")))
                    .header("X-Forwarded-For", "192.0.2.1") // not the loopback's own
                    .method(method, HttpRequest.BodyPublishers.noBody())
                    .build();
            int status =
                    client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();

            assertEquals(open.contains(path) ? 200 : 401, status, line);
        }
    }

    @Test
    void theConfigurationShowsNoSecret() throws Exception {
        String page = get("/config").body();

        assertTrue(page.contains("auth-file"), page);
        assertFalse(page.contains("sha256"), page);
    }

    @Test
    void aPipelineAsksWithItsToken() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        var out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        List<String> args = List.of("capacity", "check", "--series=1", "--url=" + url());

        assertEquals(CapacityCheck.NOT_ASKED, CapacityCheck.run(args, print, print));
        assertEquals(
                CapacityCheck.FITS,
                CapacityCheck.run(
                        List.of(args.get(0), args.get(1), args.get(2), args.get(3), "--token-file=" + token),
                        print,
                        print));
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("answered 401"), out::toString);
        assertFalse(out.toString(StandardCharsets.UTF_8).contains(TOKEN), out::toString);
    }
}
