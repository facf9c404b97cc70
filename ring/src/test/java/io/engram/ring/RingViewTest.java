package io.engram.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.ring.KeyValueStore.Change;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RingViewTest {
    private final InProcessStore store = new InProcessStore();
    private final AtomicLong nowMs = new AtomicLong(1_000_000);
    private final RingView view = new RingView(store, "gateway", Duration.ofMinutes(10), true, nowMs::get);
    private final RingOperator operator = new RingOperator(store, "gateway");
    private final RingLifecycle a = joined("a");
    private final RingLifecycle b = joined("b");
    private final RingLifecycle c = joined("c");

    @AfterEach
    void close() {
        view.close();
        List.of(a, b, c).forEach(RingLifecycle::close);
    }

    @Test
    void aCrashedInstanceIsUnhealthyThenForgotten() {
        assertNull(view.awaited());
        b.close();
        pass(0);
        assertTrue(instance("b").healthy());
        pass(2 * store.sessionTimeoutMs());
        assertFalse(instance("b").healthy());
        assertEquals(2 * store.sessionTimeoutMs(), view.status().get(1).silentMs());
        assertEquals(0, view.status().get(0).silentMs());
        assertEquals(3, view.ring().instances().size());
        pass(Duration.ofMinutes(10).toMillis());
        assertEquals(2, view.ring().instances().size());
        assertEquals(0, store.get("ring/gateway/b").version());
    }

    @Test
    void thoseWhoDiedTogetherAreForgottenWhereNobodyCallsThem() {
        try (RingView uncalled = new RingView(store, "gateway", Duration.ofMinutes(10), false, nowMs::get)) {
            a.close();
            b.close();
            pass(0);
            uncalled.tick();
            nowMs.addAndGet(Duration.ofMinutes(10).toMillis());
            pass(0);
            assertEquals(3, view.ring().instances().size(), "calls tell that they are dead");
            assertTrue(instance("a").healthy());
            uncalled.tick();
            assertEquals(
                    List.of("c"),
                    uncalled.ring().instances().stream().map(Instance::id).toList());
        }
    }

    @Test
    void whereItIsOffNobodyIsForgotten() {
        try (RingView keeping = new RingView(store, "gateway", Duration.ZERO, true, nowMs::get)) {
            b.close();
            keeping.tick();
            nowMs.addAndGet(Duration.ofDays(10).toMillis());
            keeping.tick();
            assertFalse(keeping.ring().instances().get(1).healthy());
            assertEquals(3, keeping.ring().instances().size());
        }
    }

    @Test
    void aStoreThatForgotEverythingIsNotBelievedAtOnce() {
        List.of(a, b, c).forEach(RingLifecycle::close);
        List<Change> all = store.list("ring/gateway").entrySet().stream()
                .map(entry -> Change.delete(
                        "ring/gateway/" + entry.getKey(), entry.getValue().version()))
                .toList();
        assertTrue(store.commit(all));
        assertEquals(3, view.ring().instances().size());
        pass(2 * store.sessionTimeoutMs() - 1);
        assertEquals(3, view.ring().instances().size());
        pass(1);
        assertEquals(0, view.ring().instances().size());
    }

    @Test
    void operatorsSayWhoTakesNoWritesLeavesAndGoes() {
        operator.readOnly("a", true);
        assertTrue(instance("a").readOnly());
        operator.readOnly("a", false);
        assertFalse(instance("a").readOnly());
        operator.leave("b");
        assertEquals(Instance.State.LEAVING, instance("b").state());
        assertThrows(IllegalArgumentException.class, () -> operator.forget("b"), "it is alive");
        b.close();
        operator.forget("b");
        assertEquals(2, view.ring().instances().size());
        assertThrows(IllegalArgumentException.class, () -> operator.forget("b"), "it is not there");
    }

    private void pass(long ms) {
        nowMs.addAndGet(ms);
        view.tick();
    }

    private Instance instance(String id) {
        return view.ring().instances().stream()
                .filter(instance -> instance.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private RingLifecycle joined(String id) {
        RingLifecycle lifecycle = new RingLifecycle(store, "gateway", id, id + ":1", "");
        lifecycle.join();
        lifecycle.activate();
        return lifecycle;
    }
}
