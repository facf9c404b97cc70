package io.engram.distributor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SampleRateTest {
    private static final long NOW_MS = 1_700_000_000_000L;

    @Test
    void settlesAtTheRateOfASteadySender() {
        SampleRate rate = new SampleRate();
        for (int second = 0; second < 600; second++) {
            rate.add(250, NOW_MS + 1000L * second);
        }
        assertEquals(250, rate.perSecond(NOW_MS + 599_500), 3);
        // And is all but forgotten some minutes after the last sample.
        assertTrue(rate.perSecond(NOW_MS + 600_000 + 10 * 60_000) < 0.1);
    }

    @Test
    void aClockThatIsSetBackChangesNothing() {
        SampleRate rate = new SampleRate();
        rate.add(600, NOW_MS);
        assertEquals(10, rate.perSecond(NOW_MS), 1e-9);
        assertEquals(10, rate.perSecond(NOW_MS - 1_000_000), 1e-9);
        rate.add(600, NOW_MS - 1_000_000);
        assertEquals(20, rate.perSecond(NOW_MS), 1e-9);
    }

    @Test
    void aBucketTellsWhatIsLeftOfIt() {
        TokenBucket bucket = new TokenBucket();
        assertEquals(1000, bucket.left(100, 1000, NOW_MS));
        assertTrue(bucket.take(400, 100, 1000, NOW_MS));
        assertEquals(600, bucket.left(100, 1000, NOW_MS));
        assertEquals(800, bucket.left(100, 1000, NOW_MS + 2_000));
        assertEquals(1000, bucket.left(100, 1000, NOW_MS + 60_000));
        assertTrue(bucket.take(3_000, 100, 1000, NOW_MS + 60_000));
        assertEquals(0, bucket.left(100, 1000, NOW_MS + 60_000));
    }
}
