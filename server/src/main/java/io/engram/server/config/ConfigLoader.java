package io.engram.server.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Binds flags ({@code --server.http-port=9009}, {@code --server.http-port 9009}, {@code --auth.require-tenant}), a YAML
 * file ({@code --config.file}) and the environment ({@code ENGRAM_SERVER_HTTP_PORT}) to records. Strict: what no record
 * declares is a mistake, and all mistakes are told at once.
 */
public final class ConfigLoader {
    static final String VARIABLE_PREFIX = "ENGRAM_";
    private static final String FILE_KEY = "config.file";
    private static final Pattern KUBERNETES = Pattern.compile("SERVICE_(HOST|PORT.*)|PORT(_\\d+_.*)?");

    private final List<Class<? extends Record>> records;
    private final Map<String, Key> keys = new LinkedHashMap<>();
    private final List<String> mistakes = new ArrayList<>();
    /** Key to text, and to where it was set; later sources replace earlier ones. */
    private final Map<String, String> texts = new LinkedHashMap<>();

    private final Map<String, String> origins = new LinkedHashMap<>();

    private ConfigLoader(List<Class<? extends Record>> records) {
        this.records = records;
        for (Class<? extends Record> record : records) {
            for (Key key : Key.of(record)) {
                if (keys.put(key.text(), key) != null) {
                    throw new IllegalArgumentException(key.text() + " is declared twice");
                }
            }
        }
    }

    /**
     * @param args the command line
     * @param environment as {@link System#getenv()}
     * @throws ConfigException with every mistake
     */
    public static Config load(List<String> args, Map<String, String> environment, List<Class<? extends Record>> records)
            throws ConfigException {
        ConfigLoader loader = new ConfigLoader(records);
        Map<String, String> flags = new CommandLine(loader.keys, loader.mistakes).parse(args);
        String file = flags.getOrDefault(FILE_KEY, environment.get(VARIABLE_PREFIX + "CONFIG_FILE"));
        if (file != null) {
            YamlFile.read(Path.of(file), environment, loader.mistakes)
                    .forEach((key, text) -> loader.put(key, text, "in " + file));
        }
        loader.readEnvironment(environment);
        flags.forEach((key, text) -> loader.put(key, text, "--" + key));
        return loader.bind();
    }

    /**
     * One record from values as users write them, for tests and tools; unnamed keys have their defaults.
     *
     * @throws IllegalArgumentException where a value is bad
     */
    public static <T extends Record> T record(Class<T> type, Map<String, String> values) {
        ConfigLoader loader = new ConfigLoader(List.of(type));
        for (Key key : loader.keys.values()) {
            if (values.containsKey(key.text())) {
                loader.put(key.text(), values.get(key.text()), "given");
            }
        }
        try {
            return loader.bind().get(type);
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** The defaults of a record. */
    public static <T extends Record> T defaults(Class<T> type) {
        return record(type, Map.of());
    }

    private void readEnvironment(Map<String, String> environment) {
        Map<String, Key> byVariable = new LinkedHashMap<>();
        keys.values().forEach(key -> byVariable.put(key.variable(), key));
        environment.forEach((variable, text) -> {
            Key key = byVariable.get(variable);
            if (key != null) {
                put(key.text(), text, "in " + variable);
            } else if (namesOurSection(variable)) {
                mistakes.add(variable + ": unknown key (in the environment)"
                        + Typos.suggestion(variable, byVariable.keySet()));
            }
        });
    }

    /** Kubernetes puts {@code ENGRAM_QUERIER_SERVICE_HOST} and its like into the environment; those are no keys. */
    private boolean namesOurSection(String variable) {
        return keys.values().stream()
                .map(key ->
                        VARIABLE_PREFIX + key.section().toUpperCase(Locale.ROOT).replace('-', '_') + "_")
                .distinct()
                .anyMatch(prefix -> prefix.length() > VARIABLE_PREFIX.length() + 1
                        && variable.startsWith(prefix)
                        && !KUBERNETES
                                .matcher(variable.substring(prefix.length()))
                                .matches());
    }

    private void put(String key, String text, String origin) {
        if (keys.containsKey(key)) {
            texts.put(key, text);
            origins.put(key, origin);
        } else if (!key.equals(FILE_KEY)) {
            mistakes.add(key + ": unknown key (" + origin + ")" + Typos.suggestion(key, keys.keySet()));
        }
    }

    private Config bind() throws ConfigException {
        Map<Class<?>, Record> bound = new LinkedHashMap<>();
        Map<String, Object> values = new LinkedHashMap<>();
        for (Class<? extends Record> record : records) {
            bind(record, bound, values);
        }
        if (!mistakes.isEmpty()) {
            throw new ConfigException(mistakes);
        }
        return new Config(bound, List.copyOf(keys.values()), values);
    }

    private void bind(Class<? extends Record> type, Map<Class<?>, Record> bound, Map<String, Object> values) {
        List<Object> arguments = new ArrayList<>();
        for (Key key : Key.of(type)) {
            String text = texts.getOrDefault(key.text(), key.fallback());
            try {
                Object value = Values.parse(text.strip(), key.type());
                arguments.add(value);
                values.put(key.text(), value);
            } catch (IllegalArgumentException e) {
                String shown = key.secret() ? "the value" : "'" + text + "'";
                mistakes.add(key.text() + ": " + shown + " (" + origins.get(key.text()) + ") is not " + e.getMessage());
            }
        }
        if (arguments.size() == type.getRecordComponents().length) {
            construct(type, arguments, bound);
        }
    }

    private void construct(Class<? extends Record> type, List<Object> arguments, Map<Class<?>, Record> bound) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            bound.put(type, constructor.newInstance(arguments.toArray()));
        } catch (InvocationTargetException e) {
            if (!(e.getCause() instanceof IllegalArgumentException refused)) {
                throw new IllegalStateException("construct " + type, e);
            }
            mistakes.add(refused.getMessage());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("construct " + type, e);
        }
    }
}
