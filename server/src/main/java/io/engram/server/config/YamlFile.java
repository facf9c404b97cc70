package io.engram.server.config;

import io.engram.server.yaml.YamlText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Flattens a YAML file into keys and texts: {@code server: {http-port: 1}} and {@code server.http-port: 1} are the same.
 * {@code ${VAR}} and {@code ${VAR:default}} are replaced in values, after parsing, so that what a variable holds cannot
 * change the structure.
 */
final class YamlFile {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::([^}]*))?}");

    private final Map<String, String> environment;
    private final List<String> mistakes;
    private final Map<String, String> values = new LinkedHashMap<>();

    private YamlFile(Map<String, String> environment, List<String> mistakes) {
        this.environment = environment;
        this.mistakes = mistakes;
    }

    /** @param mistakes where what is wrong is added */
    static Map<String, String> read(Path file, Map<String, String> environment, List<String> mistakes) {
        try {
            return flat(parse(Files.readString(file), file, mistakes), environment, mistakes);
        } catch (NoSuchFileException _) {
            mistakes.add("config.file: " + file + " does not exist");
        } catch (IOException e) {
            mistakes.add("config.file: " + file + " cannot be read: " + e.getMessage());
        }
        return Map.of();
    }

    /**
     * The top of a YAML text, which must be a map; an empty one where it is empty or wrong.
     *
     * @param file for the texts of mistakes
     */
    static Map<?, ?> parse(String text, Path file, List<String> mistakes) {
        try {
            Object root = YamlText.load(text);
            if (root instanceof Map<?, ?> map) {
                return map;
            } else if (root != null) {
                mistakes.add(file + ": expected keys and values at the top");
            }
        } catch (MarkedYamlEngineException e) {
            String where = e.getProblemMark()
                    .map(mark -> ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
                    .orElse("");
            mistakes.add(file + where + ": " + e.getProblem());
        } catch (YamlEngineException e) {
            mistakes.add(file + ": "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("not YAML"));
        }
        return Map.of();
    }

    /** Keys with dots and their texts, with variables replaced. */
    static Map<String, String> flat(Map<?, ?> map, Map<String, String> environment, List<String> mistakes) {
        YamlFile yaml = new YamlFile(environment, mistakes);
        yaml.flatten("", map);
        return yaml.values;
    }

    private void flatten(String prefix, Map<?, ?> map) {
        map.forEach((name, value) -> {
            String key = prefix + name;
            switch (value) {
                case Map<?, ?> nested -> flatten(key + ".", nested);
                case List<?> list -> put(key, joined(key, list));
                case null -> put(key, "");
                default -> put(key, expand(key, value.toString()));
            }
        });
    }

    private String joined(String key, List<?> list) {
        return String.join(
                ",",
                list.stream().map(item -> expand(key, String.valueOf(item))).toList());
    }

    private void put(String key, String value) {
        if (values.putIfAbsent(key, value) != null) {
            mistakes.add(key + ": given twice in the file, nested and with dots");
        }
    }

    private String expand(String key, String value) {
        StringBuilder expanded = new StringBuilder();
        Matcher variable = VARIABLE.matcher(value);
        while (variable.find()) {
            String found = environment.getOrDefault(variable.group(1), variable.group(2));
            if (found == null) {
                mistakes.add(key + ": environment variable " + variable.group(1) + " is not set");
                found = "";
            }
            variable.appendReplacement(expanded, Matcher.quoteReplacement(found));
        }
        return variable.appendTail(expanded).toString();
    }
}
