package io.engram.server.config;

import java.util.List;
import java.util.Map;

/** The configuration that holds: records by their class. Immutable. */
public final class Config {
    private final Map<Class<?>, Record> records;
    private final List<Key> keys;
    private final Map<String, Object> values;

    Config(Map<Class<?>, Record> records, List<Key> keys, Map<String, Object> values) {
        this.records = Map.copyOf(records);
        this.keys = keys;
        this.values = Map.copyOf(values);
    }

    /** @throws IllegalArgumentException where the class was not among those that were loaded */
    public <T extends Record> T get(Class<T> record) {
        Record found = records.get(record);
        if (found == null) {
            throw new IllegalArgumentException(record + " was not loaded");
        }
        return record.cast(found);
    }

    List<Key> keys() {
        return keys;
    }

    Object value(Key key) {
        return values.get(key.text());
    }
}
