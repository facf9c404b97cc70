package io.engram.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.ring.ClusterSeed;
import io.engram.ring.InProcessStore;
import io.engram.ring.testing.RefusingStore;
import io.engram.server.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.FutureTask;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What processes do about the seed of their cluster, with a ZooKeeper that comes and goes. */
class RingsTest {
    @TempDir
    Path folder;

    @TempDir
    Path other;

    private TestingServer server;

    @BeforeEach
    void startServer() throws Exception {
        server = new TestingServer();
    }

    @AfterEach
    void stopServer() throws Exception {
        server.close();
    }

    private Rings rings() throws Exception {
        return Rings.open(ConfigLoader.load(
                        List.of(
                                "--ring.backend=zookeeper",
                                "--ring.instance-id=i",
                                "--ring.zookeeper.connect=" + server.getConnectString()),
                        Map.of(),
                        Main.CONFIG)
                .get(RingConfig.class));
    }

    @Test
    void withASeedInItsFolderAProcessStartsWithoutTheStoreAndGivesItTheSeedLater() throws Exception {
        long seed = ClusterSeed.open(folder);
        server.stop();
        try (Rings rings = rings()) {
            assertEquals(seed, rings.seed(folder, true));
            SeedKeeping keeping = new SeedKeeping(folder, rings.store());
            FutureTask<Void> start = starting(keeping);
            assertTrue(keeping.awaited().contains(server.getConnectString()), keeping.awaited());
            assertFalse(start.isDone());
            server.restart();
            start.get();
            assertNull(keeping.awaited());
            assertEquals(OptionalLong.of(seed), ClusterSeed.open(other, rings.store(), false));
            keeping.stop();
        }
    }

    @Test
    void theFolderOfAnotherClusterIsRefusedAtOnceOrWhenTheStoreIsBack() throws Exception {
        ClusterSeed.open(folder);
        try (Rings theirs = rings()) {
            assertNotEquals(ClusterSeed.open(folder), theirs.seed(other, true));
        }
        try (Rings rings = rings()) {
            assertThrows(IOException.class, () -> rings.seed(folder, true));
        }
        RefusingStore store = new RefusingStore();
        ClusterSeed.open(other, store, true);
        store.isAway = true;
        SeedKeeping keeping = new SeedKeeping(folder, store);
        FutureTask<Void> start = starting(keeping);
        store.isAway = false;
        Exception refusal = assertThrows(Exception.class, start::get);
        assertTrue(refusal.getMessage().contains("another cluster"), refusal.getMessage());
        keeping.stop();
    }

    @Test
    void aProcessThatIsStoppedWaitsNoLonger() throws Exception {
        RefusingStore store = new RefusingStore();
        ClusterSeed.open(folder);
        store.isAway = true;
        SeedKeeping keeping = new SeedKeeping(folder, store);
        FutureTask<Void> start = starting(keeping);
        keeping.stop();
        start.get();
    }

    @Test
    void aProcessThatRunsPutsTheSeedBackAndSaysWhereThereIsAnother(@TempDir Path theirs) throws Exception {
        InProcessStore store = new InProcessStore();
        OptionalLong seed = ClusterSeed.open(folder, store, true);
        SeedKeeping keeping = new SeedKeeping(folder, store);
        keeping.start();
        store.commit(List.of(InProcessStore.Change.delete("cluster-seed", 1)));
        keeping.lookAgain();
        assertEquals(seed, ClusterSeed.open(other, store, false));
        store.commit(List.of(InProcessStore.Change.delete("cluster-seed", 1)));
        ClusterSeed.open(theirs, store, true);
        keeping.lookAgain();
        assertTrue(keeping.trouble().contains("another cluster"), keeping.trouble());
        assertNull(keeping.awaited(), "it goes on");
        keeping.stop();
    }

    @Test
    void aProcessThatKeepsNoSamplesWaitsForOneThatMakesTheSeed() throws Exception {
        try (Rings distributor = rings();
                Rings ingester = rings()) {
            FutureTask<Long> waiting = new FutureTask<>(() -> distributor.seed(folder, false));
            Thread thread = Thread.ofPlatform().start(waiting);
            while (distributor.store().awaited() != null || thread.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            assertEquals(0, distributor.store().get("cluster-seed").version());
            assertFalse(waiting.isDone());
            long made = ingester.seed(other, true);
            assertEquals(made, waiting.get());
        }
    }

    /** In the background, when it waits. */
    private static FutureTask<Void> starting(SeedKeeping keeping) {
        FutureTask<Void> start = new FutureTask<>(() -> {
            keeping.start();
            return null;
        });
        Thread.ofPlatform().start(start);
        while (keeping.awaited() == null) {
            Thread.onSpinWait();
        }
        return start;
    }
}
