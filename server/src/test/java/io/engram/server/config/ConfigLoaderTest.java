package io.engram.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import io.engram.server.AuthConfig;
import io.engram.server.ServerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
    private static final List<Class<? extends Record>> RECORDS =
            List.of(ServerConfig.class, AuthConfig.class, Sample.class);

    @TempDir
    Path folder;

    enum Colour {
        RED,
        DARK_BLUE
    }

    @Section("sample")
    record Sample(
            @Setting(value = "1h30m", doc = "A time.") Duration time,
            @Setting(value = "32MiB", doc = "A size.") long size,
            @Setting(value = "red", doc = "A colour.") Colour colour,
            @Setting(value = "a, b", doc = "Some names.") List<String> names,
            @Setting(value = "/tmp/x", doc = "A path.") Path path,

            @Setting(value = "", doc = "A secret.", secret = true, key = "s3.access-key")
            String accessKey) {
        Sample {
            if (size > 1L << 40) {
                throw new IllegalArgumentException("sample.size must be at most 1TiB");
            }
        }
    }

    private static Config load(Map<String, String> environment, String... args) throws ConfigException {
        return ConfigLoader.load(List.of(args), environment, RECORDS);
    }

    private static List<String> mistakes(String... args) {
        return assertThrows(ConfigException.class, () -> load(Map.of(), args)).mistakes();
    }

    private String file(String yaml) throws Exception {
        return "--config.file=" + Files.writeString(folder.resolve("engram.yaml"), yaml);
    }

    @Test
    void readsDefaultsOfEveryType() throws Exception {
        Sample sample = load(Map.of()).get(Sample.class);

        assertEquals(
                new Sample(Duration.ofMinutes(90), 32 << 20, Colour.RED, List.of("a", "b"), Path.of("/tmp/x"), ""),
                sample);
    }

    @Test
    void takesFlagsInEveryForm() throws Exception {
        Config config = load(Map.of(), "--auth.require-tenant", "--sample.time", "15d", "--sample.colour=dark-blue");

        assertEquals(true, config.get(AuthConfig.class).requireTenant());
        assertEquals(Duration.ofDays(15), config.get(Sample.class).time());
        assertEquals(Colour.DARK_BLUE, config.get(Sample.class).colour());
        assertEquals(
                false,
                load(Map.of(), "--auth.require-tenant", "false")
                        .get(AuthConfig.class)
                        .requireTenant());
    }

    @Test
    void prefersFlagsOverEnvironmentOverFileOverDefault() throws Exception {
        String file = file("sample:\n  size: 1\n  time: 1s\nsample.colour: dark-blue\n");
        Map<String, String> environment = Map.of("ENGRAM_SAMPLE_SIZE", "2", "ENGRAM_SAMPLE_TIME", "2s");

        Sample sample = load(environment, file, "--sample.size=3").get(Sample.class);

        assertEquals(3, sample.size());
        assertEquals(Duration.ofSeconds(2), sample.time());
        assertEquals(Colour.DARK_BLUE, sample.colour());
    }

    @Test
    void expandsVariablesInValuesOnly() throws Exception {
        String file = file("sample:\n  names: [\"${A}\", \"${B:x#y}\"]\n  s3:\n    access-key: ${A}\n");

        Sample sample = load(Map.of("A", "k: v # no"), file).get(Sample.class);

        assertEquals(List.of("k: v # no", "x#y"), sample.names());
        assertEquals("k: v # no", sample.accessKey());
    }

    @Test
    void tellsEveryMistakeAtOnce() {
        assertEquals(
                List.of(
                        "oops: expected a flag such as --server.http-port=9009",
                        "sample.size: given twice on the command line",
                        "server.http-prot: unknown key (--server.http-prot); did you mean server.http-port?",
                        "server.idle-timeout: '5 minutes' (--server.idle-timeout) is not a duration such as 100ms, 30s,"
                                + " 1h30m or 15d",
                        "auth.require-tenant: 'yes' (--auth.require-tenant) is not true or false",
                        "sample.colour: 'green' (--sample.colour) is not one of red, dark-blue"),
                mistakes(
                        "oops",
                        "--sample.size=1",
                        "--sample.size=2",
                        "--server.http-prot=1",
                        "--server.idle-timeout=5 minutes",
                        "--auth.require-tenant=yes",
                        "--sample.colour=green"));
    }

    @Test
    void tellsWhatAFlagWithoutValueLacks() {
        assertEquals(List.of("server.http-port: --server.http-port needs a value"), mistakes("--server.http-port"));
        assertEquals(List.of("htp-port: --htp-port needs a value and is no known key"), mistakes("--htp-port"));
    }

    @Test
    void passesOnWhatARecordChecks() {
        assertEquals(List.of("sample.size must be at most 1TiB"), mistakes("--sample.size=2TiB"));
        assertEquals(
                List.of("server.http-tls-key-path is set, so server.http-tls-cert-path must be set too"),
                mistakes("--server.http-tls-key-path=/x"));
    }

    @Test
    void doesNotShowSecretsInMistakes() {
        assertEquals(
                List.of("sample.size: '99999999999999999999' (--sample.size) is not a smaller number"),
                mistakes("--sample.size=99999999999999999999", "--sample.s3.access-key=hidden"));
    }

    @Test
    void refusesVariablesOfItsSectionsThatAreNoKeys() {
        ConfigException refused = assertThrows(
                ConfigException.class, () -> load(Map.of("ENGRAM_SAMPLE_SIZES", "1", "ENGRAM_SERVER_PORTS", "1")));

        assertEquals(
                Set.of(
                        "ENGRAM_SAMPLE_SIZES: unknown key (in the environment); did you mean ENGRAM_SAMPLE_SIZE?",
                        "ENGRAM_SERVER_PORTS: unknown key (in the environment)"),
                Set.copyOf(refused.mistakes()));
    }

    @Test
    void leavesAloneWhatKubernetesAndTheLauncherPutIntoTheEnvironment() throws Exception {
        Config config = load(Map.of(
                "ENGRAM_PORT", "tcp://10.0.0.1:9009",
                "ENGRAM_SERVER_SERVICE_HOST", "10.0.0.1",
                "ENGRAM_SERVER_SERVICE_PORT_HTTP", "9009",
                "ENGRAM_SERVER_PORT", "tcp://10.0.0.1:9009",
                "ENGRAM_SERVER_PORT_9009_TCP_ADDR", "10.0.0.1",
                "ENGRAM_HEAP", "4g",
                "ENGRAM_JAVA_OPTS", "-Xss1m"));

        assertEquals("{}\n", ConfigText.yaml(config, ConfigText.Mode.DIFF));
    }

    @Test
    void tellsWhatIsWrongWithTheFile() throws Exception {
        String twice = file("sample:\n  size: 1\n  size: 2\n");
        assertEquals(
                folder.resolve("engram.yaml") + ":3:3: found duplicate key size",
                mistakes(twice).getFirst());
        String missing = file("sample:\n  size: ${NOPE}\n");
        assertEquals(
                "sample.size: environment variable NOPE is not set",
                mistakes(missing).getFirst());
        String unknown = file("sample:\n  sizes: 1\n");
        assertEquals(
                "sample.sizes: unknown key (in " + folder.resolve("engram.yaml") + "); did you mean sample.size?",
                mistakes(unknown).getFirst());
        String absent = folder.resolve("absent.yaml").toString();
        assertEquals(List.of("config.file: " + absent + " does not exist"), mistakes("--config.file=" + absent));
        String both = file("sample:\n  size: 1\nsample.size: 1\n");
        assertEquals(
                "sample.size: given twice in the file, nested and with dots",
                mistakes(both).getFirst());
    }

    @Test
    void readsDurationsLikePrometheus() {
        assertEquals(Duration.ofMillis(100), Values.parseDuration("100ms"));
        assertEquals(Duration.ofMillis(5_430_000), Values.parseDuration("1h30m30s"));
        assertEquals(Duration.ZERO, Values.parseDuration("0"));
        for (String bad : List.of("", "1", "m", "1m1h", "1h 1m", "-1s", "1.5h", "99999999999999999999y", "1m1m")) {
            assertThrows(IllegalArgumentException.class, () -> Values.parseDuration(bad), bad);
        }
    }

    @Test
    void showsWhatHoldsAndHidesSecrets() throws Exception {
        Config config = load(Map.of(), "--sample.s3.access-key=hidden", "--sample.size=64MiB");

        assertEquals(
                "sample:\n  size: 64MiB\n  s3.access-key: \"********\"\n",
                ConfigText.yaml(config, ConfigText.Mode.DIFF));
        String all = ConfigText.yaml(config, ConfigText.Mode.ALL);
        assertEquals(true, all.contains("\n  time: \"1h30m\"\n"), all);
        assertEquals("{}\n", ConfigText.yaml(load(Map.of()), ConfigText.Mode.DIFF));
    }

    @Test
    void showsAFileThatCanBeReadAgain() throws Exception {
        Config config = load(Map.of(), "--sample.size=64MiB", "--sample.time=36h", "--sample.names=");
        String file = file(ConfigText.yaml(config, ConfigText.Mode.ALL));

        assertEquals(config.get(Sample.class), load(Map.of(), file).get(Sample.class));
        assertEquals(config.get(ServerConfig.class), load(Map.of(), file).get(ServerConfig.class));
    }

    @Test
    void helpGroupsKeysWithDefaultAndMeaning() {
        String help = ConfigText.help("engram", List.of(AuthConfig.class, Sample.class));

        assertEquals("""

                auth
                  --auth.require-tenant=false
                        Refuse requests without the header X-Scope-OrgID; otherwise they belong to the tenant
                        anonymous.

                sample
                  --sample.time=1h30m
                        A time.
                  --sample.size=32MiB
                        A size.
                """, help.substring(help.indexOf("\nauth\n"), help.indexOf("  --sample.colour")));
    }

    @Test
    void documentationListsEveryKey() {
        String page = ConfigText.markdown(RECORDS);

        for (Class<? extends Record> record : RECORDS) {
            for (Key key : Key.of(record)) {
                assertEquals(true, page.contains("| `" + key.text() + "` | "), key.text());
            }
        }
    }
}
