package io.engram.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.ring.testing.RefusingStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RingLifecycleTest {
    private final InProcessStore store = new InProcessStore();
    private final RingView view = new RingView(store, "ingester");

    @Test
    void anInstanceIsWrittenToFromActivateToLeave() {
        RingLifecycle self = lifecycle("a");
        self.join();
        assertNull(view.ring().soleOwner());
        self.activate();
        assertNotNull(view.ring().soleOwner());
        self.leave();
        assertNull(view.ring().soleOwner());
        assertEquals(1, view.ring().instances().size());
        self.forget();
        assertEquals(0, view.ring().instances().size());
    }

    @Test
    void whoeverForgetsItselfWhileTheStoreIsAwayHearsThatItIsNotDone() {
        RefusingStore away = new RefusingStore();
        RingLifecycle told = new RingLifecycle(away, "ingester", "a", "", "");
        RingLifecycle untold = new RingLifecycle(away, "ingester", "b", "", "");
        told.join();
        untold.join();
        assertTrue(told.forget());
        assertEquals(Set.of("b"), away.list("ring/ingester").keySet());
        away.isAway = true;
        assertFalse(untold.forget());
        untold.close();
        away.isAway = false;
        assertEquals(Set.of("b"), away.list("ring/ingester").keySet());
    }

    @Test
    void aRestartTakesUpItsTokens() {
        lifecycle("a").join();
        lifecycle("b").join();
        List<Integer> tokens = view.ring().instances().get(1).tokens();
        lifecycle("b").join();
        assertEquals(tokens, view.ring().instances().get(1).tokens());
    }

    @Test
    void instancesThatJoinAtTheSameTimeShareNoToken() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            RingLifecycle lifecycle = lifecycle("i" + i);
            threads.add(Thread.ofVirtual().start(lifecycle::join));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Set<Integer> tokens = new HashSet<>();
        view.ring().instances().forEach(instance -> tokens.addAll(instance.tokens()));
        assertEquals(8 * Tokens.PER_INSTANCE, tokens.size());
    }

    @Test
    void anInstanceThatCannotBeReadStaysAsItWas() {
        lifecycle("a").join();
        lifecycle("b").join();
        long version = store.get("ring/ingester/a").version();
        assertTrue(store.compareAndSet("ring/ingester/a", version, "rubbish".getBytes(StandardCharsets.UTF_8)));
        assertEquals(2, view.ring().instances().size());
        lifecycle("c").join();
        assertEquals(3, view.ring().instances().size());
    }

    @Test
    void closedViewsSeeNoMoreChanges() {
        view.close();
        lifecycle("a").join();
        assertEquals(0, view.ring().instances().size());
    }

    private RingLifecycle lifecycle(String id) {
        return new RingLifecycle(store, "ingester", id, "", "");
    }
}
