package io.engram.ingester.blocks;

import io.engram.model.TenantId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Work for tenants on a few threads: one piece after the other for each tenant, several tenants at a time, so that a tenant
 * whose work takes long holds up itself, and one of the threads. Safe for all threads.
 */
final class TenantQueues {
    private final ExecutorService workers;
    /** The last piece of work of each tenant that has any. */
    private final ConcurrentHashMap<TenantId, CompletableFuture<Void>> tails = new ConcurrentHashMap<>();

    /** Work that may fail. */
    interface Work {
        void run() throws Exception;
    }

    TenantQueues(int threads) {
        this.workers = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name("block-shipping-", 0).daemon().factory());
    }

    /** Behind what the tenant has waiting. @return fails with what the work throws */
    CompletableFuture<Void> add(TenantId tenant, Work work) {
        CompletableFuture<Void> tail = tails.compute(tenant, (_, last) -> {
            CompletableFuture<Void> before = last == null ? CompletableFuture.completedFuture(null) : last;
            return before.handleAsync((_, _) -> run(work), workers);
        });
        tail.whenComplete((_, _) -> tails.remove(tenant, tail));
        return tail;
    }

    /** Does not wait where the tenant has work already; then what is given back is that. */
    CompletableFuture<Void> addIfIdle(TenantId tenant, Work work) {
        CompletableFuture<Void> last = tails.get(tenant);
        return last == null || last.isDone() ? add(tenant, work) : last;
    }

    private static Void run(Work work) {
        try {
            work.run();
            return null;
        } catch (Exception e) { // an Error comes out as it is
            throw new CompletionException(e);
        }
    }

    /** Interrupts what is under way; what waits fails. */
    void stop() {
        workers.shutdownNow();
    }

    /** Whether what was under way has ended, after some time at most. */
    boolean awaitEnd(long seconds) throws InterruptedException {
        if (!workers.awaitTermination(seconds, TimeUnit.SECONDS)) {
            return false;
        }
        // What no thread took up any more: nobody shall wait for it.
        tails.values().forEach(tail -> tail.completeExceptionally(new InterruptedException("the ingester stops")));
        return true;
    }
}
