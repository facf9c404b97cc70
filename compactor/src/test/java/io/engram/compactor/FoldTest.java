package io.engram.compactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.Bucket;
import io.engram.bucket.index.BucketIndex;
import io.engram.bucket.index.BucketIndexFile;
import io.engram.bucket.index.BucketIndexUpdater;
import io.engram.bucket.layout.BlockPaths;
import io.engram.bucket.layout.BlockUploader;
import io.engram.bucket.layout.TenantBucket;
import io.engram.bucket.testing.MemoryBucket;
import io.engram.compactor.job.BlockDownload;
import io.engram.compactor.plan.Metas;
import io.engram.compactor.tenant.Unfolding;
import io.engram.compactor.testing.PairSamples;
import io.engram.compactor.testing.SampleSet;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.Folded;
import io.engram.model.testing.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas folded and unfolded in a bucket, whatever happens meanwhile, as queries see it. */
class FoldTest {
    private static final long HOUR_MS = Metas.HOUR_MS;
    private static final long DAY_MS = 20_000 * 24 * HOUR_MS;
    private static final long END_MS = DAY_MS + 3 * HOUR_MS;
    private static final TenantId A = new TenantId("team-a");

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(DAY_MS + 100 * HOUR_MS);
    private final MemoryBucket untouched = new MemoryBucket(clock);
    private final BlockId original = Metas.id(END_MS, 1);
    private final SampleSet twins = PairSamples.of("a", DAY_MS, END_MS).add(PairSamples.of("b", DAY_MS, END_MS));
    /** The first replica's, and behind its last sample one more of the other: nobody knows yet that the first has ended. */
    private final SampleSet folded =
            PairSamples.of("a", DAY_MS, END_MS).add(PairSamples.of("b", END_MS - 60_000, END_MS));

    private int copies;

    /** A block of a pair, and two days later one that says that its day is over. */
    @BeforeEach
    void write() throws IOException {
        TenantBucket tenant = new TenantBucket(untouched, A);
        PairSamples.upload(tenant, folder.resolve("up"), original, DAY_MS, END_MS);
        new SampleSet()
                .fill(1, DAY_MS + 48 * HOUR_MS, DAY_MS + 49 * HOUR_MS, 60_000)
                .upload(tenant, folder.resolve("up"), Metas.id(DAY_MS + 50 * HOUR_MS, 2));
    }

    private MemoryBucket copy(MemoryBucket from) throws IOException {
        MemoryBucket bucket = new MemoryBucket(clock);
        for (String key : from.keys()) {
            bucket.put(key, from.get(key, 1 << 20).bytes());
        }
        return bucket;
    }

    private Compactor compactor(Bucket bucket) {
        return TestCompactor.create(bucket, folder.resolve("work-" + copies++), clock);
    }

    /** Blocks of the day that a query asks, once the index is made anew. */
    private List<BlockId> seen(Bucket bucket) throws IOException {
        TenantBucket tenant = new TenantBucket(bucket, A);
        new BucketIndexUpdater(tenant, clock).update();
        return indexed(tenant);
    }

    private static List<BlockId> indexed(TenantBucket tenant) throws IOException {
        BucketIndex index = ((BucketIndexFile.Loaded.Present) new BucketIndexFile(tenant).load()).index();
        Set<BlockId> marked = new HashSet<>();
        index.deletionMarks().forEach(mark -> marked.add(mark.id()));
        return index.overlapping(DAY_MS, END_MS).stream()
                .map(BucketIndex.Block::id)
                .filter(id -> !marked.contains(id))
                .toList();
    }

    private SampleSet read(Bucket bucket, List<BlockId> blocks) throws IOException {
        SampleSet set = new SampleSet();
        for (BlockId id : blocks) {
            Path local = folder.resolve("read-" + copies++).resolve(id.toString());
            new BlockDownload(new TenantBucket(bucket, A)).download(id, local);
            set.add(SampleSet.of(local));
        }
        return set;
    }

    private static BlockMeta meta(Bucket bucket, BlockId id) throws IOException {
        byte[] bytes = new TenantBucket(bucket, A)
                .get(BlockPaths.meta(id), BlockUploader.MAX_META_BYTES)
                .bytes();
        return BlockMeta.read(bytes, id.toString());
    }

    @Test
    void aDayThatIsOverIsFoldedOnceAndItsOriginalStaysAWeek() throws IOException {
        TestCompactor.settle(compactor(untouched));

        List<BlockId> seen = seen(untouched);
        assertEquals(1, seen.size());
        assertEquals(folded, read(untouched, seen));
        BlockMeta meta = meta(untouched, seen.getFirst());
        assertEquals(new Folded(1, 0, 0, 0, 0), meta.engram().folded().orElseThrow());
        assertEquals(List.of(original), meta.compaction().sources());
        clock.advance(7 * 24 * HOUR_MS - HOUR_MS);
        TestCompactor.settle(compactor(untouched));
        assertEquals(twins, read(untouched, List.of(original)), "still there");
        assertEquals(seen, seen(untouched), "nothing is folded twice");
        clock.advance(2 * HOUR_MS);
        TestCompactor.settle(compactor(untouched));
        assertTrue(untouched.keys().stream().noneMatch(key -> key.contains(original.toString())), "gone");
        assertEquals(folded, read(untouched, seen(untouched)));
    }

    @Test
    void whatIsLaterThanItsDayStaysBesideIt() throws IOException {
        TestCompactor.settle(compactor(untouched));
        BlockId late = Metas.id(END_MS, 7);
        PairSamples.upload(
                new TenantBucket(untouched, A), folder.resolve("up"), late, DAY_MS + 5 * HOUR_MS, DAY_MS + 6 * HOUR_MS);
        clock.advance(48 * HOUR_MS);
        TestCompactor.settle(compactor(untouched));

        List<BlockId> day = new ArrayList<>(SampleSet.liveBlocks(new TenantBucket(untouched, A)));
        assertEquals(3, day.size());
        assertTrue(day.contains(late), "neither merged with the folded block nor folded beside it");
    }

    @Test
    void killedAtAnyCallQueriesSeeTheOneOrTheOther() throws Exception {
        for (boolean lastIsDone : new boolean[] {false, true}) {
            boolean crashed = true;
            for (int calls = 0; crashed; calls++) {
                MemoryBucket bucket = copy(untouched);
                CrashBucket dying = new CrashBucket(bucket, calls, lastIsDone);
                String when = "killed at call " + calls + ", done: " + lastIsDone;
                crashed = dies(dying, () -> TestCompactor.settle(compactor(dying)));
                if (bucket.keys().contains(A + "/" + BlockPaths.BUCKET_INDEX)) {
                    expectOne(bucket, indexed(new TenantBucket(bucket, A)), when);
                }
                expectOne(bucket, seen(bucket), when);
                TestCompactor.settle(compactor(bucket));
                List<BlockId> settled = seen(bucket);
                assertEquals(folded, read(bucket, settled), when);
                assertEquals(1, settled.size(), when);
                assertTrue(
                        bucket.keys().contains(A + "/" + BlockPaths.meta(original)), when + ": the original is kept");
            }
        }
    }

    private void expectOne(Bucket bucket, List<BlockId> seen, String when) throws IOException {
        assertEquals(1, seen.size(), when + ": " + seen);
        assertEquals(seen.getFirst().equals(original) ? twins : folded, read(bucket, seen), when);
    }

    /** What a process does before it is killed. */
    private interface Life {
        void run() throws Exception;
    }

    private static boolean dies(CrashBucket bucket, Life life) throws Exception {
        try {
            life.run();
        } catch (CrashBucket.Killed e) {
            return true;
        } catch (IllegalStateException e) {
            return bucket.crashed(); // of a thread that reads beside
        }
        return bucket.crashed();
    }

    @Test
    void unfoldedAndKilledAtAnyCallQueriesSeeTheOneOrTheOther() throws Exception {
        TestCompactor.settle(compactor(untouched));
        BlockId fold = seen(untouched).getFirst();
        for (boolean lastIsDone : new boolean[] {false, true}) {
            boolean crashed = true;
            for (int calls = 0; crashed; calls++) {
                MemoryBucket bucket = copy(untouched);
                CrashBucket dying = new CrashBucket(bucket, calls, lastIsDone);
                String when = "killed at call " + calls + ", done: " + lastIsDone;
                crashed = dies(dying, () -> new Unfolding(new TenantBucket(dying, A), clock).unfold(fold));
                expectOne(bucket, seen(bucket), when);
                TestCompactor.settle(compactor(bucket));
                expectOne(bucket, seen(bucket), when + ", and a pass");

                new Unfolding(new TenantBucket(bucket, A), clock).unfold(fold);
                assertEquals(List.of(original), seen(bucket), when);
                TestCompactor.settle(compactor(bucket));
                clock.advance(8 * 24 * HOUR_MS);
                TestCompactor.settle(compactor(bucket));
                assertEquals(List.of(original), seen(bucket), when + ": it stays");
                assertEquals(twins, read(bucket, List.of(original)), when);
                assertTrue(bucket.keys().stream().noneMatch(key -> key.contains(fold.toString())), when);
                clock.advance(-8 * 24 * HOUR_MS);
            }
        }
    }

    @Test
    void refusesToUnfoldWhatCannotBe() throws Exception {
        TestCompactor.settle(compactor(untouched));
        BlockId fold = seen(untouched).getFirst();
        Unfolding unfolding = new Unfolding(new TenantBucket(untouched, A), clock);
        assertTrue(assertThrows(Unfolding.Refused.class, () -> unfolding.unfold(original))
                .getMessage()
                .contains("is not folded"));
        assertTrue(assertThrows(Unfolding.Refused.class, () -> unfolding.unfold(Metas.id(1, 1)))
                .getMessage()
                .contains("there is no block"));
        clock.advance(8 * 24 * HOUR_MS);
        TestCompactor.settle(compactor(untouched));
        assertTrue(assertThrows(Unfolding.Refused.class, () -> unfolding.unfold(fold))
                .getMessage()
                .contains("is gone; such blocks are kept for compactor.folded-originals-retention"));
        assertEquals(List.of(fold), seen(untouched));
    }
}
