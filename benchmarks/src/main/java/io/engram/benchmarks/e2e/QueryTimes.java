package io.engram.benchmarks.e2e;

import io.engram.benchmarks.e2e.Scenario.Variant;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Three hours of samples, then each query some times, all runs of one before the next. Where the variant has labels, each of
 * them is a replica's, which sends all series 7 s after the one before.
 */
final class QueryTimes {
    private static final int ROUNDS = 720;
    private static final int STEP_SECONDS = 60;

    private static final long REPLICA_OFFSET_MS = 7_000;

    private final Trial trial;
    private final Variant variant;

    QueryTimes(Trial trial, Variant variant) {
        this.trial = trial;
        this.variant = variant;
    }

    void measure() throws IOException, InterruptedException {
        int runs = trial.arguments().number(Option.RUNS);
        long firstMs = System.currentTimeMillis() / 60_000 * 60_000 - ROUNDS * Trial.INTERVAL_MS;
        List<String> labels = variant.labels();
        send(firstMs, labels.subList(0, Math.min(2, labels.size())));
        for (int i = 2; i < labels.size(); i += 2) {
            send(firstMs + i / 2 * REPLICA_OFFSET_MS, labels.subList(i, i + 2));
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

    private void send(long firstMs, List<String> label) throws IOException, InterruptedException {
        try (Sender sender = new Sender(trial.server(), trial.shape(20, firstMs), 0)) {
            int count = trial.arguments().number(Option.QUERY_SERIES);
            sender.send(sender.load(Workload.series(count, 0, label.toArray(String[]::new))), 0, ROUNDS);
        }
    }

    private double note(String query, Queries.Timing timing) {
        String name = variant.name().isEmpty() ? query : query + " over " + variant.name();
        trial.report().addAnswer(name, trial.server().peer(), timing.bytes());
        trial.add(name + ", ms", timing.medianMs());
        trial.add(name + ", CPU ms", timing.cpuMs());
        return timing.medianMs();
    }

    static double geometricMean(List<Double> values) {
        return Math.exp(values.stream().mapToDouble(Math::log).average().orElseThrow());
    }
}
