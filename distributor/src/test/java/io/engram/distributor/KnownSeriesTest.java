package io.engram.distributor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.Seeds;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class KnownSeriesTest {
    private static final int SERIES = 50_000;

    private final KnownSeries known = new KnownSeries(1 << 30);
    private final SplittableRandom random = Seeds.random();
    private final long[] hi = random.longs(SERIES).map(word -> word | 1).toArray();
    private final long[] lo = random.longs(SERIES).toArray();
    private final int[] placement = new int[SERIES];

    /** Asks for all series as a scrape sends them, and adds what is not known; returns how many were not. */
    private int round() {
        int[] missed = new int[SERIES];
        int missedCount = known.placements(hi, lo, 0, SERIES, placement, missed);
        int added = 0;
        for (int k = 0; k < missedCount; k++) {
            int i = missed[k];
            if (known.placement(hi[i], lo[i]) == KnownSeries.MISS) {
                known.add(hi[i], lo[i], -i);
                added++;
            }
        }
        return added;
    }

    @Test
    void growsUntilAllSeriesStay() {
        for (int round = 0; round < 6; round++) {
            round();
        }
        assertEquals(0, round());
        for (int i = 0; i < SERIES; i++) {
            assertEquals(Integer.toUnsignedLong(-i), known.placement(hi[i], lo[i]));
        }
        assertTrue(known.slots() <= 1 << 17, () -> known.slots() + " slots for " + SERIES + " series");
    }

    @Test
    void doesNotGrowByWhatComesAndGoes() {
        for (int round = 0; round < 6; round++) {
            round();
        }
        int before = known.slots();
        int replaced = SERIES / 40;
        int fresh = 0;
        for (int round = 0; round < 400; round++) {
            int from = round % 40 * replaced;
            for (int i = from; i < from + replaced; i++) {
                hi[i] = random.nextLong() | 1;
            }
            fresh += round();
        }
        assertTrue(known.slots() <= 2 * before, () -> known.slots() + " slots after " + before);
        // Each new series is a miss, and few others are.
        assertTrue(fresh < 1.1 * 400 * replaced, Integer.toString(fresh));
    }

    @Test
    void isBounded() {
        KnownSeries small = new KnownSeries(1 << 20);
        for (int i = 0; i < SERIES; i++) {
            small.add(hi[i], lo[i], i);
        }
        assertTrue(small.slots() * 16L * 2 <= 1 << 20);
        for (int i = SERIES - 10_000; i < SERIES; i++) {
            assertEquals(i, small.placement(hi[i], lo[i]), "the newest stay");
        }
    }
}
