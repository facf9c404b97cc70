package io.engram.tsdb.head;

import io.engram.model.failure.Failure;
import io.engram.model.limits.TenantLimits;
import io.engram.model.time.Clock;
import java.io.IOException;
import java.util.Collection;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must be done from time to time, by one thread: drop what is behind the retention, see which replicas stand by, seal
 * chunks of idle series, write checkpoints.
 */
final class HeadMaintenance {
    private static final Logger LOG = LoggerFactory.getLogger(HeadMaintenance.class);

    private static final long WAKE_MS = 1_000;
    /** Each pass looks at every series. */
    private static final long PASS_INTERVAL_MS = 60_000;

    private final Supplier<Collection<TenantHead>> tenants;
    private final TenantLimits limits;
    private final SeriesBudget budget;
    private final MemoryRelief relief;
    private final HeadCheckpoints checkpoints;
    private final Clock clock;
    private final long idleMs;

    private final Object wake = new Object();
    private boolean stopped; // guarded by wake
    private Thread thread; // guarded by wake
    private long lastPassMs; // guarded by this

    HeadMaintenance(
            Supplier<Collection<TenantHead>> tenants,
            TenantLimits limits,
            SeriesBudget budget,
            HeadMemory memory,
            HeadCheckpoints checkpoints,
            Clock clock,
            long idleMs) {
        this.tenants = tenants;
        this.limits = limits;
        this.budget = budget;
        this.relief = new MemoryRelief(memory, budget);
        this.checkpoints = checkpoints;
        this.clock = clock;
        this.idleMs = idleMs;
        this.lastPassMs = clock.nowMs();
    }

    void start() {
        synchronized (wake) {
            if (thread == null && !stopped) {
                thread = Thread.ofPlatform().name("head-maintenance").daemon().start(this::run);
            }
        }
    }

    /** Returns when the thread has ended; a checkpoint that is being written is finished first. */
    void stop() throws InterruptedException {
        Thread running;
        synchronized (wake) {
            stopped = true;
            running = thread;
            wake.notifyAll();
        }
        if (running != null) {
            running.join();
        }
    }

    private void run() {
        while (true) {
            synchronized (wake) {
                if (stopped) {
                    return;
                }
                try {
                    wake.wait(WAKE_MS);
                } catch (InterruptedException e) {
                    return;
                }
                if (stopped) {
                    return;
                }
            }
            try {
                turn();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("maintenance of the heads failed, will go on", e);
            }
        }
    }

    /** What is due now, as the thread does it every second. */
    synchronized void turn() throws InterruptedException {
        if (clock.nowMs() - lastPassMs >= PASS_INTERVAL_MS) {
            pass();
        } else {
            relief.relieve(tenants.get());
        }
        if (checkpoints.due()) {
            checkpoints.tryWrite();
        }
    }

    /** Truncates and seals now. */
    synchronized void pass() {
        lastPassMs = clock.nowMs();
        for (TenantHead head : tenants.get()) {
            truncate(head);
            if (head.takeEmptySeriesNoted()) {
                int dropped = new SeriesRemoval(head, budget).removeEmpty();
                LOG.debug("dropped series that never got a sample tenant={} series={}", head.tenant(), dropped);
            }
            head.standbys().elect(head);
            if (idleMs > 0 && head.newestMs() != Long.MIN_VALUE) {
                sealIdle(head);
            }
            account(head);
        }
        relief.relieve(tenants.get());
    }

    /** What removed series held came back when the last reader that saw them ended, which may have been just now. */
    private void account(TenantHead head) {
        head.indexLock().lock();
        try {
            head.account(budget);
        } finally {
            head.indexLock().unlock();
        }
    }

    private void sealIdle(TenantHead head) {
        try {
            new IdleSealing(head).sealBefore(head.newestMs() - idleMs);
        } catch (Failure e) { // the chunks stay open; other tenants may have room
            LOG.error("cannot seal idle series, will try again tenant={}", head.tenant(), e);
        }
    }

    private void truncate(TenantHead head) {
        if (limits.of(head.tenant()).retention().isZero() || head.newestMs() == Long.MIN_VALUE) {
            return;
        }
        long cutMs = head.cutMs();
        if (cutMs == head.truncatedMs()) {
            return;
        }
        head.truncate(cutMs);
        int series = new SeriesRemoval(head, budget).removeBefore(cutMs);
        head.truncateSides(cutMs);
        new HeadActivity(head).forgetReplicas();
        try {
            int files = head.chunks().deleteBefore(cutMs);
            if (series > 0 || files > 0) {
                LOG.info("truncated head tenant={} before={} series={} files={}", head.tenant(), cutMs, series, files);
            }
        } catch (IOException e) {
            LOG.error("cannot delete head chunks tenant={}", head.tenant(), e);
        }
    }

    /**
     * Lets go of what is before {@code beforeMs} and in blocks that queries find; of nothing where samples have come since
     * that are not. True where it went.
     */
    synchronized boolean release(TenantHead head, long beforeMs) {
        long position = head.chunks().end(); // before the question: whatever comes later lies behind it
        if (beforeMs <= head.blocks().released().beforeMs() || head.blocks().unshippedMs() < beforeMs) {
            return false;
        }
        head.blocks().release(beforeMs, position);
        head.noteReleased(beforeMs);
        int series = new SeriesRemoval(head, budget).removeReleased(beforeMs);
        head.releaseSides(beforeMs);
        new HeadActivity(head).release(beforeMs);
        try {
            int files = head.chunks().deleteBefore(beforeMs, position);
            LOG.info(
                    "released what is in blocks tenant={} before={} series={} files={}",
                    head.tenant(),
                    beforeMs,
                    series,
                    files);
        } catch (IOException e) {
            LOG.error("cannot delete head chunks tenant={}", head.tenant(), e);
        }
        account(head);
        return true;
    }

    /** Writes a checkpoint now; false where that failed. */
    synchronized boolean checkpoint() throws InterruptedException {
        return checkpoints.tryWrite();
    }
}
