package io.engram.server.config;

import io.engram.model.failure.ErrorId;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A config record taken apart into its settings, and put together again with some of them replaced. */
public final class RecordSettings {
    private RecordSettings() {}

    /**
     * One setting of a record.
     *
     * @param key without its section: {@code max-series}
     * @param fallback its default, as a user would write it
     * @param errors what requests are refused with that go beyond it
     */
    public record Setting(String key, String section, Object value, String fallback, String doc, List<ErrorId> errors) {
        /** {@code limits.max-series}. */
        public String fullKey() {
            return section + "." + key;
        }

        /** As a user would write it. */
        public String text() {
            return Values.text(value);
        }
    }

    /** The settings in the order of their declaration. */
    public static List<Setting> of(Record record) {
        List<Setting> settings = new ArrayList<>();
        RecordComponent[] components = record.getClass().getRecordComponents();
        List<Key> keys = Key.of(record.getClass());
        for (int i = 0; i < components.length; i++) {
            Key key = keys.get(i);
            settings.add(new Setting(
                    key.name(),
                    key.section(),
                    value(record, components[i]),
                    key.fallback(),
                    key.doc(),
                    List.of(components[i]
                            .getAnnotation(io.engram.model.config.Setting.class)
                            .errors())));
        }
        return settings;
    }

    /**
     * The record with some of its settings replaced.
     *
     * @param texts by keys without their section, values as users write them
     * @param mistakes where what is wrong is added, one line each that begins with the key
     * @return {@code base} where there is a mistake
     */
    public static <T extends Record> T override(T base, Map<String, String> texts, List<String> mistakes) {
        @SuppressWarnings("unchecked")
        Class<T> type = (Class<T>) base.getClass();
        RecordComponent[] components = type.getRecordComponents();
        List<Key> keys = Key.of(type);
        Map<String, String> left = new LinkedHashMap<>(texts);
        Object[] values = new Object[components.length];
        int before = mistakes.size();
        for (int i = 0; i < components.length; i++) {
            Key key = keys.get(i);
            String text = left.remove(key.name());
            try {
                values[i] = text == null ? value(base, components[i]) : Values.parse(text.strip(), key.type());
            } catch (IllegalArgumentException e) {
                mistakes.add(key.name() + ": '" + text + "' is not " + e.getMessage());
            }
        }
        List<String> names = keys.stream().map(Key::name).toList();
        left.keySet().forEach(key -> mistakes.add(key + ": unknown key" + Typos.suggestion(unqualified(key), names)));
        return mistakes.size() > before ? base : construct(type, components, values, base, mistakes);
    }

    /** {@code limits.max-series} was meant to be {@code max-series}. */
    private static String unqualified(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }

    private static <T extends Record> T construct(
            Class<T> type, RecordComponent[] components, Object[] values, T base, List<String> mistakes) {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (!(e.getCause() instanceof IllegalArgumentException refused)) {
                throw new IllegalStateException("construct " + type, e);
            }
            mistakes.add(refused.getMessage());
            return base;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("construct " + type, e);
        }
    }

    private static Object value(Record record, RecordComponent component) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("read " + component + " of " + record.getClass(), e);
        }
    }
}
