package io.engram.promql.promqltest;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.promql.engine.Engine;
import io.engram.promql.engine.EngineConfig;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every script of the resources; an eval passes, fails, or is counted as not evaluated by the rule of {@link ScriptRunner}. */
class PromqlScriptsTest {
    @TestFactory
    Stream<DynamicTest> everyEligibleEvalOfEachScriptPasses() throws IOException, URISyntaxException {
        URI folder = Objects.requireNonNull(getClass().getResource("/promqltest/README.md"))
                .toURI();
        List<Path> scripts;
        try (Stream<Path> files = Files.list(Path.of(folder).getParent())) {
            scripts = files.filter(file -> file.toString().endsWith(".test"))
                    .sorted()
                    .toList();
        }
        return scripts.stream()
                .map(script -> DynamicTest.dynamicTest(script.getFileName().toString(), () -> run(script)));
    }

    private static void run(Path script) throws IOException {
        try (Engine engine = new Engine(new EngineConfig(1, 512, java.time.Duration.ofMinutes(1)))) {
            ScriptRunner runner = new ScriptRunner(engine);
            runner.run(Script.parse(Files.readString(script)));
            System.out.println(script.getFileName() + ": passed " + runner.passed + ", failed " + runner.failures.size()
                    + ", not evaluated " + runner.notEvaluated);
            assertTrue(runner.failures.isEmpty(), () -> "\n" + String.join("\n", runner.failures));
            assertTrue(runner.passed + runner.notEvaluated > 0, "the script has evals");
        }
    }
}
