package io.engram.distributor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.Seeds;
import org.junit.jupiter.api.Test;

final class TokenBucketTest {
    private final TokenBucket bucket = new TokenBucket();

    @Test
    void isFullAtFirstAndFillsAtItsRate() {
        assertTrue(take(500, 0));
        assertFalse(take(1, 0));
        assertFalse(take(1, 9), "0.9 tokens");
        assertTrue(take(1, 10));
        assertFalse(take(1, 10));
        assertTrue(take(500, 100_000), "never more than the burst");
        assertFalse(take(1, 100_000));
    }

    @Test
    void whatIsRefusedTakesNothing() {
        assertTrue(take(400, 0));
        assertFalse(take(200, 0));
        assertTrue(take(100, 0));
    }

    @Test
    void aRequestLargerThanTheBucketWaitsUntilItIsFullAndIsPaidOff() {
        assertTrue(take(2000, 0));
        assertFalse(take(1, 15_000), "1,500 tokens are owed");
        assertTrue(take(1, 15_010));
    }

    @Test
    void aClockThatIsSetBackTakesAndBringsNothing() {
        assertTrue(take(500, 10_000));
        assertFalse(take(1, 0));
        assertTrue(take(1, 10));
    }

    @Test
    void aNewLimitHoldsAtOnce() {
        assertTrue(take(400, 0));
        assertTrue(bucket.take(20, 100, 50, 0));
        assertFalse(bucket.take(31, 1000, 50, 0), "100 were left, of which 50 may be");
        assertTrue(bucket.take(31, 1000, 50, 1), "one millisecond at the new rate");
    }

    /** Whatever is asked for and when: what is taken in any time is at most the burst and the rate times that time. */
    @Test
    void theRateHoldsExactly() {
        Seeds.check(200, random -> {
            TokenBucket bucket = new TokenBucket();
            long nowMs = 0;
            long taken = 0;
            long asked = 0;
            for (int i = 0; i < 500; i++) {
                nowMs += random.nextInt(20);
                int count = random.nextInt(1, 10);
                asked += count;
                taken += bucket.take(count, 100, 500, nowMs) ? count : 0;
                assertTrue(taken <= 500 + nowMs / 10.0);
            }
            if (asked > 500 + nowMs / 10.0) {
                assertTrue(taken > 500 + nowMs / 10.0 - 20, "and nothing is withheld");
            } else {
                assertEquals(asked, taken);
            }
        });
    }

    private boolean take(int count, long nowMs) {
        return bucket.take(count, 100, 500, nowMs);
    }
}
