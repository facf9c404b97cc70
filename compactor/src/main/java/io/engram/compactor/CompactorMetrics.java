package io.engram.compactor;

import com.codahale.metrics.Counter;
import io.engram.compactor.job.JobCost;
import io.engram.compactor.tenant.UpkeepReport;
import io.engram.model.block.Folded;
import io.engram.model.time.Clock;
import io.engram.server.metrics.Histogram;
import io.engram.server.metrics.Metrics;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.DoubleAdder;

/** What the compactor tells about itself: {@code engram_compactor_…}. */
final class CompactorMetrics {
    private static final double[] DURATIONS_S = {1, 5, 15, 60, 300, 900, 3600, 14_400};
    private static final String JOBS = "engram_compactor_jobs_total";
    private static final String JOBS_HELP = "Jobs that ended, by how.";
    private static final String MARKED = "engram_compactor_blocks_marked_for_deletion_total";
    private static final String MARKED_HELP = "Blocks marked for deletion, by why.";
    private static final String FOLDED = "engram_compactor_folded_series_total";
    private static final String FOLDED_HELP =
            "Series of blocks whose replicas were folded, by what became of them; all but merged and single stayed apart.";
    private static final String STEPS = "engram_compactor_job_seconds_total";
    private static final String STEPS_HELP = "Time that jobs took that were finished, by step.";

    final Counter failed;
    final Counter overtaken;
    final Counter claimed;
    final Counter noRoom;
    final Counter stopped;
    final Counter badBlocks;
    final Counter passesFailed;
    private final Counter done;
    private final Counter foldedMerged;
    private final Counter foldedSingle;
    private final Counter foldedUnlike;
    private final Counter foldedCounterDrops;
    private final Counter foldedBorders;
    private final Counter mergedSources;
    private final Counter expired;
    private final Counter superseded;
    private final Counter removed;
    private final Counter partialRemoved;
    private final Counter downloadedBytes;
    private final Counter uploadedBytes;
    private final Counter samplesIn;
    private final Counter samplesOut;
    private final Histogram duration;
    private final DoubleAdder downloadSeconds = new DoubleAdder();
    private final DoubleAdder mergeSeconds = new DoubleAdder();
    private final DoubleAdder verifySeconds = new DoubleAdder();
    private final DoubleAdder uploadSeconds = new DoubleAdder();
    private final AtomicLong lastPassMs = new AtomicLong();
    private final AtomicLong lastJobMs = new AtomicLong();
    private final Clock clock;

    CompactorMetrics(Metrics metrics, JobQueue queue, JobBackoff backoff, Clock clock) {
        this.clock = clock;
        done = metrics.counter(JOBS, JOBS_HELP, "result", "done");
        failed = metrics.counter(JOBS, JOBS_HELP, "result", "failed");
        overtaken = metrics.counter(JOBS, JOBS_HELP, "result", "overtaken");
        claimed = metrics.counter(JOBS, JOBS_HELP, "result", "claimed");
        noRoom = metrics.counter(JOBS, JOBS_HELP, "result", "no-room");
        stopped = metrics.counter(JOBS, JOBS_HELP, "result", "stopped");
        badBlocks = metrics.counter(JOBS, JOBS_HELP, "result", "bad-block");
        passesFailed = metrics.counter(
                "engram_compactor_tenant_passes_failed_total",
                "Looks at a tenant that failed; the next one is as usual.");
        foldedMerged = metrics.counter(FOLDED, FOLDED_HELP, "result", "merged");
        foldedSingle = metrics.counter(FOLDED, FOLDED_HELP, "result", "single");
        foldedUnlike = metrics.counter(FOLDED, FOLDED_HELP, "result", "unlike");
        foldedCounterDrops = metrics.counter(FOLDED, FOLDED_HELP, "result", "counter-drop");
        foldedBorders = metrics.counter(FOLDED, FOLDED_HELP, "result", "border");
        mergedSources = metrics.counter(MARKED, MARKED_HELP, "reason", "compaction");
        expired = metrics.counter(MARKED, MARKED_HELP, "reason", "retention");
        superseded = metrics.counter(MARKED, MARKED_HELP, "reason", "superseded");
        removed = metrics.counter("engram_compactor_blocks_removed_total", "Marked blocks removed after their delay.");
        partialRemoved = metrics.counter(
                "engram_compactor_partial_blocks_removed_total", "Remains of uploads that were removed.");
        downloadedBytes = metrics.counter("engram_compactor_downloaded_bytes_total", "Read from the bucket by jobs.");
        uploadedBytes = metrics.counter("engram_compactor_uploaded_bytes_total", "Written to the bucket by jobs.");
        samplesIn = metrics.counter("engram_compactor_samples_in_total", "Samples of blocks that were merged.");
        samplesOut = metrics.counter("engram_compactor_samples_out_total", "Samples of blocks that came of it.");
        duration = metrics.histogram("engram_compactor_job_duration_seconds", "Jobs that were finished.", DURATIONS_S);
        metrics.counter(STEPS, STEPS_HELP, downloadSeconds::sum, "step", "download");
        metrics.counter(STEPS, STEPS_HELP, mergeSeconds::sum, "step", "merge");
        metrics.counter(STEPS, STEPS_HELP, verifySeconds::sum, "step", "verify");
        metrics.counter(STEPS, STEPS_HELP, uploadSeconds::sum, "step", "upload");
        metrics.gauge("engram_compactor_jobs_waiting", "Backlog: jobs that wait.", queue::waitingCount);
        metrics.gauge(
                "engram_compactor_jobs_failing",
                "Jobs whose last try failed, and that are tried again later.",
                backoff::count);
        metrics.gauge("engram_compactor_jobs_running", "Jobs that are being done.", queue::runningCount);
        metrics.gauge(
                "engram_compactor_last_successful_pass_timestamp_seconds",
                "When all tenants were looked at last without a failure; 0 for never.",
                () -> lastPassMs.get() / 1000.0);
        metrics.gauge(
                "engram_compactor_last_successful_job_timestamp_seconds",
                "When a job was finished last; 0 for never.",
                () -> lastJobMs.get() / 1000.0);
    }

    void passed() {
        lastPassMs.set(clock.nowMs());
    }

    void looked(UpkeepReport report) {
        expired.inc(report.expired());
        superseded.inc(report.superseded());
        removed.inc(report.removed());
        partialRemoved.inc(report.partialRemoved());
    }

    void folded(Folded folded) {
        foldedMerged.inc(folded.merged());
        foldedSingle.inc(folded.single());
        foldedUnlike.inc(folded.unlike());
        foldedCounterDrops.inc(folded.counterDrops());
        foldedBorders.inc(folded.borders());
    }

    void done(JobCost cost, int sources) {
        done.inc();
        mergedSources.inc(sources);
        downloadedBytes.inc(cost.downloadedBytes());
        uploadedBytes.inc(cost.uploadedBytes());
        samplesIn.inc(cost.samplesIn());
        samplesOut.inc(cost.samplesOut());
        downloadSeconds.add(cost.downloadNanos() / 1e9);
        mergeSeconds.add(cost.mergeNanos() / 1e9);
        verifySeconds.add(cost.verifyNanos() / 1e9);
        uploadSeconds.add(cost.uploadNanos() / 1e9);
        duration.observe(cost.nanos() / 1e9);
        lastJobMs.set(clock.nowMs());
    }
}
