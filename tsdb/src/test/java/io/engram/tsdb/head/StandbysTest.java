package io.engram.tsdb.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.model.limits.TenantLimits;
import io.engram.model.replica.ActivityTable;
import io.engram.model.testing.ManualClock;
import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The replicas of a pair that do not lead keep their open chunks in their records, and everything else is as before. */
class StandbysTest {
    private static final TenantId A = new TenantId("a");
    private static final TenantLimits LIMITS = TestLimits.window(Duration.ZERO);
    private static final long STEP_MS = 15_000;
    private static final int SERIES = 50;
    private static final int MINUTE_ROUNDS = 4;

    /** Bytes of a record's part of an open chunk, and of the blocks that a chunk of sixteen samples may have. */
    private static final int STANDBY_BYTES = 64 + 3 * 64;

    @TempDir
    private Path dir;

    private final TreeMap<Labels, NavigableMap<Long, Long>> written = new TreeMap<>();
    private final SplittableRandom random = Seeds.random();
    private volatile boolean failed;

    @Test
    void whoDoesNotLeadTakesNoBlocksForLong() throws Exception {
        try (Heads heads = open()) {
            write(heads, 0, 100, "a");
            long leader = heads.stats(A).chunkBytes();
            assertTrue(leader > 3 * SERIES * STANDBY_BYTES / 2, "a leader's chunks lie in blocks: " + leader);
            write(heads, 0, 100, "b");
            heads.maintain();
            write(heads, 100, 101, "a", "b");
            long pair = heads.stats(A).chunkBytes();
            assertTrue(pair < leader + SERIES * STANDBY_BYTES, "one " + leader + ", both " + pair);
            assertEquals(written, HeadContents.all(heads, A));
        }
        try (Heads heads = open()) {
            assertEquals(written, HeadContents.all(heads, A));
            write(heads, 101, 200, "b", "a");
            assertEquals(written, HeadContents.all(heads, A));
        }
    }

    @Test
    void whoComesToLeadHasLongChunksAgain() throws Exception {
        try (Heads heads = open()) {
            write(heads, 0, 100, "a", "b");
            write(heads, 100, 180, "b");
            long sealed = heads.stats(A).chunksSealed();
            write(heads, 180, 280, "b");
            assertTrue(heads.stats(A).chunksSealed() - sealed <= 2 * SERIES, "b leads now, and its chunks are long");
            assertEquals(written, HeadContents.all(heads, A));
        }
    }

    @Test
    void aDamagedPieceCostsItsOwnSamples() throws Exception {
        try (Heads heads = open()) {
            write(heads, 0, 100, "a", "b");
            long before = samples(HeadContents.all(heads, A)); // brings all pieces into the file
            assertEquals(samples(written), before);
            Path file = dir.resolve("head/chunks/a/00000001.chunks");
            try (RandomAccessFile chunks = new RandomAccessFile(file.toFile(), "rw")) {
                chunks.seek(16 + 40 + 4);
                int was = chunks.read();
                chunks.seek(16 + 40 + 4);
                chunks.write(was ^ 0xFF);
            }
            write(heads, 100, 260, "a", "b");
            long lost = samples(written) - samples(HeadContents.all(heads, A));
            assertTrue(lost >= EarlySeal.SAMPLES_WORTH_SEALING && lost < 120, "lost " + lost);
            assertTrue(heads.stats(A).damagedChunks() > 0);
        }
    }

    @Test
    void readersSeeAllWhilePiecesAreJoined() throws Exception {
        try (Heads heads = open()) {
            write(heads, 0, 4, "a", "b");
            AtomicBoolean done = new AtomicBoolean();
            Thread reader = Thread.ofPlatform().start(() -> {
                long before = 0;
                while (!done.get()) {
                    long now = samples(HeadContents.whileOthersAppend(heads, A));
                    failed |= now < before;
                    before = now;
                }
            });
            write(heads, 4, 500, "a", "b");
            done.set(true);
            reader.join();
            assertFalse(failed, "a reader saw fewer samples than before");
            assertEquals(written, HeadContents.all(heads, A));
        }
    }

    private static long samples(Map<Labels, NavigableMap<Long, Long>> of) {
        return of.values().stream().mapToLong(Map::size).sum();
    }

    @Test
    void aReplicaAloneLeads() throws Exception {
        try (Heads heads = open()) {
            write(heads, 0, 60, "b");
            assertEquals(0, heads.stats(A).chunksSealed());
        }
    }

    @Test
    void theLeaderIsElectedByTheWindowBeforeTheNewestSample() {
        TenantHead head = new TenantHead(A, LIMITS, new HeadMemory(1 << 30), new HeadChunks(dir.resolve("chunks")));
        int a = number(head, "eu", "a");
        int b = number(head, "eu", "b");
        int c = number(head, "us", "c");
        head.standbys().elect(head); // an empty head
        count(head, a, 0, 20);
        count(head, b, 0, 20);
        count(head, c, 0, 20);
        assertStandbys(head, b);
        count(head, a, 1, 2);
        count(head, b, 1, 20);
        assertStandbys(head, b);
        count(head, a, 2, 20);
        count(head, b, 2, 20);
        assertStandbys(head, a);
        count(head, a, 3, 20);
        count(head, b, 3, 20);
        assertStandbys(head, b);
        count(head, b, 4, 20);
        count(head, b, 5, 20);
        assertStandbys(head, a);
        count(head, number(head, "", "ahead of all"), 1_000_000, 1);
        assertStandbys(head, a);
    }

    private static int number(TenantHead head, String cluster, String replica) {
        return head.replicas().number(new ReplicaNumbers.Replica(cluster, replica));
    }

    private static void count(TenantHead head, int replica, int window, int samples) {
        long fromMs = window * ActivityTable.WINDOW_MS;
        for (int i = 0; i < samples; i++) {
            long timeMs = fromMs + i * ActivityTable.WINDOW_MS / samples;
            head.stripe(0).side.activity(head).count(replica, timeMs, i == 0 ? Long.MIN_VALUE : timeMs - 1);
            head.noteTimes(timeMs, timeMs);
        }
    }

    private static void assertStandbys(TenantHead head, int... replicas) {
        head.standbys().elect(head);
        assertArrayEquals(
                replicas, IntStream.range(0, 10).filter(head.standbys()::has).toArray());
    }

    @Test
    void whateverIsElectedNothingIsLost() throws Exception {
        Seeds.check(6, random -> {
            written.clear();
            Path at = dir.resolve("any-" + random.nextLong());
            Heads heads = open(at);
            try {
                for (int round = 0; round < 300; round++) {
                    for (String replica : List.of("a", "b", "c")) {
                        if (random.nextInt(10) > 1 && !(replica.equals("a") && round > 100 && round < 200)) {
                            writeRound(heads, round, replica);
                        }
                    }
                    if (random.nextInt(5) == 0) {
                        heads.maintain();
                    }
                    if (random.nextInt(100) == 0) {
                        heads.close();
                        heads = open(at);
                    }
                }
                assertEquals(written, HeadContents.all(heads, A));
            } finally {
                heads.close();
            }
        });
    }

    /** Rounds from {@code from} to {@code to}, maintained each minute. */
    private void write(Heads heads, int from, int to, String... replicas) throws Exception {
        for (int round = from; round < to; round++) {
            for (String replica : replicas) {
                writeRound(heads, round, replica);
            }
            if (round % MINUTE_ROUNDS == 0) {
                heads.maintain();
            }
        }
    }

    private void writeRound(Heads heads, int round, String replica) throws InterruptedException {
        TestBatch batch = new TestBatch(A);
        Map<Labels, Long> sent = new HashMap<>();
        long timeMs = round * STEP_MS + (replica.charAt(0) - 'a') * 4_000;
        for (int s = 0; s < SERIES; s++) {
            Labels labels = Labels.of("__name__", "m", "__replica__", replica, "cluster", "eu", "i", "" + s);
            double value = s % 3 == 0 ? random.nextDouble() : s % 3 == 1 ? round * 17 + random.nextInt(8) : s;
            batch.series(labels).sample(timeMs, value);
            written.computeIfAbsent(labels, _ -> new TreeMap<>()).put(timeMs, Double.doubleToRawLongBits(value));
        }
        assertEquals(0, heads.append(batch.build()).await().refused());
    }

    private Heads open() throws IOException {
        return open(dir.resolve("head"));
    }

    private static Heads open(Path at) throws IOException {
        return Heads.open(
                at,
                HeadConfig.DEFAULTS.withWalSync(HeadConfig.WalSync.INTERVAL),
                LIMITS,
                new ManualClock(0),
                RecoveryProgress.NONE);
    }
}
