package io.engram.ring.zookeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.ring.KeyValueStore.Versioned;
import io.engram.ring.KeyValueStoreContract;
import io.engram.ring.Latest;
import io.engram.ring.StoreUnavailableException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class ZooKeeperStoreTest extends KeyValueStoreContract {
    private static final AtomicInteger TESTS = new AtomicInteger();
    private static TestingServer server;

    private final String prefix = "/engram/test-" + TESTS.incrementAndGet();

    @BeforeAll
    static void startServer() throws Exception {
        server = new TestingServer();
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    @Override
    protected ZooKeeperStore open() throws Exception {
        ZooKeeperStore opened = ZooKeeperStore.open(server.getConnectString(), 6000, prefix);
        assertTrue(opened.awaitConnected(30_000));
        return opened;
    }

    @Test
    void whileTheServerIsAwayWatchersKeepWhatTheyWereToldAndQuestionsFailAtOnce() throws Exception {
        Latest<Map<String, Versioned>> seen = new Latest<>();
        Latest<Map<String, Versioned>> alive = new Latest<>();
        store.compareAndSet("f/a", 0, bytes("1"));
        try (var _ = store.watchFolder("f", seen);
                var _ = store.watchFolder("alive", alive);
                var _ = store.present("alive/me")) {
            seen.await(all -> all.containsKey("a"));
            alive.await(all -> all.containsKey("me"));
            server.stop();
            while (store.awaited() == null) {
                Thread.onSpinWait();
            }
            assertTrue(store.awaited().contains(server.getConnectString()), store.awaited());
            assertThrows(StoreUnavailableException.class, () -> store.get("f/a"));
            assertThrows(StoreUnavailableException.class, () -> store.compareAndSet("f/a", 1, bytes("2")));
            assertEquals(Set.of("a"), seen.all().getLast().keySet());
            server.restart();
            assertTrue(((ZooKeeperStore) store).awaitConnected(30_000));
            store.compareAndSet("f/b", 0, bytes("2"));
            seen.await(all -> all.size() == 2);
            alive.await(all -> all.containsKey("me"));
            assertTrue(seen.all().stream().noneMatch(Map::isEmpty), "never emptied");
        }
    }

    @Test
    void aPresenceComesBackAfterItsSessionExpired() throws Exception {
        Latest<Map<String, Versioned>> alive = new Latest<>();
        try (ZooKeeperStore watching = open();
                var _ = watching.watchFolder("alive", alive);
                var _ = store.present("alive/me")) {
            alive.await(all -> all.containsKey("me"));
            Session session = Session.holding(server, prefix + "/alive/me");
            ((ZooKeeperStore) store).expireSession();
            session.awaitSuccessor();
            alive.await(all -> all.containsKey("me"));
        }
    }

    @Test
    void aPresenceThatADeadProcessLeftBehindIsTakenOver() throws Exception {
        Latest<Map<String, Versioned>> alive = new Latest<>();
        ZooKeeperStore dead = open();
        try (var _ = store.watchFolder("alive", alive)) {
            dead.present("alive/me");
            alive.await(all -> all.containsKey("me"));
            Session session = Session.holding(server, prefix + "/alive/me");
            try (var _ = store.present("alive/me")) {
                dead.close();
                session.awaitSuccessor();
                alive.await(all -> all.containsKey("me"));
            }
            alive.await(Map::isEmpty);
        }
    }

    @Test
    void withoutAServerAProcessWaitsAndSaysSo() throws Exception {
        try (ZooKeeperStore lonely = ZooKeeperStore.open("127.0.0.1:1", 6000, "/engram")) {
            assertFalse(lonely.awaitConnected(10));
            assertNotNull(lonely.awaited());
            Latest<Versioned> seen = new Latest<>();
            try (var _ = lonely.watch("k", seen)) {
                assertThrows(StoreUnavailableException.class, () -> lonely.get("k"));
                assertEquals(0, seen.all().size());
            }
        }
    }

    @Test
    void aWatchThatBeganWithoutAServerIsToldWhenOneIsThere() throws Exception {
        store.compareAndSet("late/k", 0, bytes("1"));
        server.stop();
        try (ZooKeeperStore fresh = ZooKeeperStore.open(server.getConnectString(), 6000, prefix)) {
            Latest<Map<String, Versioned>> seen = new Latest<>();
            Latest<Map<String, Versioned>> alive = new Latest<>();
            try (var _ = fresh.watchFolder("late", seen);
                    var _ = fresh.watchFolder("alive", alive);
                    var _ = fresh.present("alive/me")) {
                server.restart();
                seen.await(all -> all.containsKey("k"));
                alive.await(all -> all.containsKey("me"));
            }
        }
    }

    @Test
    void aPrefixThatIsNoPathIsRefused() {
        for (String bad : new String[] {"", "/", "engram", "/engram/", "/a b", "/..", "//a"}) {
            assertThrows(IllegalArgumentException.class, () -> ZooKeeperStore.open("127.0.0.1:1", 6000, bad), bad);
        }
    }
}
