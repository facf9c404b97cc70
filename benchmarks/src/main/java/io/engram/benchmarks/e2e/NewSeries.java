package io.engram.benchmarks.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The CPU of the first request of every series. Eight generations of series come one after the other, each once; the
 * first four warm up. What the server still does when it has answered counts too: the clock is read when it is quiet.
 */
final class NewSeries {
    private static final int GENERATIONS = 8;

    private final Trial trial;

    NewSeries(Trial trial) {
        this.trial = trial;
    }

    void measure() throws IOException, InterruptedException {
        int count = Math.max(1, trial.arguments().number(Option.SERIES) / (GENERATIONS / 2));
        long firstMs = System.currentTimeMillis() - (GENERATIONS + 1) * Trial.INTERVAL_MS;
        try (Sender sender = new Sender(
                trial.server(), trial.shape(1, firstMs), trial.arguments().number(Option.RATE))) {
            List<Sender.Load> loads = new ArrayList<>();
            for (int generation = 0; generation < GENERATIONS; generation++) {
                loads.add(sender.load(Workload.series(count, 1 + generation)));
            }
            double cpuBefore = 0;
            double wallSeconds = 0;
            for (int generation = 0; generation < GENERATIONS; generation++) {
                if (generation == GENERATIONS / 2) {
                    trial.server().awaitQuiet();
                    cpuBefore = trial.server().cpuSeconds();
                    wallSeconds = 0;
                }
                wallSeconds += sender.send(loads.get(generation), generation, generation + 1)
                        .wallSeconds();
            }
            trial.server().awaitQuiet();
            double measured = GENERATIONS / 2.0 * count;
            trial.add("CPU per new series, µs", (trial.server().cpuSeconds() - cpuBefore) * 1e6 / measured);
            trial.add("new series per second (wall)", measured / wallSeconds);
        }
    }
}
