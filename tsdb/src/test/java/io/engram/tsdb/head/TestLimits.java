package io.engram.tsdb.head;

import io.engram.model.limits.Limits;
import io.engram.model.limits.TenantLimits;
import java.time.Duration;
import java.util.Map;

/** Limits that differ from the defaults in what the head looks at: samples are taken in order only. */
final class TestLimits {
    private TestLimits() {}

    static TenantLimits retention(Duration retention) {
        return with(Map.of("retention", retention, "outOfOrderTimeWindow", Duration.ZERO));
    }

    static TenantLimits keepForEver() {
        return retention(Duration.ZERO);
    }

    static TenantLimits with(Map<String, ?> changed) {
        Limits limits = io.engram.model.testing.TestLimits.with(changed);
        return _ -> limits;
    }
}
