package io.engram.benchmarks.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Three hours of samples, then each query some times, all runs of one before the next. */
final class QueryTimes {
    private static final int ROUNDS = 720;
    private static final int STEP_SECONDS = 60;

    private final Trial trial;

    QueryTimes(Trial trial) {
        this.trial = trial;
    }

    void measure() throws IOException, InterruptedException {
        int runs = trial.arguments().number(Option.RUNS);
        long firstMs = System.currentTimeMillis() / 60_000 * 60_000 - ROUNDS * Trial.INTERVAL_MS;
        try (Sender sender = new Sender(trial.server(), trial.shape(20, firstMs), 0)) {
            Sender.Load load = sender.load(Workload.series(trial.arguments().number(Option.QUERY_SERIES), 0));
            sender.send(load, 0, ROUNDS);
        }
        // VictoriaMetrics makes samples searchable within a second; Prometheus writes a block when it holds three
        // hours.
        trial.server().awaitQuiet();
        Queries queries = new Queries(trial.server(), firstMs, firstMs + (ROUNDS - 1) * Trial.INTERVAL_MS);
        List<Double> range = new ArrayList<>();
        List<Double> instant = new ArrayList<>();
        for (String query : Queries.RANGE) {
            range.add(note("range `" + query + "`", queries.range(query, STEP_SECONDS, runs)));
        }
        for (String query : Queries.INSTANT) {
            instant.add(note("instant `" + query + "`", queries.instant(query, runs)));
        }
        trial.add("range queries, geometric mean, ms", geometricMean(range));
        trial.add("instant queries, geometric mean, ms", geometricMean(instant));
    }

    private double note(String name, Queries.Timing timing) {
        trial.report().addAnswer(name, trial.server().peer(), timing.bytes());
        trial.add(name + ", ms", timing.medianMs());
        trial.add(name + ", CPU ms", timing.cpuMs());
        return timing.medianMs();
    }

    static double geometricMean(List<Double> values) {
        return Math.exp(values.stream().mapToDouble(Math::log).average().orElseThrow());
    }
}
