package io.engram.model.testing;

import io.engram.model.config.Setting;
import io.engram.model.limits.ActiveSeriesTrackers;
import io.engram.model.limits.LabelSetBudgets;
import io.engram.model.limits.Limits;
import io.engram.model.time.Durations;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The default limits, some of them replaced: {@code TestLimits.with(Map.of("maxSeries", 10))}. */
public final class TestLimits {
    private TestLimits() {}

    /** @param changed values by the names of the record's components */
    public static Limits with(Map<String, ?> changed) {
        Map<String, Object> left = new TreeMap<>(changed);
        RecordComponent[] components = Limits.class.getRecordComponents();
        Object[] values = Arrays.stream(components)
                .map(component -> left.containsKey(component.getName())
                        ? left.remove(component.getName())
                        : parse(component.getAnnotation(Setting.class).value(), component))
                .toArray();
        if (!left.isEmpty()) {
            throw new IllegalArgumentException("no limits: " + left.keySet());
        }
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return Limits.class.getConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(e.getCause() == null ? e : e.getCause());
        }
    }

    private static Object parse(String text, RecordComponent component) {
        Class<?> type = component.getType();
        if (type == int.class) {
            return Integer.parseInt(text);
        } else if (type == long.class) {
            return text.endsWith("GiB")
                    ? Long.parseLong(text.substring(0, text.length() - 3)) << 30
                    : Long.parseLong(text);
        } else if (type == String.class) {
            return text;
        } else if (type == boolean.class) {
            return Boolean.parseBoolean(text);
        } else if (type == Duration.class) {
            return Duration.ofMillis(Durations.parse(text));
        } else if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .filter(constant ->
                            constant.toString().toLowerCase(Locale.ROOT).equals(text))
                    .findFirst()
                    .orElseThrow();
        } else if (type == LabelSetBudgets.class) {
            return LabelSetBudgets.parse(text);
        } else if (type == ActiveSeriesTrackers.class) {
            return ActiveSeriesTrackers.parse(text);
        } else if (component.getGenericType() instanceof ParameterizedType) {
            return text.isEmpty() ? List.of() : List.of(text.split(","));
        }
        throw new IllegalArgumentException("a limit of type " + type);
    }
}
