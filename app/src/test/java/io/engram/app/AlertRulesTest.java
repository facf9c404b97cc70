package io.engram.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules under {@code deploy/alerts} are such that Prometheus takes them, and their own tests pass, by its own tool. */
class AlertRulesTest {
    private static final Path PROMTOOL = Path.of("/usr/bin/promtool");
    private static final Path RULES = Path.of("../deploy/alerts");

    @Test
    void prometheusTakesTheRules() throws Exception {
        assumeTrue(Files.isExecutable(PROMTOOL), "no " + PROMTOOL);
        for (Path file : files(false)) {
            promtool("check", file);
        }
    }

    @Test
    void eachFileOfRulesHasTestsThatPass() throws Exception {
        List<String> tested = files(true).stream()
                .map(file -> file.getFileName().toString().replace("_test", ""))
                .toList();
        assertEquals(
                files(false).stream().map(file -> file.getFileName().toString()).toList(), tested);
        assumeTrue(Files.isExecutable(PROMTOOL), "no " + PROMTOOL);
        for (Path file : files(true)) {
            promtool("test", file);
        }
    }

    private static List<Path> files(boolean tests) throws Exception {
        try (Stream<Path> files = Files.list(RULES)) {
            return files.filter(file -> file.toString().endsWith(".yml"))
                    .filter(file -> file.toString().endsWith("_test.yml") == tests)
                    .sorted()
                    .toList();
        }
    }

    private static void promtool(String action, Path file) throws Exception {
        Process process = new ProcessBuilder(PROMTOOL.toString(), action, "rules", file.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        assertEquals(0, process.exitValue(), output);
    }
}
