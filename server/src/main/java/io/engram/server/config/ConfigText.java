package io.engram.server.config;

import io.engram.server.http.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** The configuration as people read it: {@code --help}, {@code docs/configuration.md} and the page {@code /config}. */
public final class ConfigText {
    private static final int WIDTH = 100;
    private static final String INDENT = "        ";

    private ConfigText() {}

    /** Which keys {@link #yaml} shows. */
    public enum Mode {
        /** All, with the values that hold. */
        ALL,
        /** Those that are not at their default. */
        DIFF,
        /** All, with their defaults. */
        DEFAULTS
    }

    /** What {@code --help} prints: every key by section, with its default and meaning. */
    public static String help(String program, List<Class<? extends Record>> records) {
        StringBuilder text = new StringBuilder("Usage: " + program + " [--section.key=value ...]\n\n")
                .append("  --help\n" + INDENT + "Print this and exit.\n")
                .append("  --version\n" + INDENT + "Print the version and exit.\n")
                .append("  --config.file=\"\"\n" + INDENT + "YAML file with the same keys, nested or with dots;"
                        + " ${VAR} and ${VAR:default} are replaced.\n")
                .append(
                        "\nEvery key can be set in the environment too: --server.http-port is ENGRAM_SERVER_HTTP_PORT.\n")
                .append("A flag wins over the environment, that over the file.\n");
        bySection(records, (section, keys) -> {
            text.append('\n').append(section).append('\n');
            for (Key key : keys) {
                text.append("  --")
                        .append(key.text())
                        .append('=')
                        .append(shownDefault(key))
                        .append('\n');
                wrap(key.doc(), text);
            }
        });
        return text.toString();
    }

    /** The whole of {@code docs/configuration.md}. */
    public static String markdown(List<Class<? extends Record>> records) {
        StringBuilder text = new StringBuilder("""
                # Configuration

                Every key can be given as a flag (`--server.http-port=9009`), in the YAML file that `--config.file` names (nested
                or with dots; `${VAR}` and `${VAR:default}` are replaced in values), and in the environment
                (`ENGRAM_SERVER_HTTP_PORT`). A flag wins over the environment, that over the file. Durations are written as
                `100ms`, `30s`, `1h30m`, `15d`; sizes as bytes or `32MiB`; lists with commas. What is unknown or wrong stops the
                start, with one line per mistake.

                This page is made from the program's own list of keys (`--help` prints the same).
                """);
        bySection(records, (section, keys) -> {
            text.append("\n## ").append(section).append("\n\n| key | default | meaning |\n| --- | --- | --- |\n");
            for (Key key : keys) {
                String value = key.fallback().isEmpty() ? "" : "`" + key.fallback() + "`";
                text.append("| `")
                        .append(key.text())
                        .append("` | ")
                        .append(value)
                        .append(" | ");
                text.append(key.doc().replace("|", "\\|")).append(" |\n");
            }
        });
        return text.toString();
    }

    /** The effective configuration; what is secret is not shown. */
    public static String yaml(Config config, Mode mode) {
        StringBuilder text = new StringBuilder();
        String section = "";
        for (Key key : config.keys()) {
            Object fallback = Values.parse(key.fallback(), key.type());
            Object value = mode == Mode.DEFAULTS ? fallback : config.value(key);
            if (mode == Mode.DIFF && value.equals(fallback)) {
                continue;
            }
            if (!key.section().equals(section)) {
                section = key.section();
                text.append(section).append(":\n");
            }
            text.append(section.isEmpty() ? key.text() : "  " + key.text().substring(section.length() + 1))
                    .append(": ");
            appendScalar(key, value, text);
            text.append('\n');
        }
        return text.isEmpty() ? "{}\n" : text.toString();
    }

    private static void appendScalar(Key key, Object value, StringBuilder text) {
        if (key.secret()) {
            text.append(value.toString().isEmpty() ? "\"\"" : "\"********\"");
        } else if (value instanceof Long || value instanceof Integer) {
            long number = ((Number) value).longValue();
            text.append(key.fallback().endsWith("iB") ? Values.bytesText(number) : Long.toString(number));
        } else if (value instanceof Boolean || value instanceof Double) {
            text.append(value);
        } else {
            Json.quote(Values.text(value), text);
        }
    }

    private static void bySection(List<Class<? extends Record>> records, BiConsumer<String, List<Key>> each) {
        Map<String, List<Key>> sections = new LinkedHashMap<>();
        for (Class<? extends Record> record : records) {
            for (Key key : Key.of(record)) {
                sections.computeIfAbsent(key.section(), _ -> new ArrayList<>()).add(key);
            }
        }
        sections.forEach((section, keys) -> each.accept(section.isEmpty() ? "process" : section, keys));
    }

    private static String shownDefault(Key key) {
        return key.fallback().isEmpty() ? "\"\"" : key.fallback();
    }

    private static void wrap(String sentence, StringBuilder text) {
        int column = 0;
        for (String word : sentence.split(" ")) {
            if (column > 0 && column + 1 + word.length() > WIDTH) {
                text.append('\n');
                column = 0;
            }
            text.append(column == 0 ? INDENT : " ").append(word);
            column += (column == 0 ? INDENT.length() : 1) + word.length();
        }
        text.append('\n');
    }
}
