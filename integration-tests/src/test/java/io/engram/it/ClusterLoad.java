package io.engram.it;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Writes to the distributors by turns and asks the queriers by turns for what was just acknowledged, for as long as it is
 * open. Every write must succeed, and every answer be right.
 */
final class ClusterLoad implements AutoCloseable {
    private final LocalCluster.Node[] distributors;
    private final LocalCluster.Node[] queriers;
    private final NumberedSamples samples;
    private final int series;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicInteger rounds = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread thread;

    ClusterLoad(LocalCluster cluster, NumberedSamples samples, int series) {
        this.distributors = new LocalCluster.Node[] {cluster.node("distributor-1"), cluster.node("distributor-2")};
        this.queriers = new LocalCluster.Node[] {cluster.node("querier-1"), cluster.node("querier-2")};
        this.samples = samples;
        this.series = series;
        this.thread = Thread.ofVirtual().start(this::run);
    }

    private void run() {
        try {
            while (!ended.get()) {
                int round = rounds.get();
                samples.send(distributors[round % 2]);
                samples.checkLast(queriers[round / 2 % 2], round % series);
                rounds.incrementAndGet();
            }
        } catch (Throwable e) {
            failure.set(e);
        }
    }

    /** Waits for so many more writes that were found by a query. */
    void awaitRounds(int more) {
        int goal = rounds.get() + more;
        ServerProcess.await(more + " more rounds of load", () -> failure.get() != null || rounds.get() >= goal);
        if (failure.get() != null) {
            throw new AssertionError("after " + rounds + " rounds", failure.get());
        }
    }

    @Override
    public void close() {
        ended.set(true);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        if (failure.get() != null) {
            throw new AssertionError("after " + rounds + " rounds", failure.get());
        }
    }
}
