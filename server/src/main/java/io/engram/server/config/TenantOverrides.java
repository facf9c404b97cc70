package io.engram.server.config;

import io.engram.model.TenantId;
import io.engram.model.failure.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a YAML text {@code overrides: {tenant: {key: value}}}, as strictly as the configuration: every key that the
 * record does not have, every bad value and every bad tenant is a mistake, named with file, tenant and key.
 */
public final class TenantOverrides {
    private static final String TOP = "overrides";

    private TenantOverrides() {}

    /**
     * The record of each tenant that the text names.
     *
     * @param file for the texts of mistakes
     * @param defaults what holds where a tenant overrides nothing
     * @throws ConfigException with every mistake
     */
    public static <T extends Record> Map<TenantId, T> parse(
            String text, Path file, Map<String, String> environment, T defaults) throws ConfigException {
        List<String> mistakes = new ArrayList<>();
        Map<TenantId, T> records = new HashMap<>();
        YamlFile.parse(text, file, mistakes).forEach((key, value) -> {
            if (!key.equals(TOP)) {
                mistakes.add(file + ": " + key + ": unknown key; at the top is " + TOP);
            } else if (value instanceof Map<?, ?> tenants) {
                tenants.forEach((name, settings) -> {
                    String at = file + ": tenant " + name + ": ";
                    List<String> own = new ArrayList<>();
                    T record = record(settings, environment, defaults, own);
                    try {
                        records.put(new TenantId(String.valueOf(name)), record);
                    } catch (Failure e) {
                        own.add(0, e.getMessage());
                    }
                    own.forEach(mistake -> mistakes.add(at + mistake));
                });
            } else if (value != null) {
                mistakes.add(file + ": " + TOP + ": expected tenants with their limits");
            }
        });
        if (!mistakes.isEmpty()) {
            throw new ConfigException(mistakes);
        }
        return Map.copyOf(records);
    }

    private static <T extends Record> T record(
            Object settings, Map<String, String> environment, T defaults, List<String> mistakes) {
        return switch (settings) {
            case null -> defaults;
            case Map<?, ?> map ->
                RecordSettings.override(defaults, YamlFile.flat(map, environment, mistakes), mistakes);
            default -> {
                mistakes.add("expected keys and values");
                yield defaults;
            }
        };
    }
}
