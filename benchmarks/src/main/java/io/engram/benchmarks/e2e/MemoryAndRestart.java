package io.engram.benchmarks.e2e;

import java.io.IOException;
import java.util.Locale;

/** Many series with ten samples each: what they take in memory and on disk, and how soon they are back after kill -9. */
final class MemoryAndRestart {
    private static final int ROUNDS = 10;

    private final Trial trial;

    MemoryAndRestart(Trial trial) {
        this.trial = trial;
    }

    void measure() throws IOException, InterruptedException {
        ServerProcess server = trial.server();
        int count = trial.arguments().number(Option.MEMORY_SERIES);
        String many = count == 1_000_000 ? "1 M series" : String.format(Locale.ROOT, "%,d series", count);
        long firstMs = System.currentTimeMillis() - ROUNDS * Trial.INTERVAL_MS;
        try (Sender sender =
                new Sender(server, trial.shape(1, firstMs), trial.arguments().number(Option.RATE))) {
            Sender.Load load = sender.load(Workload.series(count, 0));
            sender.send(load, 0, 2);
            double cpuBefore = server.cpuSeconds();
            Sender.Sent sent = sender.send(load, 2, ROUNDS);
            trial.add(
                    "ingest at " + many + ", samples per server CPU second",
                    sent.samples() / (server.cpuSeconds() - cpuBefore));
        }
        trial.add("peak RssAnon per series at " + many + ", bytes", server.peakAnonBytes() / (double) count);
        server.kill();
        trial.add(
                "disk per sample, " + many + " × " + ROUNDS + ", bytes",
                server.diskBytes() / ((double) count * ROUNDS));
        trial.add("ready after kill -9, " + many + " × " + ROUNDS + ", ms", server.start());
    }
}
