package io.engram.ring.zookeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.ring.Instance;
import io.engram.ring.KeyValueStore.Versioned;
import io.engram.ring.Latest;
import io.engram.ring.RingLifecycle;
import io.engram.ring.RingView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RingOnZooKeeperTest {
    private static final AtomicInteger TESTS = new AtomicInteger();
    private static TestingServer server;

    private final String prefix = "/ring-" + TESTS.incrementAndGet();
    private final Latest<Map<String, Versioned>> instances = new Latest<>();
    private ZooKeeperStore store;
    private RingView view;

    @BeforeAll
    static void startServer() throws Exception {
        server = new TestingServer();
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    @BeforeEach
    void open() throws Exception {
        store = connected();
        view = new RingView(store, "ingester");
        store.watchFolder("ring/ingester", instances);
    }

    @AfterEach
    void close() {
        view.close();
        store.close();
    }

    private ZooKeeperStore connected() throws Exception {
        ZooKeeperStore opened = ZooKeeperStore.open(server.getConnectString(), 6000, prefix);
        assertTrue(opened.awaitConnected(30_000));
        return opened;
    }

    @Test
    void processesThatStartTogetherShareNoToken() throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<RingLifecycle> lifecycles = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            RingLifecycle lifecycle = new RingLifecycle(store, "ingester", "i" + i, "h:" + i, "zone-" + i % 3);
            lifecycles.add(lifecycle);
            threads.add(Thread.ofVirtual().start(() -> {
                lifecycle.join();
                lifecycle.activate();
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        instances.await(all -> all.size() == 6);
        Set<Integer> tokens = new HashSet<>();
        awaitRing(6, Instance.State.ACTIVE).forEach(instance -> tokens.addAll(instance.tokens()));
        assertEquals(6 * 512, tokens.size());
        lifecycles.forEach(RingLifecycle::close);
    }

    @Test
    void theRingOutlivesTheServerAndALostSessionMovesNothing() throws Exception {
        try (ZooKeeperStore own = connected();
                RingLifecycle self = new RingLifecycle(own, "ingester", "a", "h:1", "")) {
            self.join();
            self.activate();
            List<Instance> before = awaitRing(1, Instance.State.ACTIVE);
            Latest<Map<String, Versioned>> alive = new Latest<>();
            store.watchFolder("alive/ingester", alive);
            alive.await(all -> all.containsKey("a"));
            Session session = Session.holding(server, prefix + "/alive/ingester/a");
            own.expireSession();
            session.awaitSuccessor();
            assertEquals(before, view.ring().instances());
            server.stop();
            while (store.awaited() == null || own.awaited() == null) {
                Thread.onSpinWait();
            }
            assertEquals(before, view.ring().instances());
            self.leave();
            server.restart();
            assertTrue(own.awaitConnected(30_000));
            awaitRing(1, Instance.State.LEAVING);
            assertEquals(
                    before.getFirst().tokens(),
                    view.ring().instances().getFirst().tokens());
        }
    }

    @Test
    void aProcessWithoutAServerWaitsAndSaysSo() throws Exception {
        server.stop();
        try (ZooKeeperStore fresh = ZooKeeperStore.open(server.getConnectString(), 6000, prefix);
                RingLifecycle self = new RingLifecycle(fresh, "ingester", "late", "h:1", "")) {
            Thread joining = Thread.ofVirtual().start(self::join);
            while (self.awaited() == null) {
                Thread.onSpinWait();
            }
            assertTrue(self.awaited().contains(server.getConnectString()), self.awaited());
            try (RingView early = new RingView(fresh, "ingester")) {
                assertNotNull(early.awaited());
            }
            server.restart();
            joining.join();
            awaitRing(1, Instance.State.JOINING);
        }
    }

    @Test
    void anIdThatLivesElsewhereIsRefused() throws Exception {
        try (ZooKeeperStore own = ZooKeeperStore.open(server.getConnectString(), 1000, prefix);
                RingLifecycle first = new RingLifecycle(own, "ingester", "a", "h:1", "");
                RingLifecycle second = new RingLifecycle(own, "ingester", "a", "h:2", "")) {
            assertTrue(own.awaitConnected(30_000));
            Latest<Map<String, Versioned>> alive = new Latest<>();
            store.watchFolder("alive/ingester", alive);
            first.join();
            alive.await(all -> all.containsKey("a"));
            IllegalStateException refusal = assertThrows(IllegalStateException.class, second::join);
            assertTrue(refusal.getMessage().contains("h:1"), refusal.getMessage());
        }
    }

    private List<Instance> awaitRing(int count, Instance.State state) throws InterruptedException {
        instances.await(_ -> view.ring().instances().size() == count
                && view.ring().instances().stream().allMatch(instance -> instance.state() == state));
        return view.ring().instances();
    }
}
