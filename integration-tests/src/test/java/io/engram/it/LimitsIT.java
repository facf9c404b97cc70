package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.StrictJson;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A tenant's limits, from the runtime file to the answer. */
class LimitsIT {
    @Test
    void limitsOfTheRuntimeFileHoldAndChangeWhileTheServerRuns() throws Exception {
        Path folder = ServerProcess.folder(LimitsIT.class);
        Path file = folder.resolve("runtime.yml");
        Files.writeString(file, "overrides:\n  red:\n    max-series: 2\n");
        try (ServerProcess engram = ServerProcess.engram(
                folder,
                "--self-monitoring.enabled=false",
                "--runtime-config.file=" + file,
                "--runtime-config.reload-interval=50ms")) {
            engram.startAndAwait("/ready");
            assertEquals(204, write(engram, "red", "a", "b").statusCode());
            assertEquals(204, write(engram, "blue", "a", "b", "c").statusCode());
            HttpResponse<String> refused = write(engram, "red", "a", "c");
            assertEquals(400, refused.statusCode());
            assertTrue(
                    refused.body().contains("tenant red: sample of series m{i=\"c\"}")
                            && refused.body()
                                    .contains("would begin a new series, and the tenant has 2 and may have 2"
                                            + " (limits.max-series); series it has go on; refused 1 of 2 samples")
                            && refused.body().contains("(err-engram-tenant-series-limit)"),
                    refused::body);
            assertEquals(204, write(engram, "red", "a", "b").statusCode());

            assertCheck(engram, 1, "--series=1", "--tenant=red");
            assertCheck(engram, 0, "--series=1", "--tenant=blue");
            Files.writeString(file, "overrides: {red: {max-series: 3, series-budgets: '{i=~\"[cd]\"}=1'}}");
            ServerProcess.await("the change", () -> runtimeConfig(engram).contains("max-series: 3"));
            assertCheck(engram, 0, "--series=1", "--tenant=red", "--match={i=\"c\"}");
            assertEquals(204, write(engram, "red", "a", "c").statusCode());
            assertCheck(engram, 1, "--series=1", "--tenant=red", "--match={i=\"c\"}");

            Files.writeString(file, "overrides: {red: {max-series: none}}");
            ServerProcess.await("the mistake", () -> runtimeConfig(engram).contains("# the file is bad now"));
            assertEquals(400, write(engram, "red", "d").statusCode());
            Map<?, ?> limits =
                    (Map<?, ?>) StrictJson.object(Http.get(engram.url("/api/v1/user_limits"), "X-Scope-OrgID", "red")
                                    .body()
                                    .strip())
                            .get("limits");
            assertEquals(StrictJson.parse("{\"value\":3,\"used\":3,\"left\":0}"), limits.get("max-series"));
        }
    }

    @Test
    void theBudgetThatIsFullIsNamed() throws Exception {
        Path folder = ServerProcess.folder(LimitsIT.class);
        try (ServerProcess engram = ServerProcess.engram(
                folder, "--self-monitoring.enabled=false", "--limits.series-budgets={i=~\"[cd]\"}=1,{}=10")) {
            engram.startAndAwait("/ready");
            HttpResponse<String> refused = write(engram, "red", "a", "c", "d");
            assertEquals(400, refused.statusCode());
            assertTrue(
                    refused.body()
                            .contains("the budget {i=~\"[cd]\"} has 1 series and may have 1 (limits.series-budgets)"),
                    refused::body);
        }
    }

    @Test
    void aBadRuntimeFileStopsTheStart() throws Exception {
        Path folder = ServerProcess.folder(LimitsIT.class);
        Path file = folder.resolve("runtime.yml");
        Files.writeString(file, "overrides: {red: {max-serie: 2}}");
        try (ServerProcess engram = ServerProcess.engram(folder, "--runtime-config.file=" + file)) {
            engram.start();
            assertEquals(2, engram.awaitExit());
            assertTrue(
                    engram.output().contains(file + ": tenant red: max-serie: unknown key; did you mean max-series?\n"),
                    engram::output);
        }
    }

    @Test
    void whoCannotAskSaysSo() throws Exception {
        assertEquals(2, check("--url=http://127.0.0.1:" + ServerProcess.freePort(), "--series=1"));
        assertEquals(2, check("--series=many"));
        assertEquals(2, check("--serie=1"));
    }

    private static HttpResponse<String> write(ServerProcess engram, String tenant, String... names) throws Exception {
        RemoteWrite write = new RemoteWrite();
        for (String name : names) {
            write.add(Map.of("__name__", "m", "i", name), System.currentTimeMillis(), 1);
        }
        return write.send(engram, tenant);
    }

    private static String runtimeConfig(ServerProcess engram) {
        try {
            return Http.get(engram.url("/runtime_config?mode=diff")).body();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void assertCheck(ServerProcess engram, int exitCode, String... flags) throws Exception {
        List<String> all = new ArrayList<>(List.of(flags));
        all.add("--url=" + engram.url(""));
        assertEquals(exitCode, check(all.toArray(String[]::new)));
    }

    /** Runs {@code engram capacity check} as a pipeline does; returns its exit code. */
    private static int check(String... flags) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.engram.app.Main",
                "capacity",
                "check"));
        command.addAll(List.of(flags));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = process.waitFor();
        assertTrue(exitCode == 2 || said.startsWith(exitCode == 0 ? "fits: " : "full: "), said);
        return exitCode;
    }
}
