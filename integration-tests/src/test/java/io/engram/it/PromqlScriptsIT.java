package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.promql.promqltest.Script;
import io.engram.promql.promqltest.ScriptRunner;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every PromQL script through a whole server: remote write in, HTTP out. The samples of scripts begin in 1970 and reach
 * over days or years, so nothing here may depend on today's date.
 */
class PromqlScriptsIT {
    private static final String EXPERIMENTAL = "--limits.promql-experimental-functions=true";

    private static ServerProcess engram;

    @BeforeAll
    static void start() throws IOException {
        engram = ServerProcess.engram(
                ServerProcess.folder(PromqlScriptsIT.class),
                "--limits.past-grace-period=0",
                "--limits.retention=0",
                EXPERIMENTAL,
                "--self-monitoring.enabled=false");
        engram.startAndAwait("/ready");
    }

    @AfterAll
    static void stop() {
        engram.close();
    }

    @TestFactory
    Stream<DynamicTest> everyEligibleEvalOfEachScriptPasses() throws IOException {
        return Script.all().stream().map(script -> DynamicTest.dynamicTest(script.name(), () -> run(script)));
    }

    private static void run(Script script) {
        ScriptRunner.Outcome outcome = ScriptRunner.run(script, new ServerTarget(engram, script.name()));
        System.out.println(script.name() + ": " + outcome);
        assertTrue(outcome.failures().isEmpty(), () -> "\n" + String.join("\n", outcome.failures()));
        assertTrue(outcome.passed() + outcome.notEvaluated() > 0, "the script has evals");
    }
}
