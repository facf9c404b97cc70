package io.engram.benchmarks.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Memory while series are replaced as a roll-out does it, in real time, because what a server drops depends on its timers:
 *
 * <ol>
 *   <li>all series come every 15 s for one minute; then the memory of the live series is read;
 *   <li>each minute another slice of them ends, and as many new ones begin in their place;
 *   <li>at the end memory is read again.
 * </ol>
 *
 * <p>A run with {@code --churn-percent-per-minute=0} shows how much a server grows by time alone.
 */
final class Churn {
    private static final int ROUNDS_PER_MINUTE = (int) (60_000 / Trial.INTERVAL_MS);

    private final Trial trial;
    private final List<Sender.Load> slices = new ArrayList<>();
    private long beginNs;
    private int round;

    Churn(Trial trial) {
        this.trial = trial;
    }

    void measure() throws IOException, InterruptedException {
        int percent = trial.arguments().number(Option.CHURN_PERCENT_PER_MINUTE);
        int minutes = trial.arguments().number(Option.MINUTES);
        int sliceCount = percent == 0 ? 1 : Math.max(1, 100 / percent);
        int perSlice = Math.max(1, trial.arguments().number(Option.SERIES) / sliceCount);
        double live = (double) perSlice * sliceCount;
        ServerProcess server = trial.server();
        try (Sender sender = new Sender(server, trial.shape(1, System.currentTimeMillis()), 0)) {
            List<Workload.Series> first = Workload.series(perSlice * sliceCount, 0);
            for (int slice = 0; slice < sliceCount; slice++) {
                slices.add(sender.load(first.subList(slice * perSlice, (slice + 1) * perSlice)));
            }
            beginNs = System.nanoTime();
            minute(sender);
            double before = server.anonBytes();
            double cpuBefore = server.cpuSeconds();
            for (int minute = 0; minute < minutes; minute++) {
                if (percent > 0) {
                    int slice = minute % sliceCount;
                    slices.set(slice, sender.load(successors(minute, slice, perSlice)));
                }
                minute(sender);
            }
            double after = server.anonBytes();
            String what = String.format(Locale.ROOT, "%,.0f series, %d %% replaced per minute", live, percent);
            trial.add(what + ", RssAnon per live series before, bytes", before / live);
            trial.add(what + ", RssAnon per live series after " + minutes + " min, bytes", after / live);
            trial.add(what + ", RssAnon after / before", after / before);
            trial.add(what + ", CPU seconds per minute", (server.cpuSeconds() - cpuBefore) / minutes);
        }
    }

    /** Others of the same pods' shape: the places of a slice in the next generation. */
    private static List<Workload.Series> successors(int minute, int slice, int perSlice) {
        return Workload.series((slice + 1) * perSlice, 1 + minute).subList(slice * perSlice, (slice + 1) * perSlice);
    }

    private void minute(Sender sender) throws IOException, InterruptedException {
        for (int i = 0; i < ROUNDS_PER_MINUTE; i++, round++) {
            for (Sender.Load slice : slices) {
                sender.send(slice, round, round + 1);
            }
            long nextNs = beginNs + TimeUnit.MILLISECONDS.toNanos((round + 1) * Trial.INTERVAL_MS);
            TimeUnit.NANOSECONDS.sleep(Math.max(0, nextNs - System.nanoTime()));
        }
    }
}
