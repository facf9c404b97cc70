package io.engram.benchmarks.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Writes to a cluster at a rate, and a query after the other beside them, while an ingester is killed -9: how long requests
 * take in the seconds before, around and after. A write that fails ends the measurement.
 */
final class Kill {
    private static final String VICTIM = "ingester-2";
    private static final String QUERY = "sum by (namespace) (rate(http_requests_total[5m]))";
    private static final int WINDOW_SECONDS = 5;
    private static final int USUAL_RATE = 100_000;

    private final Trial trial;
    private final long firstMs;
    private final int roundsOfWindow;
    private final int warmUpRounds;
    private int round;

    Kill(Trial trial) {
        this.trial = trial;
        int series = trial.arguments().number(Option.SERIES);
        this.roundsOfWindow = Math.max(1, rate() * WINDOW_SECONDS / series);
        this.warmUpRounds = Math.ceilDiv(trial.arguments().number(Option.WARM_UP_SAMPLES), series);
        this.firstMs = System.currentTimeMillis() - (warmUpRounds + 4L * roundsOfWindow) * Trial.INTERVAL_MS;
    }

    private int rate() {
        int rate = trial.arguments().number(Option.RATE);
        return rate == 0 ? USUAL_RATE : rate;
    }

    void measure() throws IOException, InterruptedException {
        ServerProcess server = trial.server();
        List<Workload.Series> series = Workload.series(trial.arguments().number(Option.SERIES), 0);
        Sender.Shape shape = trial.shape(1, firstMs);
        try (Sender fast = new Sender(server, shape, 0)) {
            fast.send(fast.load(series), 0, warmUpRounds);
            round = warmUpRounds;
        }
        Queries queries = new Queries(server, firstMs, firstMs + round * Trial.INTERVAL_MS);
        queries.instant(QUERY, 50);
        try (Sender sender = new Sender(server, shape, rate())) {
            Sender.Load load = sender.load(series);
            window("before the kill, s -10 to -5", sender, load, queries);
            window("before the kill, s -5 to 0", sender, load, queries);
            Process killing =
                    server.killMember(VICTIM); // the script takes some milliseconds, while the next window is sent
            window("around the kill, s 0 to 5", sender, load, queries);
            if (killing.waitFor() != 0) {
                throw new IOException(VICTIM + " could not be killed");
            }
            window("after the kill, s 5 to 10", sender, load, queries);
        }
    }

    private void window(String when, Sender sender, Sender.Load load, Queries queries)
            throws IOException, InterruptedException {
        Asking asking = new Asking(queries);
        Thread thread = Thread.ofPlatform().start(asking);
        Sender.Sent sent = sender.send(load, round, round + roundsOfWindow);
        round += roundsOfWindow;
        asking.ended = true;
        thread.join();
        trial.add("write p50, ms, " + when, sent.p(0.5));
        trial.add("write p99, ms, " + when, sent.p(0.99));
        Latencies queried = Latencies.of(asking.latencyMs);
        trial.add("query p50, ms, " + when, queried.p(0.5));
        trial.add("query p99, ms, " + when, queried.p(0.99));
        trial.add("queries failed, " + when, asking.failed);
    }

    /** A query after the other. */
    private static final class Asking implements Runnable {
        private final Queries queries;
        private final List<Double> latencyMs = new ArrayList<>();
        private int failed;
        private volatile boolean ended;

        Asking(Queries queries) {
            this.queries = queries;
        }

        @Override
        public void run() {
            while (!ended) {
                long beganNs = System.nanoTime();
                try {
                    queries.askInstant(QUERY);
                } catch (IOException e) {
                    System.err.println(e.getMessage());
                    failed++;
                } catch (InterruptedException e) {
                    return;
                }
                latencyMs.add((System.nanoTime() - beganNs) / (double) TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }
}
