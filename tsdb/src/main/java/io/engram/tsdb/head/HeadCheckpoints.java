package io.engram.tsdb.head;

import io.engram.model.failure.Failure;
import io.engram.model.time.Clock;
import io.engram.tsdb.wal.CheckpointWriter;
import io.engram.tsdb.wal.Checkpoints;
import io.engram.tsdb.wal.LogFolder;
import io.engram.tsdb.wal.WriteAheadLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes checkpoints of all heads, and knows when one is due. The order is what makes them safe: the log begins a new
 * segment; every tenant is copied, its sealed chunks synced; the checkpoint is written, synced and renamed; only then
 * are older checkpoints and segments deleted. Used by one thread at a time.
 */
final class HeadCheckpoints {
    private static final Logger LOG = LoggerFactory.getLogger(HeadCheckpoints.class);

    private final LogFolder folder;
    private final WriteAheadLog wal;
    private final HeadLog log;
    private final Supplier<Collection<TenantHead>> tenants;
    private final Clock clock;
    private final CheckpointSchedule schedule;

    private volatile long lastMs;
    private volatile long lastBytes;
    private volatile long count;
    private volatile long failures;
    private long lastPosition; // of the log at the last checkpoint

    HeadCheckpoints(
            LogFolder folder,
            WriteAheadLog wal,
            HeadLog log,
            Supplier<Collection<TenantHead>> tenants,
            Clock clock,
            long intervalMs,
            Recovery recovered) {
        this.folder = folder;
        this.wal = wal;
        this.log = log;
        this.tenants = tenants;
        this.clock = clock;
        this.lastMs = clock.nowMs();
        this.lastBytes = recovered.checkpointBytes();
        this.lastPosition = recovered.checkpointPosition();
        this.schedule = new CheckpointSchedule(intervalMs, lastMs, lastBytes, recovered.samples() > 0);
    }

    /** Whether one is to be written now: see {@link CheckpointSchedule}. */
    boolean due() {
        return wal.position() != lastPosition && schedule.due(clock.nowMs(), wal.sizeBytes());
    }

    /** Writes one; what fails is logged and counted, and costs nothing but the time until the next attempt. */
    boolean tryWrite() throws InterruptedException {
        try {
            write();
            return true;
        } catch (IOException | Failure e) {
            failures++;
            long retryMs = schedule.failed(clock.nowMs());
            LOG.error("cannot write a checkpoint, the log is kept; will try again in {} s", retryMs / 1000, e);
            return false;
        }
    }

    private void write() throws IOException, InterruptedException {
        log.checkAvailable(); // records that wait outside the log would be replayed on top of their own checkpoint
        long covered = wal.roll();
        long number = Checkpoints.nextNumber(folder);
        long bytes;
        try (CheckpointWriter writer = CheckpointWriter.begin(folder, number, covered)) {
            List<TenantHead> all = new ArrayList<>(tenants.get());
            SectionPages.Pool pages = new SectionPages.Pool();
            for (int i = 0; i < all.size(); i++) {
                new TenantCheckpoint(all.get(i), i, log, writer, pages).write();
            }
            bytes = writer.sizeBytes();
            writer.commit();
        }
        Checkpoints.deleteBefore(folder, number);
        wal.deleteBefore(covered);
        lastPosition = covered;
        lastBytes = bytes;
        lastMs = clock.nowMs();
        schedule.succeeded(lastMs, bytes);
        count++;
    }

    long lastMs() {
        return lastMs;
    }

    long lastBytes() {
        return lastBytes;
    }

    long count() {
        return count;
    }

    long failures() {
        return failures;
    }
}
