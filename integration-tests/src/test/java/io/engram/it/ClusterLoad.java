package io.engram.it;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Writes to the distributors by turns and asks the queriers by turns for what was just acknowledged, for as long as it is
 * open. Every write must succeed, and every answer be right.
 */
final class ClusterLoad implements AutoCloseable {
    /** After so many writes all that was ever acknowledged is asked for. */
    private static final int WHOLE_ROUNDS = 8;

    private final List<LocalCluster.Node> distributors;
    private final List<LocalCluster.Node> queriers;
    private final NumberedSamples samples;
    private final int series;
    private final boolean balanced;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicInteger rounds = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread thread;

    /** @param balanced whether only those are sent to that say that they are ready, as a load balancer does */
    ClusterLoad(
            List<LocalCluster.Node> distributors,
            List<LocalCluster.Node> queriers,
            NumberedSamples samples,
            int series,
            boolean balanced) {
        this.distributors = distributors;
        this.queriers = queriers;
        this.samples = samples;
        this.series = series;
        this.balanced = balanced;
        this.thread = Thread.ofVirtual().start(this::run);
    }

    private void run() {
        try {
            while (!ended.get()) {
                int round = rounds.get();
                samples.send(next(distributors, round));
                samples.checkLast(next(queriers, round / 2), round % series);
                if (round % WHOLE_ROUNDS == 0) { // out of blocks as well
                    samples.check(next(queriers, round / WHOLE_ROUNDS), round / WHOLE_ROUNDS % series);
                    samples.checkSums(next(queriers, round / WHOLE_ROUNDS + 1));
                }
                rounds.incrementAndGet();
            }
        } catch (Throwable e) {
            failure.set(e);
        }
    }

    private LocalCluster.Node next(List<LocalCluster.Node> nodes, int turn) throws InterruptedException {
        for (int i = 0; balanced && i < nodes.size(); i++) {
            LocalCluster.Node node = nodes.get((turn + i) % nodes.size());
            if (isReady(node)) {
                return node;
            }
        }
        return nodes.get(turn % nodes.size());
    }

    private static boolean isReady(LocalCluster.Node node) throws InterruptedException {
        try {
            return Http.get(node.url("/ready")).statusCode() == 200;
        } catch (IOException e) {
            return false;
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
