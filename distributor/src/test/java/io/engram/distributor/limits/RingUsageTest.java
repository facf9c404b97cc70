package io.engram.distributor.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.TenantId;
import io.engram.model.limits.TenantUsage;
import io.engram.proto.Usage;
import io.engram.ring.Instance;
import io.engram.ring.Ring;
import io.engram.ring.RingReads;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RingUsageTest {
    private static final TenantId TENANT = new TenantId("team-a");

    private static Usage usage(Map<String, TenantUsage> of) {
        Ring ring = Ring.of(IntStream.range(0, of.size())
                .mapToObj(i -> new Instance("i" + i, "", "", Instance.State.ACTIVE, List.of(i)))
                .toList());
        RingReads reads = new RingReads(() -> ring, (all, _) -> all, 3, Duration.ofMinutes(1));
        return new RingUsage(reads, instance -> new Usage() {
            @Override
            public TenantUsage usage(TenantId tenant) {
                return of.get(instance.id());
            }

            @Override
            public long seriesOfMetric(TenantId tenant, String metric) {
                return of.get(instance.id()).series() / 10;
            }
        });
    }

    private static TenantUsage has(int series, String metric, int room) {
        return new TenantUsage(series, List.of(series / 2), metric, series / 4, 30, 15, 10L * series, room);
    }

    @Test
    void whatSixIngestersShareInThreeCopiesIsHalfOfAll() {
        Usage usage = usage(Map.of(
                "i0", has(400, "up", 900),
                "i1", has(400, "up", 800),
                "i2", has(400, "down", 700),
                "i3", has(400, "up", 600),
                "i4", has(400, "up", 500),
                "i5", has(400, "up", 400)));
        TenantUsage all = usage.usage(TENANT);
        assertEquals(800, all.series());
        assertEquals(List.of(400), all.budgetSeries());
        assertEquals("up", all.biggestMetric());
        assertEquals(167, all.biggestMetricSeries());
        assertEquals(60, all.exemplars());
        assertEquals(800, all.instanceRoom(), "twice what the fullest has room for");
        assertEquals(80, usage.seriesOfMetric(TENANT, "up"));
    }
}
