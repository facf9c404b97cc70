package io.engram.compactor;

import io.engram.bucket.Bucket;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.layout.TenantBucket;
import io.engram.compactor.job.JobClaims;
import io.engram.compactor.job.WorkFolder;
import io.engram.compactor.plan.CompactionPlan;
import io.engram.compactor.plan.CompactionPlanner;
import io.engram.compactor.plan.PlannedJob;
import io.engram.compactor.tenant.TenantUpkeep;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.limits.TenantLimits;
import io.engram.model.time.Clock;
import io.engram.server.http.Routes;
import io.engram.server.lifecycle.Component;
import io.engram.server.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compacts the blocks of all tenants that this process owns.
 *
 * <p>One thread makes passes: it looks at each tenant ({@link TenantUpkeep}) and puts what can be merged into a queue. Others
 * take jobs from it, and plan the tenant again when one is done, as a bigger range may be due. Stopping interrupts them; a
 * merge ends between two series, and what it left behind is taken up or cleaned at the next start.
 */
public final class Compactor implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);
    /** Jobs of different tenants rarely plan at the same moment. */
    private static final int LOCKS = 64;
    /** Jobs may take a quarter of the heap together: the rest is the head's and the queries'. */
    private static final long HEAP_PART = 4;
    /** A call of the bucket that hangs is not waited for: whatever it does, a kill does no harm. */
    private static final long STOP_PATIENCE_MS = 10_000;

    private final Bucket bucket;
    private final TenantUpkeep upkeep;
    private final TenantOwnership ownership;
    private final WorkFolder work;
    private final JobQueue queue = new JobQueue();
    private final FoldTotals folds = new FoldTotals();
    private final JobClaims claims;
    private final JobRunner runner;
    private final JobBackoff backoff;
    private final CompactorMetrics metrics;
    private final Clock clock;
    private final long intervalMs;
    private final int concurrency;
    private final ReentrantLock[] tenantLocks = new ReentrantLock[LOCKS];
    private final List<Thread> threads = new ArrayList<>(); // used by the threads that start and stop
    /** What went wrong in the last pass; null where nothing did. */
    private volatile String problem;

    /**
     * @param dataDir of the process; the work folder lies below it unless the configuration has another
     * @param bucket stays the caller's
     * @param self the instance, the same after a restart, and no other compactor's
     */
    public Compactor(
            CompactorConfig config,
            Path dataDir,
            Bucket bucket,
            TenantLimits limits,
            TenantOwnership ownership,
            String self,
            Clock clock,
            Metrics metrics) {
        this.bucket = bucket;
        this.ownership = ownership;
        this.clock = clock;
        this.upkeep = new TenantUpkeep(config.upkeepRules(), new CompactionPlanner(config.planRules()), limits, clock);
        // Below a folder of its own: what is not needed in it is removed.
        this.work =
                new WorkFolder((config.workDir().isEmpty() ? dataDir : Path.of(config.workDir())).resolve("compactor"));
        this.backoff = new JobBackoff(config.interval().toMillis());
        this.metrics = new CompactorMetrics(metrics, queue, backoff, clock);
        this.claims = new JobClaims(self, clock);
        this.runner = new JobRunner(
                bucket,
                work,
                Runtime.getRuntime().maxMemory() / HEAP_PART / config.concurrency(),
                config.upkeepRules().originalsDelayMs(),
                claims,
                this.metrics,
                clock);
        this.intervalMs = config.interval().toMillis();
        this.concurrency = config.concurrency();
        for (int i = 0; i < LOCKS; i++) {
            tenantLocks[i] = new ReentrantLock();
        }
    }

    @Override
    public String name() {
        return "compactor";
    }

    /** Adds {@code /compactor/jobs}, {@code /compactor/delete_tenant} and {@code /compactor/delete_tenant_status}. */
    public void register(Routes routes) {
        routes.add("GET", "/compactor/jobs", Routes.Access.OPERATE, new JobsPage(queue, folds, clock));
        TenantDeletionApi deletion = new TenantDeletionApi(bucket, clock);
        routes.add("POST", "/compactor/delete_tenant", Routes.Access.OPERATE, deletion::request);
        routes.add("GET", "/compactor/delete_tenant_status", Routes.Access.OPERATE, deletion::status);
    }

    @Override
    public void start() {
        threads.add(Thread.ofVirtual().name("compactor-passes").start(this::passes));
        threads.add(Thread.ofVirtual().name("compactor-claims").start(this::renewals));
        for (int i = 0; i < concurrency; i++) {
            threads.add(Thread.ofPlatform().name("compactor-job-" + i).daemon().start(this::jobs));
        }
    }

    @Override
    public void stop() throws InterruptedException {
        queue.close();
        threads.forEach(Thread::interrupt);
        long deadline = System.nanoTime() + STOP_PATIENCE_MS * 1_000_000;
        for (Thread thread : threads) {
            long leftMs = Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
            if (!thread.join(Duration.ofMillis(leftMs))) {
                LOG.warn("did not wait longer for a thread that waits for the bucket thread={}", thread.getName());
            }
        }
    }

    @Override
    public String trouble() {
        String problemNow = problem;
        if (problemNow != null) {
            return "not all tenants could be looked at: " + problemNow;
        }
        int failing = backoff.count();
        return failing == 0 ? null : failing + " merges of blocks failed and are tried again, the log says why";
    }

    private void passes() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                pass();
                Thread.sleep(intervalMs * 9 / 10 + ThreadLocalRandom.current().nextLong(Math.max(1, intervalMs / 5)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void renewals() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(JobClaims.RENEWAL_MS);
                renewClaims();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of the jobs that run now, once. */
    void renewClaims() {
        claims.renewAll();
    }

    /** Looks at all tenants now, once. */
    void pass() {
        String first = null;
        try {
            List<TenantId> tenants = TenantBucket.tenants(bucket).stream()
                    .filter(ownership::owns)
                    .toList();
            Set<TenantId> known = Set.copyOf(tenants);
            queue.retain(known::contains);
            backoff.retain(known);
            folds.retain(known);
            work.keepOnly(known);
            for (TenantId tenant : tenants) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                String found = look(tenant);
                first = first == null ? found : first;
            }
        } catch (IOException | RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            if (problem == null) {
                LOG.error("cannot look at the tenants of the bucket, will try again", e);
            }
            first = String.valueOf(e.getMessage());
        }
        problem = first;
        if (first == null) {
            metrics.passed();
        }
    }

    /** @return what went wrong, or null; one tenant's trouble is not the others' */
    private String look(TenantId tenant) {
        ReentrantLock lock = lock(tenant);
        lock.lock();
        try {
            TenantUpkeep.Result result = upkeep.run(new TenantBucket(bucket, tenant));
            metrics.looked(result.report());
            result.view().ifPresent(view -> folds.looked(tenant, view));
            offer(tenant, result.plan());
            return null;
        } catch (IOException | RuntimeException e) {
            if (!Thread.currentThread().isInterrupted()) {
                metrics.passesFailed.inc();
                LOG.error("cannot look at a tenant, will try again tenant={}", tenant, e);
            }
            return "tenant " + tenant + ": " + e.getMessage();
        } finally {
            lock.unlock();
        }
    }

    private void offer(TenantId tenant, CompactionPlan plan) throws IOException {
        queue.plan(tenant, backoff.admit(tenant, plan.jobs(), clock.nowMs()));
        Set<BlockId> sources = new HashSet<>(queue.busy(tenant));
        plan.jobs().stream().map(PlannedJob::readIds).forEach(sources::addAll);
        work.keepOnly(tenant, sources);
    }

    private void jobs() {
        try {
            for (QueuedJob job = queue.take(); job != null; job = queue.take()) {
                run(job);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Does the next job, if there is one, on the calling thread. */
    boolean runNext() {
        QueuedJob job = queue.poll();
        if (job != null) {
            run(job);
        }
        return job != null;
    }

    private void run(QueuedJob job) {
        JobRunner.End end = JobRunner.End.UNCHANGED;
        try {
            end = ownership.owns(job.tenant) ? runner.run(job) : JobRunner.End.UNCHANGED;
        } finally {
            queue.ended(job);
        }
        switch (end) {
            case CHANGED -> planAgain(job.tenant);
            case FAILED -> backoff.failed(job, clock.nowMs());
            case UNCHANGED -> {}
        }
    }

    private void planAgain(TenantId tenant) {
        ReentrantLock lock = lock(tenant);
        lock.lock();
        try {
            offer(tenant, upkeep.plan(new TenantBucket(bucket, tenant)));
        } catch (BucketUnavailable e) {
            LOG.warn("cannot plan a tenant again, the next pass will tenant={}", tenant, e);
        } catch (IOException | RuntimeException e) {
            LOG.error("cannot plan a tenant again, the next pass will tenant={}", tenant, e);
        } finally {
            lock.unlock();
        }
    }

    private ReentrantLock lock(TenantId tenant) {
        return tenantLocks[Math.floorMod(tenant.hashCode(), LOCKS)];
    }
}
