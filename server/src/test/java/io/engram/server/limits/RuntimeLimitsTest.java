package io.engram.server.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.engram.model.TenantId;
import io.engram.model.limits.Limits;
import io.engram.model.limits.SeriesLimitAction;
import io.engram.model.testing.ManualClock;
import io.engram.model.testing.TestLimits;
import io.engram.server.config.ConfigException;
import io.engram.server.metrics.Exposition;
import io.engram.server.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class RuntimeLimitsTest {
    private static final TenantId A = new TenantId("team-a.prod");
    private static final TenantId B = new TenantId("b");
    private static final Limits DEFAULTS = TestLimits.with(Map.of("maxSeries", 7, "maxLabelsPerSeries", 30));

    @TempDir
    private Path dir;

    private final ManualClock clock = new ManualClock(1_700_000_000_000L);

    private RuntimeLimits open(String content) throws IOException, ConfigException {
        write(content);
        return RuntimeLimits.open(config(), DEFAULTS, Map.of("MANY", "9000"), clock);
    }

    private RuntimeConfig config() {
        return new RuntimeConfig(file().toString(), Duration.ofSeconds(10));
    }

    private Path file() {
        return dir.resolve("runtime.yml");
    }

    private void write(String content) throws IOException {
        Files.writeString(file(), content);
    }

    @Test
    void overridesHoldForTheirTenantAndDefaultsForTheRest() throws Exception {
        RuntimeLimits limits = open("""
                overrides:
                  team-a.prod:
                    max-series: ${MANY}
                    past-grace-period: 1h
                    series-limit-action: drop
                    replica-labels: [a, b]
                    series-budgets:
                      - '{team="x"}=10'
                      - '{}=5'
                """);

        Limits a = limits.of(A);
        assertEquals(9000, a.maxSeries());
        assertEquals(Duration.ofHours(1), a.pastGracePeriod());
        assertEquals(SeriesLimitAction.DROP, a.seriesLimitAction());
        assertEquals(List.of("a", "b"), a.replicaLabels());
        assertEquals("{team=\"x\"}=10,{}=5", a.seriesBudgets().toString());
        assertEquals(30, a.maxLabelsPerSeries());
        assertSame(DEFAULTS, limits.of(B));
    }

    @Test
    void whatIsWrongIsNamedWithFileTenantAndKey() throws Exception {
        ConfigException e = assertThrows(ConfigException.class, () -> open("""
                overrides:
                  b:
                    max-serie: 1
                    max-series: many
                  c/d: {}
                  e: {retention: -1d}
                  f: {max-exemplars: -1}
                  g: 5
                  h: {limits.max-series: 1}
                  i: {series-budgets: "{team=}=1"}
                series: {}
                """));

        String at = file() + ": tenant ";
        assertEquals(
                List.of(
                        at + "b: max-series: 'many' is not a whole number (bytes may carry KiB, MiB, GiB)",
                        at + "b: max-serie: unknown key; did you mean max-series?",
                        at + "c/d: tenant id has a character that is not allowed at position 1; allowed are letters,"
                                + " digits and !-_.*'() (err-engram-tenant-invalid)",
                        at + "e: retention: '-1d' is not a duration such as 100ms, 30s, 1h30m or 15d",
                        at + "f: limits.max-exemplars must be at least 0",
                        at + "g: expected keys and values",
                        at + "h: limits.max-series: unknown key; did you mean max-series?",
                        at + "i: series-budgets: '{team=}=1' is not a value in quotes at character 7",
                        file() + ": series: unknown key; at the top is overrides"),
                e.mistakes());
    }

    @Test
    void aFileThatIsNotThereOrNoYamlStopsTheStart() throws Exception {
        ConfigException missing =
                assertThrows(ConfigException.class, () -> RuntimeLimits.open(config(), DEFAULTS, Map.of(), clock));
        ConfigException broken = assertThrows(ConfigException.class, () -> open("overrides:\n  a: {b\n"));

        assertEquals("runtime-config.file: " + file() + " does not exist", missing.getMessage());
        assertTrue(broken.getMessage().startsWith(file() + ":3:1: "), broken.getMessage());
        assertEquals(1, broken.mistakes().size());
    }

    @Test
    void anEmptyFileAndNoFileOverrideNothing() throws Exception {
        assertSame(DEFAULTS, open("").of(A));
        assertSame(DEFAULTS, open("overrides:\n").of(A));
        RuntimeLimits none =
                RuntimeLimits.open(new RuntimeConfig("", Duration.ofSeconds(1)), DEFAULTS, Map.of(), clock);
        none.reload();
        assertSame(DEFAULTS, none.of(A));
    }

    @Test
    void aChangeIsSeenAlsoWhereTimeAndSizeOfTheFileStay() throws Exception {
        RuntimeLimits limits = open("overrides: {b: {max-series: 1}}");
        var before = Files.getLastModifiedTime(file());

        write("overrides: {b: {max-series: 2}}");
        Files.setLastModifiedTime(file(), before);
        assertEquals(1, limits.of(B).maxSeries());
        limits.reload();

        assertEquals(2, limits.of(B).maxSeries());
    }

    @Test
    void aBadFileKeepsTheLastGoodOneAndSaysSoOnceUntilItIsGoodAgain() throws Exception {
        Metrics metrics = new Metrics();
        RuntimeLimits limits = open("overrides: {b: {max-series: 1}}");
        RuntimeReload reload = new RuntimeReload(limits, config(), metrics, clock);
        String hash = limits.state().sha256();
        assertMetric(metrics, "engram_runtime_config_last_reload_successful 1");
        assertMetric(metrics, "engram_runtime_config_hash{sha256=\"" + hash + "\"} 1");
        clock.advance(5_000);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(RuntimeLimits.class);
        log.start();
        logger.addAppender(log);
        try {
            for (String bad : List.of("overrides: {b: {max-series: x}}", "overrides: [")) {
                write(bad);
                reload.reload();
                reload.reload();
                assertEquals(1, limits.of(B).maxSeries());
                assertMetric(metrics, "engram_runtime_config_last_reload_successful 0");
                assertMetric(metrics, "engram_runtime_config_hash{sha256=\"" + hash + "\"} 1");
                assertMetric(metrics, "engram_runtime_config_age_seconds 5");
                assertTrue(
                        RuntimeConfigPage.yaml(limits, true).contains("# the file is bad now, what is below holds: "));
            }
            Files.delete(file());
            reload.reload();
            reload.reload();
            assertEquals(1, limits.of(B).maxSeries());
            assertEquals(3, log.list.size(), () -> log.list.toString());

            write("overrides: {b: {max-series: 3}}");
            reload.reload();
            assertEquals(3, limits.of(B).maxSeries());
            assertMetric(metrics, "engram_runtime_config_last_reload_successful 1");
            assertMetric(metrics, "engram_runtime_config_age_seconds 0");
            assertFalse(Exposition.text(metrics).contains(hash));
            assertFalse(RuntimeConfigPage.yaml(limits, true).contains("bad"));
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void thePageShowsWhatDiffersAndReadsBackAsTheSame() throws Exception {
        RuntimeLimits limits = open("""
                overrides:
                  b: {max-series: 1, max-labels-per-series: 30, series-budgets: '{a=~"x|y"}=3'}
                  "1": {}
                """);

        String all = RuntimeConfigPage.yaml(limits, false);
        String diff = RuntimeConfigPage.yaml(limits, true);

        assertTrue(
                diff.endsWith(
                        "overrides:\n  \"1\": {}\n  \"b\":\n    max-series: 1\n    series-budgets: \"{a=~\\\"x|y\\\"}=3\"\n"),
                diff);
        Limits b = limits.of(B);
        for (String text : List.of(all, diff)) {
            assertEquals(b, open(text).of(B));
        }
    }

    private static void assertMetric(Metrics metrics, String line) {
        String text = Exposition.text(metrics);
        assertTrue(text.contains("\n" + line + "\n") || text.contains("\n" + line + ".0\n"), text);
    }
}
