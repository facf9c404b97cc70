package io.engram.model.testing;

import java.util.SplittableRandom;

/**
 * Randomness for property tests: fixed seeds in every build, another one with {@code -Dengram.test.seed=N}; a failure
 * names its seed and the command to repeat it.
 */
public final class Seeds {
    private Seeds() {}

    /** A property that must hold for whatever {@code random} brings. */
    @FunctionalInterface
    public interface Property {
        void check(SplittableRandom random) throws Exception;
    }

    /** Checks the property {@code rounds} times, each with a seed of its own. */
    public static void check(int rounds, Property property) {
        long base = baseSeed();
        for (int round = 0; round < rounds; round++) {
            long seed = base + round;
            try {
                property.check(new SplittableRandom(seed));
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        "failed with seed " + seed + "; repeat with -Dengram.test.seed=" + seed + ": " + e.getMessage(),
                        e);
            }
        }
    }

    /** A generator for tests that draw once. */
    public static SplittableRandom random() {
        return new SplittableRandom(baseSeed());
    }

    private static long baseSeed() {
        String given = System.getProperty("engram.test.seed", "");
        return given.isEmpty() ? 20_260_101L : Long.parseLong(given);
    }
}
