package io.engram.compactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.Bucket;
import io.engram.bucket.FilesystemBucket;
import io.engram.bucket.Operation;
import io.engram.bucket.index.BucketIndex;
import io.engram.bucket.index.BucketIndexFile;
import io.engram.bucket.layout.BlockPaths;
import io.engram.bucket.layout.Marks;
import io.engram.bucket.layout.TenantBucket;
import io.engram.bucket.s3.S3Bucket;
import io.engram.bucket.testing.FaultyBucket;
import io.engram.bucket.testing.FaultyBucket.Fate;
import io.engram.bucket.testing.MemoryBucket;
import io.engram.bucket.testing.S3Fake;
import io.engram.bucket.testing.S3Fault;
import io.engram.compactor.plan.Metas;
import io.engram.compactor.testing.SampleSet;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.testing.ManualClock;
import io.engram.model.testing.Seeds;
import io.engram.model.testing.TestLimits;
import io.engram.server.config.ConfigLoader;
import io.engram.server.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactorTest {
    private static final long DAY_MS = 20_000 * 24 * Metas.HOUR_MS;
    private static final long DELETION_DELAY_MS = 12 * Metas.HOUR_MS;
    private static final TenantId A = new TenantId("team-a");
    private static final TenantId B = new TenantId("team-b");

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(DAY_MS + 400 * Metas.HOUR_MS);
    private final MemoryBucket memory = new MemoryBucket(clock);

    /** Twice every two hours of a day, late samples, and a block of the day after. */
    private SampleSet writeDay(Bucket bucket, TenantId tenant) throws IOException {
        TenantBucket own = new TenantBucket(bucket, tenant);
        SampleSet all = new SampleSet();
        for (int hour = 0; hour < 26; hour += 2) {
            long startMs = DAY_MS + hour * Metas.HOUR_MS;
            for (int copy = 0; copy < 2; copy++) {
                SampleSet set = new SampleSet().fill(2, startMs + copy * 60_000, startMs + 2 * Metas.HOUR_MS, 60_000);
                BlockId id = Metas.id(startMs + 2 * Metas.HOUR_MS, 10L * tenant.hashCode() + copy);
                set.upload(own, folder.resolve("up-" + tenant), id);
                all.add(set);
            }
        }
        SampleSet late = new SampleSet().fill(1, DAY_MS + 30_000, DAY_MS + 20 * Metas.HOUR_MS, 600_000);
        late.upload(own, folder.resolve("up-" + tenant), Metas.id(DAY_MS + 40 * Metas.HOUR_MS, tenant.hashCode()));
        return all.add(late);
    }

    @Test
    void aDayOfCopiesAndLateSamplesBecomesOneBlockATenant() throws IOException {
        SampleSet a = writeDay(memory, A);
        SampleSet b = writeDay(memory, B);
        TestCompactor.settle(TestCompactor.create(memory, folder, clock));
        for (TenantId tenant : List.of(A, B)) {
            TenantBucket bucket = new TenantBucket(memory, tenant);
            List<BlockId> live = SampleSet.liveBlocks(bucket);
            assertEquals(2, live.size(), "one of the day, one behind it");
            assertEquals(tenant.equals(A) ? a : b, SampleSet.live(bucket, folder));
        }
    }

    @Test
    void onAFolderAsInMemory() throws IOException {
        try (Bucket bucket = FilesystemBucket.open(folder.resolve("bucket"))) {
            SampleSet all = writeDay(bucket, A);
            TestCompactor.settle(TestCompactor.create(bucket, folder, clock));
            assertEquals(all, SampleSet.live(new TenantBucket(bucket, A), folder));
            assertEquals(2, SampleSet.liveBlocks(new TenantBucket(bucket, A)).size());
        }
    }

    @Test
    void theIndexShowsSourcesUntilTheirDelayIsOverAndFilesGoBehindIt() throws IOException {
        writeDay(memory, A);
        TenantBucket bucket = new TenantBucket(memory, A);
        Compactor compactor = TestCompactor.create(memory, folder, clock);
        TestCompactor.settle(compactor);
        Set<BlockId> marked = new Marks(bucket).list().forDeletion();
        BucketIndex index = index(bucket);
        assertTrue(index.blocks().stream().map(BucketIndex.Block::id).toList().containsAll(marked));
        assertEquals(marked.size(), index.deletionMarks().size());

        clock.advance(DELETION_DELAY_MS - 1000);
        compactor.pass();
        assertEquals(marked, new Marks(bucket).list().forDeletion());

        clock.advance(2000);
        compactor.pass();
        compactor.pass();
        assertEquals(Set.of(), new Marks(bucket).list().forDeletion());
        assertEquals(
                SampleSet.liveBlocks(bucket),
                index(bucket).blocks().stream().map(BucketIndex.Block::id).toList());
        for (String key : memory.keys()) {
            assertFalse(marked.stream().anyMatch(id -> key.contains(id.toString())), key);
        }
    }

    @Test
    void aBadBlockIsMarkedAndTheOthersGoOn() throws IOException {
        writeDay(memory, A);
        TenantBucket bucket = new TenantBucket(memory, A);
        BlockId bad = SampleSet.liveBlocks(bucket).get(5);
        byte[] index = bucket.get(BlockPaths.index(bad), 1 << 20).bytes();
        index[index.length / 3] ^= 1;
        bucket.put(BlockPaths.index(bad), index);
        Metrics metrics = new Metrics();
        TestCompactor.settle(TestCompactor.create(memory, folder, clock, Duration.ZERO, metrics));
        assertEquals(Set.of(bad), new Marks(bucket).list().notToCompact());
        List<BlockId> live = SampleSet.liveBlocks(bucket);
        assertEquals(3, live.size(), live.toString());
        assertTrue(live.contains(bad));
    }

    @Test
    void aJobThatFailsIsTriedAgainLaterAndLaterAndOthersGoOn() throws IOException {
        FaultyBucket faulty = new FaultyBucket(memory);
        writeSome(faulty, folder);
        writeDay(faulty, B);
        int[] tries = {0};
        faulty.plan((operation, key) -> {
            boolean fails = operation == Operation.UPLOAD && key.startsWith(A + "/") && key.endsWith("/index");
            tries[0] += fails ? 1 : 0;
            return fails ? Fate.FAIL : Fate.SUCCEED;
        });
        Compactor compactor = TestCompactor.create(faulty, folder, clock);
        TestCompactor.settle(compactor);
        TestCompactor.settle(compactor);
        assertEquals(1, tries[0]);
        assertEquals(2, SampleSet.liveBlocks(new TenantBucket(memory, B)).size());
        clock.advance(600_000);
        TestCompactor.settle(compactor);
        assertEquals(2, tries[0]);
        clock.advance(600_000);
        TestCompactor.settle(compactor);
        assertEquals(2, tries[0], "the second time it waits longer");
        faulty.succeed();
        clock.advance(600_000);
        TestCompactor.settle(compactor);
        assertEquals(1, SampleSet.liveBlocks(new TenantBucket(memory, A)).size());
    }

    @Test
    void twoCompactorsOnTheSameBucketDoNoHarm() throws IOException {
        SampleSet all = writeDay(memory, A);
        Compactor one = TestCompactor.create("one", memory, folder.resolve("one"), clock, new Metrics());
        Compactor two = TestCompactor.create("two", memory, folder.resolve("two"), clock, new Metrics());
        one.pass();
        two.pass();
        while (one.runNext() | two.runNext()) {
            // the second finds that the first has marked the sources
        }
        TestCompactor.settle(one);
        TestCompactor.settle(two);
        TenantBucket bucket = new TenantBucket(memory, A);
        assertEquals(all, SampleSet.live(bucket, folder));
        assertEquals(2, SampleSet.liveBlocks(bucket).size());
    }

    @Test
    void aStoreThatFailsInEveryWayDelaysAndLosesNothing() throws Exception {
        Seeds.check(2, random -> {
            try (S3Fake fake = S3Fake.start();
                    Bucket bucket = S3Bucket.open(fake.config())) {
                Path own = folder.resolve("s3-" + random.nextLong());
                SampleSet all = writeSome(bucket, own);
                fake.faults()
                        .randomly(
                                random.split(),
                                0.2,
                                S3Fault.INTERNAL_ERROR,
                                S3Fault.SLOW_DOWN,
                                S3Fault.DENIED,
                                S3Fault.RESET,
                                S3Fault.LOST_ANSWER,
                                S3Fault.TRUNCATED);
                Compactor compactor = TestCompactor.create(bucket, own, clock);
                for (int i = 0; i < 4; i++) {
                    TestCompactor.settle(compactor);
                    clock.advance(3_600_000);
                }
                fake.faults().clear();
                assertEquals(all, SampleSet.live(new TenantBucket(bucket, A), own), "with faults");
                TestCompactor.settle(compactor);
                assertEquals(all, SampleSet.live(new TenantBucket(bucket, A), own));
                assertEquals(
                        1, SampleSet.liveBlocks(new TenantBucket(bucket, A)).size());
            }
        });
    }

    /** The process dies at each of its calls in turn, the call done or not; the next one finds all samples, once. */
    @Test
    void killedAtAnyCallNothingIsLostAndNothingCountsTwice() throws Exception {
        MemoryBucket untouched = new MemoryBucket(clock);
        SampleSet all = writeSome(untouched, folder);
        for (boolean lastIsDone : new boolean[] {false, true}) {
            boolean crashed = true;
            for (int calls = 0; crashed; calls++) {
                Path own = folder.resolve("kill-" + calls + lastIsDone);
                MemoryBucket bucket = new MemoryBucket(clock);
                for (String key : untouched.keys()) {
                    bucket.put(key, untouched.get(key, 1 << 20).bytes());
                }
                TenantBucket tenant = new TenantBucket(bucket, A);
                long bornMs = clock.nowMs();
                CrashBucket dying = new CrashBucket(bucket, calls, lastIsDone);
                crashed = dies(dying, own);
                String when = "killed at call " + calls + ", done: " + lastIsDone;
                assertEquals(all, SampleSet.live(tenant, own), when);
                clock.advance(2 * DELETION_DELAY_MS + 24 * Metas.HOUR_MS);
                Compactor next = TestCompactor.create(bucket, own, clock);
                TestCompactor.settle(next);
                assertEquals(all, SampleSet.live(tenant, own), when);
                clock.advance(2 * DELETION_DELAY_MS + 24 * Metas.HOUR_MS);
                TestCompactor.settle(next);
                next.pass();
                assertEquals(all, SampleSet.live(tenant, own), when);
                List<BlockId> live = SampleSet.liveBlocks(tenant);
                assertEquals(1, live.size(), when);
                assertTrue(
                        bucket.keys().stream()
                                .allMatch(key -> key.startsWith(A + "/" + live.getFirst())
                                        || key.equals(A + "/bucket-index.json.gz")),
                        () -> when + ": " + bucket.keys());
                clock.set(bornMs);
            }
        }
    }

    /** @return whether it died before it was done, removals after the delay included */
    private boolean dies(CrashBucket bucket, Path own) {
        try {
            Compactor compactor = TestCompactor.create(bucket, own, clock);
            TestCompactor.settle(compactor);
            clock.advance(DELETION_DELAY_MS + 1000);
            TestCompactor.settle(compactor);
        } catch (CrashBucket.Killed e) {
            return true;
        } catch (IllegalStateException e) {
            return bucket.crashed(); // of a thread that reads beside
        }
        return bucket.crashed();
    }

    /** Three blocks of two hours that overlap, which become one. */
    private SampleSet writeSome(Bucket bucket, Path own) throws IOException {
        SampleSet all = new SampleSet();
        for (int copy = 0; copy < 3; copy++) {
            SampleSet set = new SampleSet().fill(2, DAY_MS + copy * 60_000, DAY_MS + 2 * Metas.HOUR_MS, 120_000 + copy);
            set.upload(new TenantBucket(bucket, A), own.resolve("up"), Metas.id(DAY_MS + 2 * Metas.HOUR_MS, copy));
            all.add(set);
        }
        return all;
    }

    @Test
    void stoppingWaitsForNothingAndStartsAnewLater() throws Exception {
        SampleSet all = writeDay(memory, A);
        Compactor compactor = TestCompactor.create(memory, folder, clock);
        compactor.start();
        compactor.stop();
        assertEquals(all, SampleSet.live(new TenantBucket(memory, A), folder));
        TestCompactor.settle(TestCompactor.create(memory, folder, clock));
        assertEquals(all, SampleSet.live(new TenantBucket(memory, A), folder));
    }

    @Test
    void aTenantThatIsNotOwnedIsLeftAlone() throws IOException {
        writeDay(memory, A);
        writeDay(memory, B);
        Compactor compactor = new Compactor(
                ConfigLoader.defaults(CompactorConfig.class),
                folder,
                memory,
                _ -> TestLimits.with(Map.of()),
                tenant -> tenant.equals(B),
                "compactor-1",
                clock,
                new Metrics());
        TestCompactor.settle(compactor);
        assertEquals(27, SampleSet.liveBlocks(new TenantBucket(memory, A)).size());
        assertEquals(2, SampleSet.liveBlocks(new TenantBucket(memory, B)).size());
    }

    private static BucketIndex index(TenantBucket bucket) throws IOException {
        return new BucketIndexFile(bucket).load() instanceof BucketIndexFile.Loaded.Present present
                ? present.index()
                : BucketIndex.EMPTY;
    }
}
