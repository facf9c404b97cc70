package io.engram.compactor.job;

import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.NoSuchObject;
import io.engram.bucket.layout.BlockUploader;
import io.engram.bucket.layout.DeletionMark;
import io.engram.bucket.layout.Marks;
import io.engram.bucket.layout.NoCompactMark;
import io.engram.bucket.layout.TenantBucket;
import io.engram.compactor.plan.PlannedJob;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.Compaction;
import io.engram.model.block.ThanosSection;
import io.engram.model.json.DamagedJson;
import io.engram.model.labels.Labels;
import io.engram.model.time.Clock;
import io.engram.tsdb.block.BlockFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Does a job. Killed at any point, nothing is lost and nothing counts twice:
 *
 * <ol>
 *   <li>The sources are brought into the work folder. A kill leaves files that the next try goes on with.
 *   <li>They are merged into a block of a new name, which is verified. A kill leaves nothing, or a block that the next try
 *       takes as it is.
 *   <li>The block is uploaded, {@code meta.json} last. A kill before that leaves a partial block, which nobody reads. From
 *       then on both the block and its sources are read, and equal samples fold.
 *   <li>The sources are marked for deletion. A kill leaves some without a mark; their sources are all in the new block, so
 *       that the planner finds them superseded. The same holds where two compactors did the job in spite of its {@linkplain
 *       JobClaims claim}.
 * </ol>
 *
 * <p>A fold goes the same way. Its block stands for the one it was made of, which is marked to stay longer; the two are never
 * read side by side, as the bucket index leaves out the one ({@link io.engram.bucket.index.BucketIndex#withoutOriginals}).
 *
 * <p>For one thread; an interrupt ends it with an {@link IOException}.
 */
public final class JobExecution {
    private final TenantBucket bucket;
    private final Marks marks;
    private final WorkFolder work;
    private final long maxHeapBytes;
    private final long originalsDelayMs;
    private final Clock clock;
    private final RandomGenerator random;
    private final JobProgress progress;

    private long downloadedBytes;
    private long downloadNanos;
    private long mergeNanos;
    private long verifyNanos;

    /**
     * @param maxHeapBytes that the job may take
     * @param originalsDelayMs how much longer than other blocks that were marked for deletion those stay that were folded
     * @param random for the name of the new block
     * @param progress is told when a step begins; whatever it throws ends the job
     */
    public JobExecution(
            TenantBucket bucket,
            WorkFolder work,
            long maxHeapBytes,
            long originalsDelayMs,
            Clock clock,
            RandomGenerator random,
            JobProgress progress) {
        this.bucket = bucket;
        this.marks = new Marks(bucket);
        this.work = work;
        this.maxHeapBytes = maxHeapBytes;
        this.originalsDelayMs = originalsDelayMs;
        this.clock = clock;
        this.random = random;
        this.progress = progress;
    }

    /** @throws IOException where the bucket or the disk fails, or the thread is interrupted: try again later */
    public JobOutcome run(PlannedJob job) throws IOException {
        long heapBytes = heapBytes(job);
        if (heapBytes > maxHeapBytes) {
            return new JobOutcome.NoRoom("heap, a quarter of which is for compactions", heapBytes, maxHeapBytes);
        }
        // Sources and result are there at the same time; the result is not bigger than its sources but for its index.
        long bytes = job.inputBytes() * 9 / 4;
        Optional<WorkFolder.Room> room = work.reserve(bytes);
        if (room.isEmpty()) {
            return new JobOutcome.NoRoom("disk of compactor.work-dir", bytes, work.freeBytes());
        }
        try (WorkFolder.Room _ = room.get()) {
            return runWithRoom(job);
        } catch (NoSuchObject | JobOvertaken e) {
            return new JobOutcome.Overtaken(e.getMessage());
        }
    }

    /**
     * A rough upper bound: the postings of the new block are gathered in memory, and are less than the index that they end
     * up in; the sources' symbols and lists of series are a small part of theirs. Running out of heap would end the process,
     * and every one after it at the same job. A fold has the series of one metric in memory besides, in all its blocks; in
     * the worst case they are all.
     */
    private static long heapBytes(PlannedJob job) {
        return job.biggestIndexBytes() + (job.fold().isPresent() ? job.allIndexBytes() : job.allIndexBytes() / 16);
    }

    private JobOutcome runWithRoom(PlannedJob job) throws IOException, JobOvertaken {
        checkUnmarked(job);
        Optional<Path> finished = finishedBefore(job);
        if (finished.isEmpty()) {
            List<Path> sources = download(job);
            MergeResult result = merge(job, sources);
            if (result.bad != null) {
                markBad(result.bad);
                if (!job.ids().contains(result.bad.block())) {
                    // It stays where it is, and so this would be planned again at once: rather wait, as after any
                    // failure.
                    throw new IOException("block " + result.bad.block() + " beside the one to fold is damaged: "
                            + result.bad.found());
                }
                return new JobOutcome.BadBlock(result.bad.block(), result.bad.found());
            }
            finished = Optional.of(result.folder);
        }
        if (marks.tenantDeletion().isPresent()) {
            return new JobOutcome.Overtaken("the tenant is marked for deletion");
        }
        Path folder = finished.get();
        BlockMeta meta = meta(folder);
        progress.begin(JobStep.UPLOADING);
        long began = System.nanoTime();
        Optional<BlockUploader.Result> uploaded = Optional.empty();
        if (meta.stats().series() > 0) {
            ThanosSection thanos = meta.thanos().orElseGet(() -> ThanosSection.raw(Labels.EMPTY, MergeStep.SOURCE));
            uploaded = Optional.of(new BlockUploader(bucket).upload(folder, thanos));
        }
        long uploadNanos = System.nanoTime() - began;
        progress.begin(JobStep.MARKING);
        markSources(job, meta.id());
        removeLocal(job);
        return new JobOutcome.Compacted(
                uploaded.map(BlockUploader.Result::meta),
                new JobCost(
                        downloadedBytes,
                        uploaded.map(BlockUploader.Result::bytesUploaded).orElse(0L),
                        job.inputSamples(),
                        meta.stats().samples(),
                        downloadNanos,
                        mergeNanos,
                        verifyNanos,
                        uploadNanos));
    }

    /** A plan may be minutes old: somebody else may have done the job since. */
    private void checkUnmarked(PlannedJob job) throws BucketUnavailable, JobOvertaken {
        Set<BlockId> marked = marks.list().forDeletion();
        for (BlockId id : job.ids()) {
            if (marked.contains(id)) {
                throw new JobOvertaken("block " + id + " is marked for deletion");
            }
        }
    }

    /** A block that an earlier try made of the same sources, and could not upload. */
    private Optional<Path> finishedBefore(PlannedJob job) throws IOException, JobOvertaken {
        Path merged = work.merged(bucket.tenant(), job);
        if (!Files.exists(merged)) {
            return Optional.empty();
        }
        Set<BlockId> wanted = new HashSet<>(job.ids());
        for (Path folder : WorkFolder.entries(merged)) {
            if (parents(folder).equals(wanted)) {
                try {
                    verify(folder);
                    return Optional.of(folder);
                } catch (MergeStep.Unsound e) {
                    // A disk that lost what was on it.
                }
            }
            BlockFolders.delete(folder);
        }
        return Optional.empty();
    }

    private static Set<BlockId> parents(Path folder) throws IOException {
        Set<BlockId> parents = new HashSet<>();
        try {
            meta(folder).compaction().parents().stream()
                    .map(Compaction.Parent::id)
                    .forEach(parents::add);
        } catch (DamagedJson | NoSuchFileException e) {
            // Not finished, or damaged: nothing to go on with.
        }
        return parents;
    }

    private static BlockMeta meta(Path folder) throws IOException {
        Path file = folder.resolve(BlockMeta.FILE);
        return BlockMeta.read(Files.readAllBytes(file), file.toString());
    }

    private List<Path> download(PlannedJob job) throws IOException, JobOvertaken {
        progress.begin(JobStep.DOWNLOADING);
        long began = System.nanoTime();
        List<Path> folders = new ArrayList<>();
        for (BlockId id : job.readIds()) {
            Path folder = work.sources(bucket.tenant()).resolve(id.toString());
            downloadedBytes += new BlockDownload(bucket).download(id, folder);
            folders.add(folder);
        }
        downloadNanos = System.nanoTime() - began;
        return folders;
    }

    /** Either a block, or the source that is to blame for there being none. */
    private record MergeResult(Path folder, SourceExam.Bad bad) {}

    private MergeResult merge(PlannedJob job, List<Path> sources) throws IOException, JobOvertaken {
        for (boolean again = false; ; again = true) {
            try {
                progress.begin(JobStep.MERGING);
                long began = System.nanoTime();
                Path parent = work.merged(bucket.tenant(), job);
                Files.createDirectories(parent);
                BlockId id = BlockId.create(clock.nowMs(), random);
                Path folder = job.fold().isPresent()
                        ? FoldStep.fold(job, sources, parent, id, clock.nowMs())
                        : MergeStep.merge(sources, parent, id);
                mergeNanos += System.nanoTime() - began;
                try {
                    verify(folder);
                } catch (MergeStep.Unsound e) {
                    BlockFolders.delete(folder);
                    throw e;
                }
                return new MergeResult(folder, null);
            } catch (MergeStep.Unsound e) {
                SourceExam.Result exam = SourceExam.examine(bucket, sources);
                if (exam.bad().isPresent()) {
                    return new MergeResult(null, exam.bad().get());
                }
                if (again || !exam.repaired()) {
                    throw new IllegalStateException(
                            "merging blocks of tenant " + bucket.tenant() + " that are good failed: " + e.getMessage(),
                            e);
                }
            }
        }
    }

    private void verify(Path folder) throws IOException, JobOvertaken, MergeStep.Unsound {
        progress.begin(JobStep.VERIFYING);
        long began = System.nanoTime();
        MergeStep.verify(folder);
        verifyNanos += System.nanoTime() - began;
    }

    private void markBad(SourceExam.Bad bad) throws IOException {
        marks.mark(new NoCompactMark(bad.block(), clock.nowMs() / 1000, NoCompactMark.CRITICAL, bad.found()));
    }

    private void markSources(PlannedJob job, BlockId into) throws IOException {
        boolean fold = job.fold().isPresent();
        long atMs = clock.nowMs() + (fold ? originalsDelayMs : 0);
        for (BlockId id : job.ids()) {
            marks.mark(new DeletionMark(id, atMs / 1000, (fold ? "folded into " : "merged into ") + into));
        }
    }

    private void removeLocal(PlannedJob job) throws IOException {
        for (BlockId id : job.readIds()) {
            BlockFolders.delete(work.sources(bucket.tenant()).resolve(id.toString()));
        }
        BlockFolders.delete(work.merged(bucket.tenant(), job));
    }
}
