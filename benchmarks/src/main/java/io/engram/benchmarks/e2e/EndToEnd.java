package io.engram.benchmarks.e2e;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Measures the whole: each scenario runs against each peer, alone on the machine, on the same bodies. CPU is that of the
 * server's process alone, all threads, which is what repeats on a shared machine; wall times are shown beside it.
 */
public final class EndToEnd {
    private static final long INTERVAL_MS = 15_000;

    private final Arguments arguments;
    private final Report report = new Report();

    private EndToEnd(Arguments arguments) {
        this.arguments = arguments;
    }

    public static void main(String[] args) throws Exception {
        Arguments arguments = Arguments.parse(args);
        EndToEnd run = new EndToEnd(arguments);
        for (Arguments.Scenario scenario : arguments.scenarios()) {
            for (Peer peer : arguments.peers()) {
                run.run(scenario, peer);
            }
        }
        System.out.print(run.report.table());
    }

    private void run(Arguments.Scenario scenario, Peer peer) throws IOException, InterruptedException {
        System.err.println("# " + scenario + " against " + peer);
        Path folder = arguments.folder().resolve(peer.name().toLowerCase(Locale.ROOT));
        empty(folder);
        Files.createDirectories(arguments.folder());
        Files.writeString(arguments.folder().resolve("empty.yml"), "global: {}\n");
        List<String> extra = peer == Peer.ENGRAM ? arguments.engramFlags() : List.of();
        try (ServerProcess server = new ServerProcess(peer, freePort(), folder, extra)) {
            long startMs = server.start();
            switch (scenario) {
                case START -> report.add("start to first answer, empty, ms", peer, startMs);
                case INGEST -> ingest(server, "ingest", 1);
                case PACKED -> ingest(server, "20 samples per series", 20);
                case CHURN -> churn(server);
                case MEMORY -> memory(server);
                case QUERY -> query(server);
            }
        }
        empty(folder);
    }

    private void ingest(ServerProcess server, String what, int samplesPerSeries)
            throws IOException, InterruptedException {
        List<Workload.Series> series = Workload.series(arguments.series(), 0);
        int rounds = arguments.rounds() / samplesPerSeries * samplesPerSeries
                + (samplesPerSeries > 1 ? 5 * samplesPerSeries : 0);
        long firstMs = System.currentTimeMillis() - 2L * rounds * INTERVAL_MS;
        try (Sender sender = new Sender(server, series, shape(samplesPerSeries, firstMs))) {
            sender.send(0, rounds);
            double cpuBefore = server.cpuSeconds();
            Sender.Sent sent = sender.send(rounds, 2 * rounds);
            double cpu = server.cpuSeconds() - cpuBefore;
            report.add(what + ", samples per server CPU second", server.peer(), sent.samples() / cpu);
            report.add(what + ", samples per second (wall)", server.peer(), sent.samples() / sent.wallSeconds());
            report.add(what + ", request p50, ms", server.peer(), sent.p(0.5));
            report.add(what + ", request p99, ms", server.peer(), sent.p(0.99));
            report.add(what + ", peak RssAnon, MiB", server.peer(), server.peakAnonBytes() / 1048576.0);
        }
    }

    private void churn(ServerProcess server) throws IOException, InterruptedException {
        int perRound = arguments.series() / 4;
        long firstMs = System.currentTimeMillis() - 10 * INTERVAL_MS;
        double cpu = 0;
        for (int round = 0; round < 8; round++) {
            try (Sender sender = new Sender(server, Workload.series(perRound, 1 + round), shape(1, firstMs))) {
                double before = server.cpuSeconds();
                sender.send(round, round + 1);
                cpu += round < 4 ? 0 : server.cpuSeconds() - before; // the first half warms up
            }
        }
        report.add("CPU per new series, µs", server.peer(), cpu * 1e6 / (4.0 * perRound));
    }

    private void memory(ServerProcess server) throws IOException, InterruptedException {
        int count = 1_000_000;
        int rounds = 10;
        long firstMs = System.currentTimeMillis() - rounds * INTERVAL_MS;
        try (Sender sender = new Sender(server, Workload.series(count, 0), shape(1, firstMs))) {
            sender.send(0, 2);
            double cpuBefore = server.cpuSeconds();
            Sender.Sent sent = sender.send(2, rounds);
            report.add(
                    "ingest at 1 M series, samples per server CPU second",
                    server.peer(),
                    sent.samples() / (server.cpuSeconds() - cpuBefore));
        }
        report.add("peak RssAnon per series at 1 M, bytes", server.peer(), server.peakAnonBytes() / (double) count);
        server.kill();
        report.add(
                "disk per sample, 1 M series × 10, bytes",
                server.peer(),
                server.diskBytes() / (double) (count * rounds));
        report.add("ready after kill -9, 1 M series × 10, ms", server.peer(), server.start());
    }

    private void query(ServerProcess server) throws IOException, InterruptedException {
        int rounds = 720;
        long firstMs = System.currentTimeMillis() / 60_000 * 60_000 - rounds * INTERVAL_MS;
        try (Sender sender = new Sender(server, Workload.series(arguments.querySeries(), 0), shape(20, firstMs))) {
            sender.send(0, rounds);
        }
        Thread.sleep(2000); // VictoriaMetrics makes samples searchable within a second
        Queries queries = new Queries(server, firstMs, firstMs + (rounds - 1) * INTERVAL_MS);
        List<Double> range = new ArrayList<>();
        List<Double> instant = new ArrayList<>();
        for (String query : Queries.RANGE) {
            range.add(note("range `" + query + "`", server.peer(), queries.range(query, 60, arguments.runs())));
        }
        for (String query : Queries.INSTANT) {
            instant.add(note("instant `" + query + "`", server.peer(), queries.instant(query, arguments.runs())));
        }
        report.add("range queries, geometric mean, ms", server.peer(), geometricMean(range));
        report.add("instant queries, geometric mean, ms", server.peer(), geometricMean(instant));
    }

    private double note(String name, Peer peer, Queries.Timing timing) {
        report.add(name + ", ms", peer, timing.medianMs());
        report.add(name + ", CPU ms", peer, timing.cpuMs());
        return timing.medianMs();
    }

    private Sender.Shape shape(int samplesPerSeries, long firstMs) {
        int perRequest = Math.max(1, arguments.seriesPerRequest() / (samplesPerSeries > 1 ? 10 : 1));
        return new Sender.Shape(arguments.connections(), perRequest, samplesPerSeries, firstMs, INTERVAL_MS);
    }

    private static double geometricMean(List<Double> values) {
        return Math.exp(values.stream().mapToDouble(Math::log).average().orElseThrow());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void empty(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
