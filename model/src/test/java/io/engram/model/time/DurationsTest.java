package io.engram.model.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.engram.model.testing.Seeds;
import org.junit.jupiter.api.Test;

class DurationsTest {
    @Test
    void readsUnitsFromLargeToSmall() {
        assertEquals(0, Durations.parse("0"));
        assertEquals(0, Durations.parse("0s"));
        assertEquals(324, Durations.parse("324ms"));
        assertEquals(5_400_000, Durations.parse("1h30m"));
        assertEquals(
                365L * 86_400_000 + 2 * 604_800_000L + 3 * 86_400_000L + 4 * 3_600_000L + 5 * 60_000 + 6 * 1000 + 7,
                Durations.parse("1y2w3d4h5m6s7ms"));
        assertEquals(9_223_372_036_000L, Durations.parse("9223372036s"));
    }

    @Test
    void refusesWhatIsNoDuration() {
        assertRefused("empty duration string", "");
        assertRefused("not a valid duration string: \"1\"", "1");
        assertRefused("not a valid duration string: \"-1m\"", "-1m");
        assertRefused("not a valid duration string: \"s\"", "s");
        assertRefused("not a valid duration string: \"30m1h\"", "30m1h");
        assertRefused("not a valid duration string: \"1m1m\"", "1m1m");
        assertRefused("unknown unit \".\" in duration \"1.5m\"", "1.5m");
        assertRefused("unknown unit \"hs\" in duration \"1hs\"", "1hs");
        assertRefused("not a valid duration string: \"99999999999999999999s\"", "99999999999999999999s");
        assertRefused("duration out of range", "294y");
        assertRefused("duration out of range", "292y52w");
    }

    @Test
    void writesYearsAndWeeksOnlyWhole() {
        assertEquals("0s", Durations.format(0));
        assertEquals("5m", Durations.format(300_000));
        assertEquals("90d", Durations.format(90 * 86_400_000L));
        assertEquals("2w", Durations.format(14 * 86_400_000L));
        assertEquals("1y", Durations.format(365 * 86_400_000L));
        assertEquals("366d", Durations.format(366 * 86_400_000L));
        assertEquals("1d1h1m1s1ms", Durations.format(90_061_001));
        assertEquals("-1h30m", Durations.format(-5_400_000));
    }

    @Test
    void readsWhatItWrites() {
        Seeds.check(5_000, random -> {
            long durationMs = random.nextLong(1, 1L << random.nextInt(1, 43));
            assertEquals(durationMs, Durations.parse(Durations.format(durationMs)));
        });
    }

    private static void assertRefused(String message, String text) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> Durations.parse(text))
                        .getMessage());
    }
}
