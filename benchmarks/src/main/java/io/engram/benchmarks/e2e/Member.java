package io.engram.benchmarks.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One process of a server under test.
 *
 * @param name what it is in a cluster
 * @param port where it answers over HTTP
 */
record Member(String name, long pid, int port) {
    /** Those of a cluster that runs, as {@code deploy/local/cluster status} prints them: {@code NAME PID ZONE PORT STATE}. */
    static List<Member> ofCluster(Path folder) throws IOException, InterruptedException {
        Process status = new ProcessBuilder(Peer.CLUSTER_SCRIPT, "status", "--dir", folder.toString()).start();
        List<Member> members = new ArrayList<>();
        for (String line : status.inputReader().lines().toList()) {
            String[] words = line.split(" ");
            members.add(new Member(words[0], Long.parseLong(words[1]), Integer.parseInt(words[3])));
        }
        if (status.waitFor() != 0) {
            throw new IOException("deploy/local/cluster status failed");
        }
        return members;
    }

    /** CPU of all its threads, user and system, since its start. */
    double cpuSeconds() {
        return CpuClock.seconds(pid);
    }

    /** Memory that is its own and in RAM; without the pages of files that it maps. */
    long anonBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("RssAnon:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        throw new IOException("no RssAnon in /proc/" + pid + "/status");
    }

    /** A metric's value as its metrics page has it, labels included in the name; NaN where it has none. */
    double metric(String metric) throws IOException {
        URI uri = URI.create("http://127.0.0.1:" + port + "/metrics");
        try (InputStream in = uri.toURL().openStream()) {
            String page = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return page.lines()
                    .filter(line -> line.startsWith(metric + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(metric.length() + 1)))
                    .findFirst()
                    .orElse(Double.NaN);
        }
    }
}
