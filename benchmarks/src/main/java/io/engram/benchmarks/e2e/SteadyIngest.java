package io.engram.benchmarks.e2e;

import io.engram.benchmarks.e2e.Scenario.Variant;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The same series again and again. The first rounds create them and warm up, and are not measured; then CPU, allocation,
 * garbage collection and latency of as many rounds are.
 */
final class SteadyIngest {
    private final Trial trial;
    private final Variant variant;
    private final int samplesPerSeries;

    SteadyIngest(Trial trial, Variant variant, int samplesPerSeries) {
        this.trial = trial;
        this.variant = variant;
        this.samplesPerSeries = samplesPerSeries;
    }

    void measure() throws IOException, InterruptedException {
        ServerProcess server = trial.server();
        int rounds = rounds();
        int warmUp = warmUpRounds(server.peer(), rounds);
        long firstMs = System.currentTimeMillis() - (long) (warmUp + rounds) * Trial.INTERVAL_MS;
        Sender.Shape shape = trial.shape(samplesPerSeries, firstMs);
        if (variant.protocol() != null) {
            shape = shape.with(variant.protocol());
        }
        String what = name(shape.protocol());
        try (Sender sender = new Sender(server, shape, trial.arguments().number(Option.RATE))) {
            int count = trial.arguments().number(Option.SERIES);
            Sender.Load load =
                    sender.load(Workload.series(count, 0, variant.labels().toArray(String[]::new)));
            sender.send(load, 0, warmUp);
            double cpuBefore = server.cpuSeconds();
            double[] before = memberCpu(server);
            double allocatedBefore = server.allocatedBytes();
            server.pauses().mark();
            Sender.Sent sent = sender.send(load, warmUp, warmUp + rounds);
            double cpu = server.cpuSeconds() - cpuBefore;
            trial.add(what + ", samples per server CPU second", sent.samples() / cpu);
            addMembers(what, before, memberCpu(server), sent.samples());
            trial.add(what + ", CPU per sample, µs", cpu * 1e6 / sent.samples());
            trial.add(
                    what + ", allocated per sample, bytes",
                    (server.allocatedBytes() - allocatedBefore) / sent.samples());
            trial.add(what + ", samples per second (wall)", sent.samples() / sent.wallSeconds());
            trial.add(what + ", body per sample as sent, bytes", sent.sentBytes() / (double) sent.samples());
            trial.add(what + ", request p50, ms", sent.p(0.5));
            trial.add(what + ", request p99, ms", sent.p(0.99));
        }
        OptionalDouble pause = server.pauses().longestMs();
        if (pause.isPresent()) {
            trial.add(what + ", longest GC pause, ms", pause.getAsDouble());
        }
        trial.add(what + ", peak RssAnon, MiB", server.peakAnonBytes() / 1048576.0);
    }

    private static double[] memberCpu(ServerProcess server) {
        return server.members().stream().mapToDouble(Member::cpuSeconds).toArray();
    }

    /** What each process of a cluster had to do for a sample. */
    private void addMembers(String what, double[] before, double[] after, long samples) {
        List<Member> members = trial.server().members();
        for (int i = 0; i < members.size() && members.size() > 1; i++) {
            trial.add(
                    what + ", CPU per sample of " + members.get(i).name() + ", µs",
                    (after[i] - before[i]) * 1e6 / samples);
        }
    }

    /** A multiple of the samples per request; where those are many, enough requests to warm up. */
    private int rounds() {
        int rounds = trial.arguments().number(Option.ROUNDS);
        return samplesPerSeries == 1
                ? rounds
                : Math.max(1, rounds / samplesPerSeries) * samplesPerSeries + 5 * samplesPerSeries;
    }

    /**
     * As many as are measured, and for the one that runs on a JVM so many that its compiler has come to rest: while it
     * compiles it takes half of the CPU.
     */
    private int warmUpRounds(Peer peer, int rounds) {
        if (!peer.onJvm()) {
            return rounds;
        }
        Arguments arguments = trial.arguments();
        int needed = Math.ceilDiv(arguments.number(Option.WARM_UP_SAMPLES), arguments.number(Option.SERIES));
        return Math.max(rounds, Math.ceilDiv(needed, samplesPerSeries) * samplesPerSeries);
    }

    private String name(Protocol protocol) {
        String what = samplesPerSeries == 1 ? "ingest" : samplesPerSeries + " samples per series";
        int series = trial.arguments().number(Option.SERIES);
        int rate = trial.arguments().number(Option.RATE);
        String scale = (series == 100_000 ? "" : String.format(Locale.ROOT, " of %,d series", series))
                + (rate == 0 ? "" : String.format(Locale.ROOT, " at %,d samples/s", rate));
        if (!variant.name().isEmpty()) {
            return what + scale + ", " + variant.name();
        }
        return what + scale + (protocol == Protocol.V1 ? "" : " 2.0");
    }
}
