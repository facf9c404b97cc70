package io.engram.compactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.Bucket;
import io.engram.bucket.FilesystemBucket;
import io.engram.bucket.Operation;
import io.engram.bucket.layout.BlockPaths;
import io.engram.bucket.layout.Marks;
import io.engram.bucket.layout.TenantBucket;
import io.engram.bucket.testing.FaultyBucket;
import io.engram.bucket.testing.FaultyBucket.Fate;
import io.engram.bucket.testing.MemoryBucket;
import io.engram.compactor.job.JobClaims;
import io.engram.compactor.plan.Metas;
import io.engram.compactor.testing.SampleSet;
import io.engram.model.TenantId;
import io.engram.model.testing.ManualClock;
import io.engram.server.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two compactors that both believe that a tenant is theirs, as where one is cut from the ring. */
class ClaimsTest {
    private static final long DAY_MS = 20_000 * 24 * Metas.HOUR_MS;
    private static final TenantId A = new TenantId("team-a");

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(DAY_MS + 400 * Metas.HOUR_MS);
    private final MemoryBucket memory = new MemoryBucket(clock);
    private final Metrics oneMetrics = new Metrics();
    private final Metrics twoMetrics = new Metrics();
    private int uploadsOfTwo;

    /** Three blocks that overlap: one job. */
    private SampleSet writeThree(Bucket bucket) throws IOException {
        SampleSet all = new SampleSet();
        for (int copy = 0; copy < 3; copy++) {
            SampleSet set = new SampleSet().fill(2, DAY_MS + copy * 60_000, DAY_MS + 2 * Metas.HOUR_MS, 120_000 + copy);
            set.upload(new TenantBucket(bucket, A), folder.resolve("up"), Metas.id(DAY_MS + 2 * Metas.HOUR_MS, copy));
            all.add(set);
        }
        return all;
    }

    private Compactor one(Bucket bucket) {
        return TestCompactor.create("one", bucket, folder.resolve("one"), clock, oneMetrics);
    }

    private Compactor two(Bucket bucket) {
        FaultyBucket counting = new FaultyBucket(bucket);
        counting.plan((operation, _) -> {
            uploadsOfTwo += operation == Operation.UPLOAD ? 1 : 0;
            return Fate.SUCCEED;
        });
        return TestCompactor.create("two", counting, folder.resolve("two"), clock, twoMetrics);
    }

    /** Runs something within the first call of a kind, before it is done. */
    private static FaultyBucket meanwhile(Bucket bucket, Operation at, Runnable something) {
        FaultyBucket faulty = new FaultyBucket(bucket);
        faulty.plan((operation, _) -> {
            if (operation == at) {
                faulty.succeed();
                something.run();
            }
            return Fate.SUCCEED;
        });
        return faulty;
    }

    private void whileOneIsAtItTwoDoesNotTakeIt(Bucket bucket) throws IOException {
        SampleSet all = writeThree(bucket);
        Compactor two = two(bucket);
        Compactor one = one(meanwhile(bucket, Operation.UPLOAD, () -> {
            two.pass();
            assertTrue(two.runNext());
            assertFalse(two.runNext());
        }));
        one.pass();
        assertTrue(one.runNext());
        assertEquals(1, ended(twoMetrics, "claimed"));
        assertEquals(1, ended(oneMetrics, "done"));
        TestCompactor.settle(two);
        assertEquals(0, uploadsOfTwo);
        assertEquals(1, SampleSet.liveBlocks(new TenantBucket(bucket, A)).size());
        assertEquals(all, SampleSet.live(new TenantBucket(bucket, A), folder));
        assertEquals(List.of(), claims(bucket), "it is let go of at the end");
    }

    @Test
    void whileOneIsAtAJobTheOtherDoesNotTakeIt() throws IOException {
        whileOneIsAtItTwoDoesNotTakeIt(memory);
    }

    @Test
    void onAFolderAsInMemory() throws IOException {
        try (Bucket bucket = FilesystemBucket.open(folder.resolve("bucket"))) {
            whileOneIsAtItTwoDoesNotTakeIt(bucket);
        }
    }

    @Test
    void aJobThatWasDoneSinceItWasPlannedIsNotDoneAgain() throws IOException {
        writeThree(memory);
        Compactor two = two(memory);
        two.pass();
        TestCompactor.settle(one(memory));
        assertTrue(two.runNext());
        assertEquals(1, ended(twoMetrics, "overtaken"));
        assertEquals(0, uploadsOfTwo);
    }

    /** Dies while it uploads: nothing that it does afterwards reaches the bucket. */
    private void kill(String self, Metrics metrics) {
        FaultyBucket dying = new FaultyBucket(memory);
        boolean[] dead = {false};
        dying.plan((operation, _) -> {
            dead[0] |= operation == Operation.UPLOAD;
            if (dead[0]) {
                throw new CrashBucket.Killed();
            }
            return Fate.SUCCEED;
        });
        Compactor compactor = TestCompactor.create(self, dying, folder.resolve(self), clock, metrics);
        compactor.pass();
        assertThrows(CrashBucket.Killed.class, compactor::runNext);
        assertEquals(1, claims(memory).size());
    }

    @Test
    void theJobOfOneThatDiedIsTakenWhenItsClaimHasExpired() throws IOException {
        writeThree(memory);
        kill("one", oneMetrics);
        Compactor two = two(memory);
        clock.advance(JobClaims.LIFE_TIME_MS - 1);
        TestCompactor.settle(two);
        assertEquals(0, uploadsOfTwo);
        clock.advance(1);
        TestCompactor.settle(two);
        assertEquals(1, SampleSet.liveBlocks(new TenantBucket(memory, A)).size());
        assertEquals(1, ended(twoMetrics, "done"));
        assertEquals(List.of(), claims(memory));
    }

    @Test
    void oneThatIsBackGoesOnAtOnce() throws IOException {
        writeThree(memory);
        kill("one", oneMetrics);
        TestCompactor.settle(one(memory));
        assertEquals(1, SampleSet.liveBlocks(new TenantBucket(memory, A)).size());
        assertEquals(List.of(), claims(memory));
    }

    @Test
    void renewalsKeepAJobForLongerThanAClaimLives() throws IOException {
        writeThree(memory);
        Compactor two = two(memory);
        Compactor[] one = {null};
        one[0] = one(meanwhile(memory, Operation.UPLOAD, () -> {
            for (int i = 0; i < 5; i++) {
                clock.advance(JobClaims.RENEWAL_MS);
                one[0].renewClaims();
            }
            two.pass();
            two.runNext();
        }));
        one[0].pass();
        one[0].runNext();
        assertEquals(1, ended(twoMetrics, "claimed"));
        assertEquals(1, ended(oneMetrics, "done"));
    }

    @Test
    void whoeverLostAJobEndsItBeforeAnythingIsPublished() throws IOException {
        SampleSet all = writeThree(memory);
        Compactor two = two(memory);
        // As after a long pause: its claim has expired, the other one begins and ends.
        FaultyBucket paused = meanwhile(memory, Operation.GET_RANGE, () -> {
            clock.advance(JobClaims.LIFE_TIME_MS);
            two.pass();
            two.runNext();
        });
        Compactor one = one(paused);
        one.pass();
        assertTrue(one.runNext());
        assertEquals(1, ended(twoMetrics, "done"));
        assertEquals(1, ended(oneMetrics, "overtaken"));
        assertEquals(0, ended(oneMetrics, "done"));
        long indexes =
                memory.keys().stream().filter(key -> key.endsWith("/index")).count();
        assertEquals(4, indexes, "the sources, and one of them all");
        assertEquals(all, SampleSet.live(new TenantBucket(memory, A), folder));
    }

    @Test
    void theClaimOfWhoeverTookTheJobOverIsLeftAlone() throws IOException {
        writeThree(memory);
        Compactor one = one(meanwhile(memory, Operation.GET_RANGE, () -> {
            clock.advance(JobClaims.LIFE_TIME_MS);
            kill("two", twoMetrics);
        }));
        one.pass();
        one.runNext();
        assertEquals(1, ended(oneMetrics, "overtaken"));
        assertEquals(1, claims(memory).size());
    }

    @Test
    void aRenewalWhoseAnswerGotLostLosesNoJob() throws IOException {
        writeThree(memory);
        FaultyBucket faulty = new FaultyBucket(memory);
        Compactor one = one(faulty);
        one.pass();
        faulty.plan((operation, _) -> {
            if (operation == Operation.GET_RANGE) {
                clock.advance(JobClaims.RENEWAL_MS);
                faulty.plan((inner, _) -> inner == Operation.PUT_IF ? Fate.LOSE_ANSWER : Fate.SUCCEED);
                one.renewClaims();
                faulty.succeed();
            }
            return Fate.SUCCEED;
        });
        assertTrue(one.runNext());
        assertEquals(1, ended(oneMetrics, "done"));
    }

    @Test
    void aClaimThatCannotBeReadIsNobodys() throws IOException {
        writeThree(memory);
        kill("one", oneMetrics);
        new TenantBucket(memory, A).put(claims(memory).getFirst(), new byte[] {'x'});
        TestCompactor.settle(two(memory));
        assertEquals(1, ended(twoMetrics, "done"));
        assertEquals(List.of(), claims(memory));
    }

    @Test
    void aClaimThatNobodyComesBackToIsRemoved() throws IOException {
        writeThree(memory);
        kill("one", oneMetrics);
        for (var block : SampleSet.liveBlocks(new TenantBucket(memory, A))) {
            memory.delete(A + "/" + BlockPaths.meta(block));
        }
        Compactor two = two(memory);
        clock.advance(2 * JobClaims.LIFE_TIME_MS);
        two.pass();
        assertEquals(1, claims(memory).size());
        clock.advance(6 * JobClaims.LIFE_TIME_MS);
        two.pass();
        assertEquals(List.of(), claims(memory));
    }

    private static List<String> claims(Bucket bucket) {
        try {
            return List.copyOf(
                    new Marks(new TenantBucket(bucket, A)).list().claims().keySet());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long ended(Metrics metrics, String result) {
        return metrics.counter("engram_compactor_jobs_total", "Jobs that ended, by how.", "result", result)
                .getCount();
    }
}
