package io.engram.compactor;

import io.engram.compactor.plan.PlannedJob;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What is to be merged, tenant by tenant: each gets one job before any gets its second. For any number of threads. Bounded by
 * what is planned: a tenant's new plan takes the place of its last.
 */
final class JobQueue {
    /** Tenants in the order of their turns. */
    private final LinkedHashMap<TenantId, Deque<QueuedJob>> waiting = new LinkedHashMap<>(); // guarded by this

    private final List<QueuedJob> running = new ArrayList<>(); // guarded by this
    private boolean closed; // guarded by this

    /** Replaces what waits of a tenant; blocks that are being merged are not given out again. */
    synchronized void plan(TenantId tenant, List<PlannedJob> jobs) {
        Set<BlockId> busy = busy(tenant);
        Deque<QueuedJob> queue = new ArrayDeque<>();
        for (PlannedJob job : jobs) {
            if (job.readIds().stream().noneMatch(busy::contains)) {
                queue.add(new QueuedJob(tenant, job));
            }
        }
        if (queue.isEmpty()) {
            waiting.remove(tenant);
        } else {
            waiting.put(tenant, queue); // one that waits keeps its turn
        }
        notifyAll();
    }

    /** Blocks of a tenant that are being merged, or read for it. */
    synchronized Set<BlockId> busy(TenantId tenant) {
        Set<BlockId> busy = new HashSet<>();
        for (QueuedJob job : running) {
            if (job.tenant.equals(tenant)) {
                busy.addAll(job.job.readIds());
            }
        }
        return busy;
    }

    /** Drops what waits of tenants that are not meant. */
    synchronized void retain(Predicate<TenantId> meant) {
        waiting.keySet().removeIf(tenant -> !meant.test(tenant));
    }

    /** The next job, which runs from now on; null once the queue is closed. Waits for one. */
    synchronized QueuedJob take() throws InterruptedException {
        while (waiting.isEmpty() && !closed) {
            wait();
        }
        return closed ? null : next();
    }

    /** The next job, which runs from now on; null where none waits. */
    synchronized QueuedJob poll() {
        return waiting.isEmpty() ? null : next();
    }

    private QueuedJob next() {
        Map.Entry<TenantId, Deque<QueuedJob>> first = waiting.firstEntry();
        Deque<QueuedJob> queue = first.getValue();
        QueuedJob job = queue.remove();
        waiting.remove(first.getKey());
        if (!queue.isEmpty()) {
            waiting.put(first.getKey(), queue); // its next turn comes behind all others
        }
        running.add(job);
        return job;
    }

    synchronized void ended(QueuedJob job) {
        running.remove(job);
    }

    /** Those that run first, then those that wait, in the order of turns. */
    synchronized List<QueuedJob> all() {
        List<QueuedJob> all = new ArrayList<>(running);
        waiting.values().forEach(all::addAll);
        return all;
    }

    synchronized int waitingCount() {
        return waiting.values().stream().mapToInt(Deque::size).sum();
    }

    synchronized int runningCount() {
        return running.size();
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
