package io.engram.distributor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.distributor.limits.SendingRate;
import io.engram.model.limits.Limits;
import io.engram.model.testing.TestLimits;
import io.engram.ring.InProcessStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TenantRateTest {
    private static final Limits LIMITS = TestLimits.with(Map.of("ingestionRate", 100, "ingestionBurst", 200));

    @Test
    void distributorsCountEachOther() {
        InProcessStore store = new InProcessStore();
        List<DistributorCount> counts = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            DistributorCount one = new DistributorCount(store, "distributor-" + i);
            assertEquals(1, one.getAsInt(), "before it has seen anybody");
            one.start();
            counts.add(one);
            counts.forEach(each -> assertEquals(counts.size(), each.getAsInt()));
        }
        counts.get(0).stop();
        assertEquals(2, counts.get(1).getAsInt());
    }

    /** Whoever sends the same to each gets what the limit says, in all, and no more. */
    @Test
    void distributorsLetInTheLimitTogether() {
        List<TenantRate> rates = List.of(new TenantRate(() -> 3), new TenantRate(() -> 3), new TenantRate(() -> 3));
        int taken = 0;
        for (long ms = 0; ms <= 60_000; ms += 10) {
            for (TenantRate rate : rates) {
                taken += rate.admit(1, LIMITS, 1_000_000 + ms) ? 1 : 0;
            }
        }
        assertEquals(60 * 100 + 200, taken, 60 * 2 + 3, "rates and bursts are rounded up, for each distributor");
    }

    @Test
    void whatATenantSeesIsTheWhole() {
        TenantRate rate = new TenantRate(() -> 2);
        assertTrue(rate.admit(60, LIMITS, 1_000_000));
        SendingRate sending = rate.sending(LIMITS, 1_000_000);
        assertEquals(2.0, sending.samplesPerSecond(), 0.01);
        assertEquals(200, sending.burst());
        assertEquals(80, sending.burstLeft());
        assertFalse(rate.admit(41, LIMITS, 1_000_000));
        assertTrue(rate.admit(40, LIMITS, 1_000_000));
    }

    @Test
    void withoutALimitAnythingGoes() {
        TenantRate rate = new TenantRate(() -> 5);
        assertTrue(rate.admit(1 << 20, TestLimits.with(Map.of()), 0));
        assertEquals(0, rate.sending(TestLimits.with(Map.of()), 0).burst());
    }
}
