package io.engram.tsdb.head;

import io.engram.model.limits.Limits;
import io.engram.model.limits.TenantLimits;
import java.time.Duration;
import java.util.Map;

/** Limits that differ from the defaults in what the head looks at: in order only, where no window is named. */
public final class TestLimits {
    private TestLimits() {}

    public static TenantLimits retention(Duration retention) {
        return retention(retention, Duration.ZERO);
    }

    /** Samples may be so much older than the newest of their series. */
    public static TenantLimits window(Duration window) {
        return retention(Duration.ZERO, window);
    }

    public static TenantLimits retention(Duration retention, Duration window) {
        return with(Map.of("retention", retention, "outOfOrderTimeWindow", window));
    }

    public static TenantLimits keepForEver() {
        return retention(Duration.ZERO);
    }

    public static TenantLimits with(Map<String, ?> changed) {
        Limits limits = io.engram.model.testing.TestLimits.with(changed);
        return _ -> limits;
    }
}
