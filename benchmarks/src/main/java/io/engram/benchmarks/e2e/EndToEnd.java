package io.engram.benchmarks.e2e;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Measures the whole: each scenario runs against each peer, alone on the machine, on the same bodies. CPU is that of the
 * server's process alone, all threads, which is what repeats on a shared machine; wall times are shown beside it.
 */
public final class EndToEnd {
    private final Arguments arguments;
    private final Report report = new Report();

    private EndToEnd(Arguments arguments) {
        this.arguments = arguments;
    }

    public static void main(String[] args) throws Exception {
        if (Arrays.asList(args).contains("--help")) {
            System.out.print(Arguments.help());
            return;
        }
        EndToEnd run = new EndToEnd(new Arguments(args));
        try {
            for (int i = 0; i < run.arguments.number(Option.REPEAT); i++) {
                for (Scenario scenario : run.arguments.scenarios()) {
                    run.run(scenario);
                }
            }
        } finally {
            System.out.print(run.report.table()); // of what was measured before something failed, too
        }
    }

    private void run(Scenario scenario) throws Exception {
        if (scenario.variants.isEmpty()) {
            for (Peer peer : arguments.peers()) {
                run(scenario, Scenario.Variant.PLAIN, peer);
            }
            return;
        }
        for (Scenario.Variant variant : scenario.variants) {
            run(scenario, variant, Peer.ENGRAM);
        }
    }

    private void run(Scenario scenario, Scenario.Variant variant, Peer peer) throws Exception {
        System.err.println("# " + scenario + " " + variant.name() + " against " + peer);
        Path folder = arguments.folder().resolve(peer.name().toLowerCase(Locale.ROOT));
        empty(folder);
        Files.createDirectories(arguments.folder());
        Files.writeString(arguments.folder().resolve("empty.yml"), "global: {}\n");
        List<String> flags = new ArrayList<>(variant.flags());
        if (peer == Peer.ENGRAM || peer == Peer.ENGRAM_CLUSTER) {
            flags.addAll(arguments.engramFlags());
        }
        try (ServerProcess server = new ServerProcess(peer, freePort(), folder, flags)) {
            long startMs = server.start();
            if (scenario == Scenario.START) {
                report.add("start to first answer, empty, ms", peer, startMs);
            }
            scenario.measurement.measure(new Trial(arguments, server, report), variant);
        }
        empty(folder);
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
