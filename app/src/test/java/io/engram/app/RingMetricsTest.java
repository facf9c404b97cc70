package io.engram.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.ring.InProcessStore;
import io.engram.ring.RingLifecycle;
import io.engram.ring.RingView;
import io.engram.server.config.ConfigLoader;
import io.engram.server.metrics.Metrics;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RingMetricsTest {
    private final Metrics metrics = new Metrics();

    /** All samples, by name and labels. */
    private Map<String, Double> samples() {
        Map<String, Double> samples = new TreeMap<>();
        metrics.forEachSample((name, labels, value) -> samples.put(name + " " + String.join(" ", labels), value));
        return samples;
    }

    private static String members(String state, boolean healthy) {
        return "engram_ring_members ring ingester state " + state + " healthy " + healthy;
    }

    @Test
    void tellWhoIsOnTheRingAndWhoIsSilent() throws Exception {
        try (InProcessStore store = new InProcessStore();
                RingView view = new RingView(store, "ingester")) {
            RingLifecycle self = new RingLifecycle(store, "ingester", "a-1", "h:1", "a");
            RingLifecycle other = new RingLifecycle(store, "ingester", "b-1", "h:2", "b");
            RingMetrics.register("ingester", view, "a-1", metrics);
            assertEquals(0.0, samples().get(members("ACTIVE", true)));
            self.join();
            self.activate();
            other.join();

            Map<String, Double> all = samples();
            assertEquals(1.0, all.get(members("ACTIVE", true)));
            assertEquals(1.0, all.get(members("JOINING", true)));
            for (String state : new String[] {"PENDING", "LEAVING"}) {
                assertEquals(0.0, all.get(members(state, true)));
                assertEquals(0.0, all.get(members(state, false)));
            }
            assertEquals(0.0, all.get("engram_ring_silent_members ring ingester"));
            assertEquals(0.0, all.get("engram_ring_silent_zones ring ingester"));
            assertEquals(1.0, all.get("engram_ring_connected ring ingester"));
            assertEquals(0.0, all.get("engram_ring_age_seconds ring ingester"));
            assertEquals(1.0, all.get("engram_ring_tokens_owned_ratio ring ingester"));

            other.close();
            awaitSilent(1);
            assertEquals(1.0, samples().get("engram_ring_silent_zones ring ingester"));
            // Both zones: the view holds nobody unhealthy, as it may be the store that is cut off.
            self.close();
            awaitSilent(2);
            assertEquals(2.0, samples().get("engram_ring_silent_zones ring ingester"));
            assertEquals(1.0, samples().get(members("ACTIVE", true)));
        }
    }

    /** A heartbeat is gone for a whole millisecond before it counts as gone. */
    private void awaitSilent(int count) {
        long endNs = System.nanoTime() + 30_000_000_000L;
        while (samples().get("engram_ring_silent_members ring ingester") != count) {
            assertTrue(System.nanoTime() < endNs, () -> samples().toString());
        }
    }

    @Test
    void tellThatTheStoreIsAway() {
        Map<String, String> nowhere = Map.of("ring.backend", "zookeeper", "ring.zookeeper.connect", "127.0.0.1:1");
        try (Rings rings = Rings.open(ConfigLoader.record(RingConfig.class, nowhere))) {
            RingMetrics.register("ingester", rings.view(Rings.INGESTER), "a-1", metrics);

            assertEquals(0.0, samples().get("engram_ring_connected ring ingester"));
            assertTrue(samples().get("engram_ring_age_seconds ring ingester") > 0);
            assertEquals(0.0, samples().get("engram_ring_tokens_owned_ratio ring ingester"));
        }
    }
}
