package io.engram.compactor;

import io.engram.bucket.Bucket;
import io.engram.bucket.layout.TenantBucket;
import io.engram.compactor.job.JobClaim;
import io.engram.compactor.job.JobClaims;
import io.engram.compactor.job.JobExecution;
import io.engram.compactor.job.JobOutcome;
import io.engram.compactor.job.WorkFolder;
import io.engram.model.block.Folded;
import io.engram.model.time.Clock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.SecureRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does jobs and tells how they ended. For any number of threads. */
final class JobRunner {
    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);

    private final Bucket bucket;
    private final WorkFolder work;
    private final long maxHeapBytes;
    private final long originalsDelayMs;
    private final JobClaims claims;
    private final CompactorMetrics metrics;
    private final Clock clock;
    /** Names of blocks must differ from those of any other process. */
    private final SecureRandom random = new SecureRandom();

    /**
     * @param maxHeapBytes that one job may take
     * @param originalsDelayMs as {@link JobExecution} has it
     */
    JobRunner(
            Bucket bucket,
            WorkFolder work,
            long maxHeapBytes,
            long originalsDelayMs,
            JobClaims claims,
            CompactorMetrics metrics,
            Clock clock) {
        this.bucket = bucket;
        this.work = work;
        this.maxHeapBytes = maxHeapBytes;
        this.originalsDelayMs = originalsDelayMs;
        this.claims = claims;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** How a job ended, for those who plan. */
    enum End {
        /** The tenant has other blocks now than before, so that it may have other jobs. */
        CHANGED,
        /** Nothing is to be done now. */
        UNCHANGED,
        FAILED
    }

    End run(QueuedJob queued) {
        TenantBucket own = new TenantBucket(bucket, queued.tenant);
        try {
            return switch (claims.claim(own, queued.job)) {
                case JobClaims.Claimed.Ours(var claim) -> runClaimed(queued, own, claim);
                case JobClaims.Claimed.Theirs theirs -> {
                    metrics.claimed.inc();
                    LOG.info(
                            "another compactor is at a compaction, the next pass looks again tenant={} blocks={} owner={}"
                                    + " expires_at_ms={}",
                            queued.tenant,
                            queued.job.ids(),
                            theirs.owner(),
                            theirs.expiresAtMs());
                    yield End.UNCHANGED;
                }
            };
        } catch (IOException | RuntimeException e) {
            if (Thread.currentThread().isInterrupted() || e instanceof InterruptedIOException) {
                metrics.stopped.inc();
                return End.UNCHANGED;
            }
            metrics.failed.inc();
            LOG.error(
                    "a compaction failed, will be tried again tenant={} blocks={}", queued.tenant, queued.job.ids(), e);
            return End.FAILED;
        }
    }

    private End runClaimed(QueuedJob queued, TenantBucket own, JobClaim claim) throws IOException {
        try (claim) {
            JobExecution execution =
                    new JobExecution(own, work, maxHeapBytes, originalsDelayMs, clock, random, step -> {
                        switch (step) {
                            case WAITING, DOWNLOADING, MERGING, VERIFYING -> claim.check();
                            case UPLOADING -> claim.renew();
                            case MARKING -> {} // the block is there: what it holds is best marked by anybody
                        }
                        queued.begin(step, clock.nowMs());
                    });
            return told(queued, execution.run(queued.job));
        }
    }

    private void folded(QueuedJob queued, Folded folded) {
        metrics.folded(folded);
        LOG.info(
                "folded the replicas of a block tenant={} source={} series={} single={} unlike={} counter_drops={}"
                        + " borders={}",
                queued.tenant,
                queued.job.ids().getFirst(),
                folded.merged(),
                folded.single(),
                folded.unlike(),
                folded.counterDrops(),
                folded.borders());
    }

    private End told(QueuedJob queued, JobOutcome outcome) {
        return switch (outcome) {
            case JobOutcome.Compacted(var block, var cost) -> {
                metrics.done(cost, queued.job.blocks().size());
                block.flatMap(meta -> meta.engram().folded())
                        .filter(_ -> queued.job.fold().isPresent())
                        .ifPresent(folded -> folded(queued, folded));
                LOG.info(
                        "compacted blocks tenant={} sources={} block={} samples_in={} samples_out={} duration_ms={}",
                        queued.tenant,
                        queued.job.ids(),
                        block.map(meta -> meta.id().toString()).orElse("none"),
                        cost.samplesIn(),
                        cost.samplesOut(),
                        cost.nanos() / 1_000_000);
                yield End.CHANGED;
            }
            case JobOutcome.BadBlock(var block, var problem) -> {
                metrics.badBlocks.inc();
                LOG.error(
                        "a block is damaged in the bucket and stays out of compactions tenant={} block={} problem=\"{}\"",
                        queued.tenant,
                        block,
                        problem);
                yield End.CHANGED;
            }
            case JobOutcome.Overtaken(var why) -> {
                metrics.overtaken.inc();
                LOG.info("a compaction was not needed any more tenant={} reason=\"{}\"", queued.tenant, why);
                yield End.UNCHANGED;
            }
            case JobOutcome.NoRoom(var where, var needed, var free) -> {
                metrics.noRoom.inc();
                LOG.error(
                        "a compaction does not fit tenant={} blocks={} where=\"{}\" needed_bytes={}" + " free_bytes={}",
                        queued.tenant,
                        queued.job.ids(),
                        where,
                        needed,
                        free);
                yield End.FAILED;
            }
        };
    }
}
