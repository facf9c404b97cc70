package io.engram.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.ring.testing.RefusingStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClusterSeedTest {
    @TempDir
    Path folder;

    @TempDir
    Path other;

    @Test
    void staysTheSameAndIsNoOtherClusters() throws IOException {
        long seed = ClusterSeed.open(folder);
        assertEquals(seed, ClusterSeed.open(folder));
        assertNotEquals(seed, ClusterSeed.open(other));
    }

    @Test
    void readsAFileOfAnEarlierRelease() throws IOException {
        Files.writeString(folder.resolve("cluster-seed"), "engram cluster seed 1\n0123456789abcdef crc 42d3119e\n");
        assertEquals(0x0123456789abcdefL, ClusterSeed.open(folder));
    }

    @Test
    void theProcessesOfAClusterShareOne() throws IOException {
        InProcessStore store = new InProcessStore();
        long seed = opened(folder, store);
        assertEquals(seed, opened(other, store), "a folder without one takes it over");
        assertEquals(seed, ClusterSeed.open(other), "and keeps it");
        assertEquals(seed, opened(folder, new InProcessStore()), "a store that lost it gets it back");
    }

    @Test
    void aProcessThatKeepsNoSamplesMakesNoneAndPutsBackWhatItHas() throws IOException {
        InProcessStore store = new InProcessStore();
        assertEquals(OptionalLong.empty(), ClusterSeed.open(other, store, false));
        assertEquals(0, store.get("cluster-seed").version(), "nothing is made");
        assertEquals(OptionalLong.empty(), ClusterSeed.find(other));
        long seed = opened(folder, store);
        assertEquals(OptionalLong.of(seed), ClusterSeed.open(other, store, false));
        InProcessStore empty = new InProcessStore();
        assertEquals(OptionalLong.of(seed), ClusterSeed.open(other, empty, false));
        assertEquals(seed, opened(folder, empty), "a store that lost it has it again");
    }

    @Test
    void withoutTheStoreTheFolderTellsItsSeed() throws IOException {
        RefusingStore store = new RefusingStore();
        long seed = opened(folder, store);
        store.isAway = true;
        assertThrows(StoreUnavailableException.class, () -> ClusterSeed.open(folder, store, true));
        assertThrows(StoreUnavailableException.class, () -> ClusterSeed.open(other, store, true));
        assertEquals(OptionalLong.of(seed), ClusterSeed.find(folder));
        assertEquals(OptionalLong.empty(), ClusterSeed.find(other));
    }

    @Test
    void processesThatStartTogetherShareOneToo() throws Exception {
        InProcessStore store = new InProcessStore();
        int processes = 8;
        CyclicBarrier together = new CyclicBarrier(processes);
        try (ExecutorService threads = Executors.newFixedThreadPool(processes)) {
            List<Callable<Long>> starts = new ArrayList<>();
            for (int i = 0; i < processes; i++) {
                Path own = Files.createDirectory(folder.resolve("process-" + i));
                starts.add(() -> {
                    together.await();
                    return opened(own, store);
                });
            }
            Set<Long> seeds = new HashSet<>();
            for (Future<Long> seed : threads.invokeAll(starts)) {
                seeds.add(seed.get());
            }
            assertEquals(1, seeds.size());
        }
    }

    @Test
    void anotherClustersFolderIsRefused() throws IOException {
        InProcessStore store = new InProcessStore();
        opened(folder, store);
        ClusterSeed.open(other);
        IOException refusal = assertThrows(IOException.class, () -> opened(other, store));
        assertTrue(refusal.getMessage().contains(other.toString()));
        store.compareAndSet("cluster-seed", 1, new byte[] {1});
        assertThrows(IOException.class, () -> opened(folder, store));
    }

    @Test
    void everyDamageIsRefused() throws IOException {
        ClusterSeed.open(folder);
        Path file = folder.resolve("cluster-seed");
        byte[] good = Files.readAllBytes(file);
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 1;
            Files.write(file, bad);
            IOException refusal = assertThrows(IOException.class, () -> ClusterSeed.open(folder));
            assertTrue(refusal.getMessage().contains(file.toString()));
        }
        Files.write(file, new byte[0]);
        assertThrows(IOException.class, () -> ClusterSeed.open(folder));
    }

    private static long opened(Path folder, KeyValueStore store) throws IOException {
        return ClusterSeed.open(folder, store, true).getAsLong();
    }
}
