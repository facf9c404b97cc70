package io.engram.server.config;

import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One key, as its record declares it.
 *
 * @param text {@code server.http-port}
 * @param fallback the default, as a user would write it
 */
record Key(String text, Type type, String fallback, String doc, boolean secret) {
    /** Reading annotations takes most of a millisecond a record; a runtime file names thousands of tenants. */
    private static final ClassValue<List<Key>> KEYS = new ClassValue<>() {
        @Override
        protected List<Key> computeValue(Class<?> record) {
            return read(record);
        }
    };

    /** The keys of a record, in the order of its components. */
    static List<Key> of(Class<? extends Record> record) {
        return KEYS.get(record);
    }

    private static List<Key> read(Class<?> record) {
        Section section = record.getAnnotation(Section.class);
        if (section == null) {
            throw new IllegalArgumentException(record + " has no @Section");
        }
        List<Key> keys = new ArrayList<>();
        for (RecordComponent component : record.getRecordComponents()) {
            Setting setting = component.getAnnotation(Setting.class);
            if (setting == null) {
                throw new IllegalArgumentException(component + " of " + record + " has no @Setting");
            }
            String name = setting.key().isEmpty() ? kebab(component.getName()) : setting.key();
            keys.add(new Key(
                    section.value().isEmpty() ? name : section.value() + "." + name,
                    component.getGenericType(),
                    setting.value(),
                    setting.doc(),
                    setting.secret()));
        }
        return List.copyOf(keys);
    }

    /** {@code httpPort} becomes {@code http-port}. */
    static String kebab(String name) {
        StringBuilder kebab = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isUpperCase(c)) {
                kebab.append('-');
            }
            kebab.append(Character.toLowerCase(c));
        }
        return kebab.toString();
    }

    /** {@code ENGRAM_SERVER_HTTP_PORT}. */
    String variable() {
        return ConfigLoader.VARIABLE_PREFIX
                + text.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** Empty for a key that stands alone, such as {@code target}. */
    String section() {
        return text.substring(0, Math.max(0, text.indexOf('.')));
    }

    /** Without its section: {@code http-port}. */
    String name() {
        return text.substring(text.indexOf('.') + 1);
    }

    boolean isSwitch() {
        return type == boolean.class;
    }
}
