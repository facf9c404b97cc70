package io.engram.server.config;

import io.engram.model.failure.ErrorId;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
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

    /** How to take a record apart and to make one: found out once, as a runtime file names thousands of tenants. */
    private record Shape(Constructor<?> constructor, List<Method> accessors, List<List<ErrorId>> errors) {
        static Shape of(Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            List<Method> accessors = new ArrayList<>();
            List<List<ErrorId>> errors = new ArrayList<>();
            try {
                Constructor<?> constructor = type.getDeclaredConstructor(types);
                constructor.setAccessible(true);
                for (RecordComponent component : components) {
                    Method accessor = component.getAccessor();
                    accessor.setAccessible(true);
                    accessors.add(accessor);
                    errors.add(List.of(component
                            .getAnnotation(io.engram.model.config.Setting.class)
                            .errors()));
                }
                return new Shape(constructor, List.copyOf(accessors), List.copyOf(errors));
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException(type + " is a record", e);
            }
        }
    }

    private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
            return Shape.of(type);
        }
    };

    /** The settings in the order of their declaration. */
    public static List<Setting> of(Record record) {
        List<Setting> settings = new ArrayList<>();
        Shape shape = SHAPES.get(record.getClass());
        List<Key> keys = Key.of(record.getClass());
        for (int i = 0; i < keys.size(); i++) {
            Key key = keys.get(i);
            settings.add(new Setting(
                    key.name(),
                    key.section(),
                    value(record, shape.accessors.get(i)),
                    key.fallback(),
                    key.doc(),
                    shape.errors.get(i)));
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
        Shape shape = SHAPES.get(type);
        List<Key> keys = Key.of(type);
        Map<String, String> left = new LinkedHashMap<>(texts);
        Object[] values = new Object[keys.size()];
        int before = mistakes.size();
        for (int i = 0; i < keys.size(); i++) {
            Key key = keys.get(i);
            String text = left.remove(key.name());
            try {
                values[i] = text == null ? value(base, shape.accessors.get(i)) : Values.parse(text.strip(), key.type());
            } catch (IllegalArgumentException e) {
                mistakes.add(key.name() + ": '" + text + "' is not " + e.getMessage());
            }
        }
        List<String> names = keys.stream().map(Key::name).toList();
        left.keySet().forEach(key -> mistakes.add(key + ": unknown key" + Typos.suggestion(unqualified(key), names)));
        return mistakes.size() > before ? base : construct(type, shape, values, base, mistakes);
    }

    /** {@code limits.max-series} was meant to be {@code max-series}. */
    private static String unqualified(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }

    private static <T extends Record> T construct(
            Class<T> type, Shape shape, Object[] values, T base, List<String> mistakes) {
        try {
            return type.cast(shape.constructor.newInstance(values));
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

    private static Object value(Record record, Method accessor) {
        try {
            return accessor.invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("read " + accessor, e);
        }
    }
}
