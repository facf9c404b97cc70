package io.engram.tsdb.head;

import io.engram.model.limits.Limits;
import io.engram.model.limits.TenantLimits;
import java.time.Duration;
import java.util.List;

/** Limits that differ from the defaults in what the head looks at. */
final class TestLimits {
    private TestLimits() {}

    static TenantLimits retention(Duration retention) {
        Limits limits =
                new Limits(64, 1024, 2048, Duration.ZERO, Duration.ZERO, retention, List.of("__replica__"), false);
        return _ -> limits;
    }

    static TenantLimits keepForEver() {
        return retention(Duration.ZERO);
    }
}
