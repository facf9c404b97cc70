package io.engram.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import io.engram.model.limits.Limits;
import io.engram.model.testing.Damage;
import io.engram.model.testing.HostileCases;
import io.engram.model.testing.TestLimits;
import io.engram.server.yaml.YamlText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The configuration file and the runtime file, damaged or made to be more than they look. */
class HostileYamlTest {
    private static final Path FILE = Path.of("runtime.yaml");
    private static final Limits DEFAULTS = TestLimits.with(Map.of());
    private static final long MOST_BYTES = 32 << 20;

    private static final List<byte[]> CORPUS = Damage.corpus(List.of(
            """
            overrides:
              team-a: &small
                max-series: ${MANY:1000}
                past-grace-period: 1h30m
                series-budgets: ['{team="x"}=10', '{}=5']
              team-b: *small
              "7": {max-series: 1_000, replica-labels: [a, b]}
              '': ~
            """,
            "{\"overrides\": {\"a\": {\"max-series\": 12, \"ingestion-rate\": 1e3}, \"b\": null}}",
            "# only\n---\noverrides: {a: {max-label-value-length-bytes: 2KiB, series-limit-action: drop}}\n...\n",
            "overrides:\n  a: |\n    text\n  b: >-\n    folded\n  ? c\n  : !!str {x: \"\\u00e9\\n\"}\n"));

    @Section("sample")
    record Sample(
            @Setting(value = "1", doc = "A number.") int size,
            @Setting(value = "a,b", doc = "Names.") List<String> names) {}

    private static Map<TenantId, Limits> parse(String text) throws ConfigException {
        return TenantOverrides.parse(text, FILE, Map.of("MANY", "9"), DEFAULTS);
    }

    private static String mistake(String text) {
        List<String> mistakes =
                assertThrows(ConfigException.class, () -> parse(text)).mistakes();
        assertFalse(mistakes.isEmpty());
        return mistakes.getFirst();
    }

    @Test
    void readsADamagedRuntimeFileOrSaysWhatIsWrong() {
        HostileCases.check(10, random -> {
            String text = Damage.ofText(CORPUS, random);
            HostileCases.within(MOST_BYTES, text.getBytes(StandardCharsets.UTF_8), () -> {
                try {
                    return parse(text);
                } catch (ConfigException e) {
                    assertFalse(e.mistakes().isEmpty());
                    return null;
                }
            });
        });
    }

    @Test
    void readsADamagedConfigurationOrSaysWhatIsWrong(@TempDir Path folder) {
        List<byte[]> corpus =
                Damage.corpus(List.of("sample:\n  size: 5\n  names: [x, 'y']\n", "sample.size: 0x1F\nsample.names: z"));
        Path file = folder.resolve("engram.yaml");
        HostileCases.check(1, random -> {
            byte[] text = Damage.of(corpus, random); // as bytes: it may be no UTF-8
            Files.write(file, text);
            HostileCases.within(MOST_BYTES, text, () -> {
                try {
                    return ConfigLoader.load(List.of("--config.file=" + file), Map.of(), List.of(Sample.class));
                } catch (ConfigException e) {
                    assertFalse(e.mistakes().isEmpty());
                    return null;
                }
            });
        });
    }

    @Test
    void refusesAliasesThatStandForMoreThanMemoryHolds() {
        StringBuilder laughs = new StringBuilder("x0: &x0 [lol, lol]\n");
        for (int i = 1; i < 28; i++) {
            laughs.append("x%d: &x%d [*x%d, *x%d]\n".formatted(i, i, i - 1, i - 1));
        }
        byte[] input = laughs.toString().getBytes(StandardCharsets.UTF_8);

        String mistake = HostileCases.within(MOST_BYTES, input, () -> mistake(laughs.toString()));
        assertTrue(mistake.contains("with aliases in place of their anchors"), mistake);
        String longText = "a: &a \"" + "x".repeat(1 << 20) + "\"\n";
        for (int i = 0; i < 20; i++) {
            longText += "b" + i + ": *a\n";
        }
        assertTrue(mistake(longText).contains("with aliases in place of their anchors"));
    }

    @Test
    void refusesAliasesThatNeverEndAndNestingThatNoStackHolds() {
        for (String endless : List.of("overrides: &a {t: *a}", "overrides: &a [[*a]]", "&a {*a : b}")) {
            assertTrue(mistake(endless).contains("within its own anchor"), endless);
        }
        for (String deep : List.of("[".repeat(100_000), "{a: ".repeat(100_000), "- ".repeat(100_000) + "x")) {
            assertTrue(mistake(deep).contains("more than 32 levels deep"), deep.substring(0, 4));
        }
        StringBuilder chain = new StringBuilder("x0: &x0 [y]\n");
        for (int i = 1; i < 40; i++) {
            chain.append("x%d: &x%d [*x%d]\n".formatted(i, i, i - 1));
        }
        assertTrue(mistake(chain.toString()).contains("more than 32 levels deep"));
    }

    @Test
    void refusesWhatTheScannerItselfFailsAt() {
        assertEquals(FILE + ": not legal YAML", mistake("overrides: \"\\u"));
    }

    @Test
    void refusesNumbersThatTakeLongerToReadThanTheyAreWorth() {
        assertTrue(mistake("overrides: {a: {max-series: " + "9".repeat(100_000) + "}}")
                .contains("a number may have 1000 characters"));
    }

    @Test
    void refusesKeysThatStandTwiceOrAreNoTexts() {
        assertTrue(mistake("overrides: {a: {max-series: 1, max-series: 2}}").contains("duplicate"));
        assertThrows(YamlEngineException.class, () -> YamlText.load("? [a, b]\n: c"));
    }

    /** As Cortex' and Mimir's files have it: sizes of tenants, named once. */
    @Test
    void takesAsManyTenantsOfOneSizeAsThereAre() throws ConfigException {
        List<String> lines = new ArrayList<>(List.of("overrides:", "  t0: &size {max-series: 5}"));
        for (int i = 1; i < 20_000; i++) {
            lines.add("  t" + i + ": *size");
        }

        Map<TenantId, Limits> overrides = parse(String.join("\n", lines));
        assertEquals(20_000, overrides.size());
        assertEquals(5, overrides.get(new TenantId("t19999")).maxSeries());
    }

    @Test
    void saysSoWhereAConfigurationIsNoUtf8(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("engram.yaml");
        Files.write(file, new byte[] {'a', ':', ' ', (byte) 0xFF});
        ConfigException e = assertThrows(
                ConfigException.class,
                () -> ConfigLoader.load(List.of("--config.file=" + file), Map.of(), List.of(Sample.class)));
        assertTrue(e.mistakes().getFirst().contains("cannot be read"), e.getMessage());
    }
}
