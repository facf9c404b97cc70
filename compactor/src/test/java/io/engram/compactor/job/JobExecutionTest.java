package io.engram.compactor.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.Operation;
import io.engram.bucket.layout.BlockPaths;
import io.engram.bucket.layout.Marks;
import io.engram.bucket.layout.TenantBucket;
import io.engram.bucket.layout.TenantDeletionMark;
import io.engram.bucket.testing.FaultyBucket;
import io.engram.bucket.testing.FaultyBucket.Fate;
import io.engram.bucket.testing.MemoryBucket;
import io.engram.compactor.plan.Metas;
import io.engram.compactor.plan.PlannedJob;
import io.engram.compactor.testing.SampleSet;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.BlockStats;
import io.engram.model.testing.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobExecutionTest {
    private static final long DAY_MS = 20_000 * 24 * Metas.HOUR_MS;
    private static final long END_MS = DAY_MS + 2 * Metas.HOUR_MS;

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(DAY_MS + 10 * Metas.HOUR_MS);
    private final MemoryBucket memory = new MemoryBucket(clock);
    private final FaultyBucket faulty = new FaultyBucket(memory);
    private final TenantBucket bucket = new TenantBucket(faulty, new TenantId("team-a"));
    private final SampleSet expected = new SampleSet();
    private final List<BlockMeta> blocks = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(1);
    private WorkFolder work;

    @BeforeEach
    void threeCopiesWithGaps() throws IOException {
        work = new WorkFolder(folder.resolve("work"));
        for (int copy = 0; copy < 3; copy++) {
            SampleSet set = new SampleSet().fill(3, DAY_MS + copy * 60_000, END_MS, 15_000 * (copy + 1));
            blocks.add(set.upload(bucket, folder.resolve("up"), Metas.id(END_MS, copy)));
            expected.add(set);
        }
    }

    private PlannedJob job() {
        return new PlannedJob(DAY_MS, END_MS, blocks);
    }

    private JobOutcome run() throws IOException {
        return new JobExecution(bucket, work, clock, random, _ -> {}).run(job());
    }

    @Test
    void theMergedBlockHoldsWhatItsSourcesHeldAndTheyAreMarked() throws IOException {
        JobOutcome.Compacted done = assertInstanceOf(JobOutcome.Compacted.class, run());
        BlockMeta merged = done.block().orElseThrow();
        assertEquals(List.of(merged.id()), SampleSet.liveBlocks(bucket));
        assertEquals(expected, SampleSet.live(bucket, folder));
        assertEquals(
                new TreeSet<>(job().ids()), new TreeSet<>(merged.compaction().sources()));
        assertEquals(2, merged.compaction().level());
        assertEquals("compactor", merged.thanos().orElseThrow().source());
        assertEquals(expected.count(), done.cost().samplesOut());
        assertTrue(done.cost().samplesIn() > expected.count());
        assertEquals(
                Set.copyOf(job().ids()), Set.copyOf(new Marks(bucket).list().forDeletion()));
    }

    @Test
    void theWorkFolderIsEmptyAfterwards() throws IOException {
        run();
        try (var left = Files.walk(folder.resolve("work"))) {
            assertEquals(List.of(), left.filter(Files::isRegularFile).toList());
        }
    }

    @Test
    void aLocalCopyThatIsDamagedIsReadAgainFromTheBucket() throws IOException {
        BlockId first = blocks.getFirst().id();
        Path local = work.sources(bucket.tenant()).resolve(first.toString());
        new BlockDownload(bucket).download(first, local);
        flip(local.resolve("index"));
        assertInstanceOf(JobOutcome.Compacted.class, run());
        assertEquals(expected, SampleSet.live(bucket, folder));
    }

    @Test
    void aBlockThatIsDamagedInTheBucketIsMarkedWithTheReasonAndNothingElseHappens() throws IOException {
        BlockId bad = blocks.get(1).id();
        String key = BlockPaths.index(bad);
        byte[] index = bucket.get(key, 1 << 20).bytes();
        index[index.length / 2] ^= 4;
        bucket.put(key, index);
        JobOutcome.BadBlock outcome = assertInstanceOf(JobOutcome.BadBlock.class, run());
        assertEquals(bad, outcome.block());
        var mark = new Marks(bucket).noCompact(bad).orElseThrow();
        assertEquals("critical", mark.reason());
        assertTrue(mark.details().contains("index"), mark.details());
        assertEquals(3, SampleSet.liveBlocks(bucket).size());
    }

    @Test
    void aChunkFileThatIsCutOffInTheBucketIsFound() throws IOException {
        String key = BlockPaths.chunks(blocks.getLast().id(), 1);
        byte[] chunks = bucket.get(key, 1 << 20).bytes();
        bucket.put(key, Arrays.copyOf(chunks, chunks.length / 2));
        assertEquals(
                blocks.getLast().id(),
                assertInstanceOf(JobOutcome.BadBlock.class, run()).block());
    }

    @Test
    void aMetaThatCountsWrongIsFoundBeforeAnythingIsMarked() throws IOException {
        BlockMeta meta = blocks.getFirst();
        BlockMeta lies = new BlockMeta(
                meta.id(),
                meta.minTimeMs(),
                meta.maxTimeMs(),
                new BlockStats(1_000_000, 0, 0, 3, 3, 0),
                meta.compaction(),
                meta.thanos());
        bucket.put(BlockPaths.meta(meta.id()), lies.print());
        assertEquals(
                meta.id(), assertInstanceOf(JobOutcome.BadBlock.class, run()).block());
    }

    @Test
    void aSourceThatIsGoneEndsTheJob() throws IOException {
        bucket.delete(BlockPaths.meta(blocks.getFirst().id()));
        assertInstanceOf(JobOutcome.Overtaken.class, run());
        assertEquals(2, SampleSet.liveBlocks(bucket).size());
    }

    @Test
    void nothingIsUploadedForATenantThatGoes() throws IOException {
        new Marks(bucket).mark(new TenantDeletionMark(1, 0));
        assertInstanceOf(JobOutcome.Overtaken.class, run());
        assertEquals(3, SampleSet.liveBlocks(bucket).size());
    }

    @Test
    void anUploadThatFailedGoesOnWithTheSameBlock() throws IOException {
        faulty.plan((operation, key) ->
                operation == Operation.PUT && key.endsWith("/meta.json") ? Fate.FAIL : Fate.SUCCEED);
        assertThrows(BucketUnavailable.class, this::run);
        List<String> partial = memory.keys();
        int[] reads = {0};
        faulty.plan((operation, key) -> {
            reads[0] += operation == Operation.GET_RANGE ? 1 : 0;
            return operation == Operation.UPLOAD ? Fate.FAIL : Fate.SUCCEED;
        });
        JobOutcome.Compacted done = assertInstanceOf(JobOutcome.Compacted.class, run());
        assertEquals(0, reads[0], "sources are not read again");
        assertTrue(partial.contains(
                "team-a/" + BlockPaths.index(done.block().orElseThrow().id())));
        assertEquals(0, done.cost().uploadedBytes());
        assertEquals(expected, SampleSet.live(bucket, folder));
    }

    @Test
    void aMetaWhoseAnswerGotLostIsFoundByTheNextTry() throws IOException {
        faulty.plan((operation, key) ->
                operation == Operation.PUT && key.endsWith("/meta.json") ? Fate.LOSE_ANSWER : Fate.SUCCEED);
        assertThrows(BucketUnavailable.class, this::run);
        faulty.succeed();
        run();
        assertEquals(1, SampleSet.liveBlocks(bucket).size());
        assertEquals(expected, SampleSet.live(bucket, folder));
    }

    @Test
    void anInterruptEndsItAndLeavesTheSourcesAlone() throws IOException {
        try {
            assertThrows(IOException.class, () -> new JobExecution(bucket, work, clock, random, step -> {
                        if (step == JobStep.MERGING) {
                            Thread.currentThread().interrupt();
                        }
                    })
                    .run(job()));
        } finally {
            Thread.interrupted();
        }
        assertEquals(3, SampleSet.liveBlocks(bucket).size());
        assertInstanceOf(JobOutcome.Compacted.class, run());
        assertEquals(expected, SampleSet.live(bucket, folder));
    }

    @Test
    void aJobThatTheDiskHasNoRoomForIsNotBegun() throws IOException {
        PlannedJob huge = new PlannedJob(
                DAY_MS,
                END_MS,
                blocks.stream()
                        .map(block -> Metas.of(
                                block.id(),
                                block.minTimeMs(),
                                block.maxTimeMs(),
                                block.compaction(),
                                block.labels(),
                                0,
                                1L << 58))
                        .toList());
        JobOutcome outcome = new JobExecution(bucket, work, clock, random, _ -> {}).run(huge);
        assertTrue(assertInstanceOf(JobOutcome.NoRoom.class, outcome).freeBytes() > 0);
        assertFalse(Files.exists(work.sources(bucket.tenant())));
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }
}
