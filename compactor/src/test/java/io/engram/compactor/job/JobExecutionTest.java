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
import io.engram.model.block.BlockFile;
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
        return new JobExecution(bucket, work, 1 << 20, 6 * DAY_MS, clock, random, _ -> {}).run(job());
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
            assertThrows(IOException.class, () -> new JobExecution(
                            bucket, work, 1 << 20, 6 * DAY_MS, clock, random, step -> {
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
    void aJobThatWouldNotFitIsNotBegun() throws IOException {
        JobExecution execution = new JobExecution(bucket, work, 1 << 20, 6 * DAY_MS, clock, random, _ -> {});
        JobOutcome.NoRoom disk = assertInstanceOf(JobOutcome.NoRoom.class, execution.run(withFile("chunks/000001")));
        assertTrue(disk.where().contains("compactor.work-dir") && disk.freeBytes() > 0, disk.toString());
        JobOutcome.NoRoom heap = assertInstanceOf(JobOutcome.NoRoom.class, execution.run(withFile("index")));
        assertTrue(heap.where().contains("heap"), heap.toString());
        assertEquals(1 << 20, heap.freeBytes());
        assertFalse(Files.exists(work.sources(bucket.tenant())));
    }

    /** The same job, its blocks with one huge file each. */
    private PlannedJob withFile(String path) {
        return new PlannedJob(
                DAY_MS,
                END_MS,
                blocks.stream()
                        .map(block -> block.withThanos(
                                block.thanos().orElseThrow().withFiles(List.of(new BlockFile(path, 1L << 58)))))
                        .toList());
    }

    @Test
    void blocksWithoutSamplesBecomeNothing() throws IOException {
        blocks.clear();
        for (int copy = 5; copy < 7; copy++) {
            blocks.add(new SampleSet().upload(bucket, folder.resolve("up"), Metas.id(END_MS, copy)));
        }
        assertTrue(assertInstanceOf(JobOutcome.Compacted.class, run()).block().isEmpty());
        assertEquals(3, SampleSet.liveBlocks(bucket).size(), "those of the other tests");
    }

    @Test
    void onlyWhatIsOursIsRemovedFromTheWorkFolder() throws IOException {
        String first = blocks.getFirst().id().toString();
        Path source = Files.createDirectories(work.sources(new TenantId("gone")).resolve(first));
        Path own = work.sources(bucket.tenant());
        Path kept = Files.createDirectories(own.resolve(first));
        Path unfinished = Files.createDirectories(own.resolve(blocks.get(1).id() + ".tmp"));
        Path foreign = Files.createDirectories(folder.resolve("work").resolve("photos"));
        Files.writeString(foreign.resolve("cat.jpg"), "x");
        Files.writeString(folder.resolve("work").resolve("notes.txt"), "x");
        work.keepOnly(Set.of(bucket.tenant()));
        work.keepOnly(bucket.tenant(), Set.of(blocks.getFirst().id()));
        assertFalse(Files.exists(source.getParent().getParent()));
        assertFalse(Files.exists(unfinished));
        assertTrue(Files.exists(kept));
        assertTrue(Files.exists(foreign.resolve("cat.jpg")));
        assertTrue(Files.exists(folder.resolve("work").resolve("notes.txt")));
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }
}
