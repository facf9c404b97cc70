package io.engram.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.ring.RingView;
import io.engram.server.lifecycle.Lifecycle;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code /ready} says of a process that has not seen its rings yet. */
class ReadinessTest {
    private final LateStore store = new LateStore();
    private final RingView ingesters = new RingView(store, Rings.INGESTER);
    private final RingView storeGateways = new RingView(store, Rings.STORE_GATEWAY);

    @AfterEach
    void close() {
        ingesters.close();
        storeGateways.close();
        store.close();
    }

    @Test
    void aQuerierWaitsForEachRingThatItNeeds() {
        Queries queries = new Queries(null, null, List.of(ingesters, storeGateways));
        assertEquals("the ingester ring", queries.awaited());
        store.tell("ring/ingester");
        assertEquals("the store-gateway ring", queries.awaited());
        store.tell("ring/store-gateway");
        assertNull(queries.awaited(), "that nobody is on it is an answer too");
    }

    @Test
    void aDistributorThatRunsWaitsForTheRingOfTheIngesters() throws Exception {
        Lifecycle lifecycle = new Lifecycle(List.of(new Pushes(List.of(ingesters))), Duration.ofSeconds(1));
        lifecycle.start();
        try {
            assertTrue(lifecycle.awaited().contains("the ingester ring"), lifecycle.awaited());
            store.tell("ring/ingester");
            assertNull(lifecycle.awaited());
        } finally {
            lifecycle.stop();
        }
    }
}
