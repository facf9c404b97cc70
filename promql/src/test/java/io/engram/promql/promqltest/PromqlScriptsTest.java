package io.engram.promql.promqltest;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.promql.engine.Engine;
import io.engram.promql.engine.EngineConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every script of the resources; an eval passes, fails, or is counted as not evaluated by the rule of {@link ScriptRunner}. */
class PromqlScriptsTest {
    @TestFactory
    Stream<DynamicTest> everyEligibleEvalOfEachScriptPasses() throws IOException {
        return Script.all().stream().map(script -> DynamicTest.dynamicTest(script.name(), () -> run(script)));
    }

    private static void run(Script script) {
        try (Engine engine = new Engine(new EngineConfig(1, 512, Duration.ofMinutes(1)))) {
            ScriptRunner.Outcome outcome = ScriptRunner.run(script, new EngineTarget(engine));
            System.out.println(script.name() + ": " + outcome);
            assertTrue(outcome.failures().isEmpty(), () -> "\n" + String.join("\n", outcome.failures()));
            assertTrue(outcome.passed() + outcome.notEvaluated() > 0, "the script has evals");
        }
    }
}
