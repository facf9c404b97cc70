package io.engram.benchmarks.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The CPU of the first request of every series. Generations of series come one after the other, each once; the last four
 * are measured, after as many, and for a server on a JVM more, that warm up. What the server still does when it has
 * answered counts too: the clock is read when it is quiet.
 */
final class NewSeries {
    private static final int MEASURED = 4;

    private final Trial trial;

    NewSeries(Trial trial) {
        this.trial = trial;
    }

    void measure() throws IOException, InterruptedException {
        int count = Math.max(1, trial.arguments().number(Option.SERIES) / MEASURED);
        int warmUp = MEASURED;
        if (trial.server().peer().onJvm()) {
            warmUp = Math.max(warmUp, Math.ceilDiv(trial.arguments().number(Option.WARM_UP_SERIES), count));
        }
        long firstMs = System.currentTimeMillis() - (warmUp + MEASURED + 1L) * Trial.INTERVAL_MS;
        try (Sender sender = new Sender(
                trial.server(), trial.shape(1, firstMs), trial.arguments().number(Option.RATE))) {
            for (int generation = 0; generation < warmUp; generation++) {
                sender.send(sender.load(Workload.series(count, 1 + generation)), generation, generation + 1);
            }
            List<Sender.Load> loads = new ArrayList<>();
            for (int generation = warmUp; generation < warmUp + MEASURED; generation++) {
                loads.add(sender.load(Workload.series(count, 1 + generation)));
            }
            trial.server().awaitQuiet();
            double cpuBefore = trial.server().cpuSeconds();
            double wallSeconds = 0;
            for (int i = 0; i < MEASURED; i++) {
                wallSeconds +=
                        sender.send(loads.get(i), warmUp + i, warmUp + i + 1).wallSeconds();
            }
            trial.server().awaitQuiet();
            double measured = (double) MEASURED * count;
            trial.add("CPU per new series, µs", (trial.server().cpuSeconds() - cpuBefore) * 1e6 / measured);
            trial.add("new series per second (wall)", measured / wallSeconds);
        }
    }
}
