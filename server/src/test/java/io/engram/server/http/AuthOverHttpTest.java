package io.engram.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.server.auth.SecretHash;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthOverHttpTest {
    private static final String WRITER = "writer-0123456789abcdef";
    private static final String OPERATOR = "operator-0123456789abcdef";
    private static final String PASSWORD = "correct horse: battery";
    private static final String PASSWORD_LINE =
            SecretHash.Password.of(PASSWORD, 20_000).text();

    @TempDir
    Path folder;

    private static String line(String token) {
        return SecretHash.Token.of(token).text();
    }

    private static String users() {
        return """
                users:
                  - {name: writer, secrets: "%s", tenants: team-a, roles: write}
                  - {name: grafana, secrets: ["%s", "%s"], tenants: [team-a, team-b], roles: [read]}
                  - {name: operator, secrets: "%s", tenants: "*", roles: [read, operate]}
                """.formatted(line(WRITER), PASSWORD_LINE, line("grafana-0123456789abcdef"), line(OPERATOR));
    }

    private Path file(String yaml) throws Exception {
        return Files.writeString(folder.resolve("users.yml"), yaml);
    }

    private TestServer server(String... settings) throws Exception {
        List<String> all = new ArrayList<>(List.of(settings));
        all.addAll(List.of("server.auth-file", file(users()).toString()));
        return new TestServer(
                routes -> {
                    routes.add("POST", "/push", Routes.Access.WRITE, e -> e.answer(200, "text/plain", e.tenant() + ""));
                    routes.add("GET", "/query", Routes.Access.READ, e -> e.answer(200, "text/plain", e.tenant() + ""));
                    routes.add("GET", "/operate", Routes.Access.OPERATE, e -> e.answer(200, "text/plain", "done"));
                    routes.add("GET", "/open", Routes.Access.OPEN, e -> e.answer(200, "text/plain", e.tenant() + ""));
                },
                all.toArray(new String[0]));
    }

    private static String bearer(String token) {
        return "Bearer " + token;
    }

    private static String basic(String name, String secret) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }

    private static HttpResponse<String> get(TestServer server, String path, String... headers) throws Exception {
        HttpRequest.Builder request = server.request(path);
        return server.send(headers.length == 0 ? request : request.headers(headers));
    }

    private static HttpResponse<String> push(TestServer server, String... headers) throws Exception {
        return server.send(
                server.request("/push").headers(headers).POST(HttpRequest.BodyPublishers.ofString("a body")));
    }

    private static void assertRefused(HttpResponse<String> answer, int status, String id) {
        assertEquals(status, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("(err-engram-" + id + ")"), answer.body());
    }

    @Test
    void asksForCredentials() throws Exception {
        try (TestServer server = server()) {
            HttpResponse<String> answer = get(server, "/query", "X-Scope-OrgID", "team-a");

            assertRefused(answer, 401, "credentials-missing");
            assertEquals(
                    List.of("Basic realm=\"engram\", charset=\"UTF-8\"", "Bearer realm=\"engram\""),
                    answer.headers().allValues("WWW-Authenticate"));
        }
    }

    @Test
    void takesTokensAndPasswords() throws Exception {
        try (TestServer server = server()) {
            assertEquals("team-a", push(server, "Authorization", bearer(WRITER)).body());
            assertEquals(
                    "team-a",
                    push(server, "Authorization", basic("writer", WRITER)).body());
            for (int i = 0; i < 3; i++) { // hashed once, remembered afterwards
                assertEquals(
                        "team-b",
                        get(server, "/query", "Authorization", basic("grafana", PASSWORD), "X-Scope-OrgID", "team-b")
                                .body());
            }
        }
    }

    @Test
    void refusesWhatIsWrong() throws Exception {
        try (TestServer server = server()) {
            for (String wrong : List.of(
                    bearer("another-0123456789abcdef"),
                    bearer(""),
                    bearer(PASSWORD), // a password is no token
                    basic("grafana", "wrong"),
                    basic("grafana", ""),
                    basic("nobody", PASSWORD),
                    basic("grafana", WRITER), // the token of somebody else
                    "Basic %%%",
                    "Basic " + Base64.getEncoder().encodeToString("no colon".getBytes(StandardCharsets.UTF_8)),
                    "Digest username=\"grafana\"",
                    "x")) {
                HttpResponse<String> answer = get(server, "/query", "Authorization", wrong, "X-Scope-OrgID", "team-a");

                assertRefused(answer, 401, "credentials-wrong");
                assertEquals(2, answer.headers().allValues("WWW-Authenticate").size(), wrong);
            }
        }
    }

    @Test
    void refusesRolesAndTenantsThatAUserDoesNotHave() throws Exception {
        try (TestServer server = server()) {
            assertRefused(get(server, "/query", "Authorization", bearer(WRITER)), 403, "role-missing");
            assertRefused(push(server, "Authorization", basic("grafana", PASSWORD)), 403, "role-missing");
            assertRefused(
                    push(server, "Authorization", bearer(WRITER), "X-Scope-OrgID", "team-b"), 403, "tenant-forbidden");
            assertRefused(get(server, "/query", "Authorization", basic("grafana", PASSWORD)), 401, "tenant-missing");
            assertRefused(
                    push(server, "Authorization", bearer(WRITER), "X-Scope-OrgID", "team-a|team-b"),
                    400,
                    "tenant-several");
            String page = get(server, "/metrics").body();
            assertTrue(page.contains("engram_server_auth_refusals_total{reason=\"role\"} 2\n"), page);
            assertTrue(page.contains("engram_server_auth_refusals_total{reason=\"tenant\"} 1\n"), page);
        }
    }

    @Test
    void aUserOfAllTenantsActsForTheOneThatIsNamed() throws Exception {
        try (TestServer server = server()) {
            String[] operator = {"Authorization", bearer(OPERATOR)};

            assertEquals("anonymous", get(server, "/query", operator).body());
            assertEquals(
                    "team-z",
                    get(server, "/query", operator[0], operator[1], "X-Scope-OrgID", "team-z")
                            .body());
        }
    }

    @Test
    void operatorsPathsTakeLoopbackOrTheRole() throws Exception {
        try (TestServer server = server()) {
            for (String path : List.of("/operate", "/metrics", "/services")) {
                assertEquals(200, get(server, path).statusCode());
                assertRefused(get(server, path, "X-Forwarded-For", "192.0.2.1"), 401, "credentials-missing");
                assertRefused(get(server, path, "Authorization", bearer("wrong")), 401, "credentials-wrong");
                assertRefused(get(server, path, "Authorization", bearer(WRITER)), 403, "role-missing");
                assertEquals(
                        200,
                        get(server, path, "X-Forwarded-For", "192.0.2.1", "Authorization", bearer(OPERATOR))
                                .statusCode());
                assertRefused(
                        get(server, path, "Sec-Fetch-Site", "cross-site", "Authorization", bearer(OPERATOR)),
                        403,
                        "operator-only");
            }
        }
    }

    @Test
    void healthNeedsNoCredentialsAndGivesNoTenant() throws Exception {
        try (TestServer server = server()) {
            assertEquals(
                    200, get(server, "/ready", "X-Forwarded-For", "192.0.2.1").statusCode());
            assertRefused(get(server, "/open", "X-Scope-OrgID", "team-a"), 401, "credentials-missing");
        }
    }

    @Test
    void guessingPasswordsIsHeldUpAndTokensPass() throws Exception {
        try (TestServer server = server("server.auth-max-failures-per-minute", "3")) {
            String[] right = {"Authorization", basic("grafana", PASSWORD), "X-Scope-OrgID", "team-a"};
            assertEquals(200, get(server, "/query", right).statusCode());
            for (int i = 0; i < 3; i++) {
                assertRefused(
                        get(server, "/query", "Authorization", basic("grafana", "guess" + i)),
                        401,
                        "credentials-wrong");
            }

            HttpResponse<String> guess = get(server, "/query", "Authorization", basic("grafana", "guess"));
            assertRefused(guess, 429, "login-rate");
            int seconds =
                    Integer.parseInt(guess.headers().firstValue("Retry-After").orElseThrow());
            assertTrue(0 < seconds && seconds <= 60, () -> "Retry-After: " + seconds);
            // The right password too, or the answer would tell which guess was right; also one that was known before.
            assertRefused(get(server, "/query", right), 429, "login-rate");
            assertEquals(
                    200,
                    get(
                                    server,
                                    "/query",
                                    "Authorization",
                                    basic("grafana", "grafana-0123456789abcdef"),
                                    "X-Scope-OrgID",
                                    "team-a")
                            .statusCode());
            assertEquals(200, push(server, "Authorization", bearer(WRITER)).statusCode());
        }
    }

    @Test
    void guessingTokensIsHeldUp() throws Exception {
        try (TestServer server = server("server.auth-max-failures-per-minute", "3")) {
            for (int i = 0; i < 3; i++) {
                assertEquals(
                        401, push(server, "Authorization", bearer("guess" + i)).statusCode());
            }

            assertRefused(push(server, "Authorization", bearer("guess")), 429, "login-rate");
            assertEquals(200, push(server, "Authorization", bearer(WRITER)).statusCode());
        }
    }

    @Test
    void manyRequestsWithAPasswordThatIsNewAreAllServed() throws Exception {
        try (TestServer server = server()) {
            HttpRequest request = server.request("/query")
                    .headers("Authorization", basic("grafana", PASSWORD), "X-Scope-OrgID", "team-a")
                    .build();
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(server.client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
            }

            for (CompletableFuture<HttpResponse<String>> answer : answers) {
                assertEquals(200, answer.get().statusCode());
            }
        }
    }

    @Test
    void readsTheFileAgainAndKeepsTheLastGoodOne() throws Exception {
        try (TestServer server = server("server.auth-reload-interval", "10ms")) {
            String[] password = {"Authorization", basic("grafana", PASSWORD), "X-Scope-OrgID", "team-a"};
            assertEquals(200, get(server, "/query", password).statusCode());

            file("users: [{name: oops");
            await(server, page -> page.contains("engram_server_auth_file_last_reload_successful 0\n"));
            assertEquals(200, get(server, "/query", password).statusCode());

            file(users().replace(PASSWORD_LINE, line("changed-0123456789abcdef")));
            await(server, page -> page.contains("engram_server_auth_file_last_reload_successful 1\n"));
            assertRefused(get(server, "/query", password), 401, "credentials-wrong");
            assertEquals(200, push(server, "Authorization", bearer(WRITER)).statusCode());
        }
    }

    private static void await(TestServer server, Predicate<String> metrics) {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            while (!metrics.test(server.get("/metrics").body())) {
                Thread.onSpinWait();
            }
        });
    }

    @Test
    void doesNotStartWithAFileThatItCannotUse() {
        Path missing = folder.resolve("missing.yml");

        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> new TestServer(_ -> {}, "server.auth-file", missing.toString()));

        assertEquals(
                "cannot use the auth file " + missing + " (server.auth-file): it does not exist", refused.getMessage());
    }
}
