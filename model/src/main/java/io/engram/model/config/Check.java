package io.engram.model.config;

import java.time.Duration;

/** Checks of settings, for the compact constructors of config records. Each refusal begins with the key. */
public final class Check {
    private Check() {}

    /**
     * @param otherwise names the key and what its value must be
     * @throws IllegalArgumentException with {@code otherwise}
     */
    public static void that(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    public static void atLeastZero(String key, long value) {
        that(value >= 0, key + " must be at least 0");
    }

    public static void atLeastZero(String key, Duration value) {
        that(!value.isNegative(), key + " must be at least 0");
    }

    public static void aboveZero(String key, long value) {
        that(value > 0, key + " must be above 0");
    }

    public static void aboveZero(String key, Duration value) {
        that(value.isPositive(), key + " must be above 0");
    }
}
