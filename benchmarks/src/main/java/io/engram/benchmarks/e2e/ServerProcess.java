package io.engram.benchmarks.e2e;

import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A server under test: started on a free port of the loopback with a folder of its own, measured through {@code /proc}. A
 * cluster is one server of several processes, whose figures are added up.
 */
final class ServerProcess implements AutoCloseable {
    private static final String JAVA_OPTIONS = "ENGRAM_JAVA_OPTS";
    private static final int QUIET_LOOK_MS = 500;
    private static final int MOST_QUIET_LOOKS = 240;
    private static final double QUIET_CORES = 0.05;

    private final Peer peer;
    private final int port;
    private final Path folder;
    private final List<String> extra;
    private final GcPauses pauses;
    private Process process; // of a cluster, the script that has started it
    private volatile List<Member> members = List.of();
    private Thread sampler;
    private volatile long peakAnonBytes;

    ServerProcess(Peer peer, int port, Path folder, List<String> extra) {
        this.peer = peer;
        this.port = port;
        this.folder = folder;
        this.extra = extra;
        this.pauses = new GcPauses(folder.toAbsolutePath().resolveSibling(folder.getFileName() + ".gc.log"));
    }

    /** Starts it and waits until it is ready. Returns the milliseconds that took. */
    long start() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        File log = folder.resolveSibling(folder.getFileName() + ".log").toFile();
        List<String> command = new ArrayList<>(peer.command(port, folder));
        command.addAll(extra);
        long began = System.nanoTime();
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        if (peer == Peer.ENGRAM) { // the processes of a cluster would share the file
            String options = builder.environment().getOrDefault(JAVA_OPTIONS, "");
            builder.environment().put(JAVA_OPTIONS, options + " " + pauses.jvmFlag());
        }
        process = builder.start();
        while (!ready(log)) {
            if (!process.isAlive() && peer != Peer.ENGRAM_CLUSTER) {
                throw new IOException(peer + " ended with " + process.exitValue() + ", see " + log);
            }
            Thread.sleep(5);
        }
        long tookMs = (System.nanoTime() - began) / 1_000_000;
        sampler = Thread.ofPlatform().daemon().name("rss-" + peer).start(this::sampleMemory);
        return tookMs;
    }

    private boolean ready(File log) throws IOException, InterruptedException {
        if (peer != Peer.ENGRAM_CLUSTER) {
            members = List.of(new Member(peer.name(), process.pid(), port));
            return answers();
        }
        if (process.waitFor() != 0) {
            throw new IOException("the cluster did not start, see " + log);
        }
        members = Member.ofCluster(folder.toAbsolutePath());
        return true;
    }

    private boolean answers() {
        try {
            HttpURLConnection connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + port + peer.readyPath())
                    .toURL()
                    .openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(1000);
            boolean ok = connection.getResponseCode() == 200;
            connection.disconnect();
            return ok;
        } catch (IOException e) {
            return false; // not listening yet
        }
    }

    private void sampleMemory() {
        try {
            while (true) {
                peakAnonBytes = Math.max(peakAnonBytes, anonBytes());
                Thread.sleep(100);
            }
        } catch (IOException | InterruptedException e) {
            return; // a process has ended
        }
    }

    /** Memory of its processes that is their own and in RAM; without the pages of files that they map. */
    long anonBytes() throws IOException {
        long bytes = 0;
        for (Member member : members) {
            bytes += member.anonBytes();
        }
        return bytes;
    }

    long peakAnonBytes() {
        return peakAnonBytes;
    }

    /** CPU of all threads of its processes, user and system, since their start. */
    double cpuSeconds() {
        return members.stream().mapToDouble(Member::cpuSeconds).sum();
    }

    /** Has one process of a cluster killed -9, which {@link #members} lists no more from then on. */
    Process killMember(String name) throws IOException {
        members = members.stream().filter(member -> !member.name().equals(name)).toList();
        return new ProcessBuilder(
                        Peer.CLUSTER_SCRIPT,
                        "kill",
                        name,
                        "--dir",
                        folder.toAbsolutePath().toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Its processes; one, but of a cluster. */
    List<Member> members() {
        return members;
    }

    /** Returns when what it still does in the background is next to nothing, or after two minutes. */
    void awaitQuiet() throws InterruptedException {
        int quietLooks = 0;
        for (int look = 0; look < MOST_QUIET_LOOKS && quietLooks < 3; look++) {
            double before = cpuSeconds();
            Thread.sleep(QUIET_LOOK_MS);
            boolean quiet = (cpuSeconds() - before) * 1000 / QUIET_LOOK_MS < QUIET_CORES;
            quietLooks = quiet ? quietLooks + 1 : 0;
        }
    }

    /** Bytes that it has allocated on its heap since its start, of what its metrics say. */
    double allocatedBytes() throws IOException {
        double bytes = 0;
        for (Member member : members) {
            double mine = peer == Peer.ENGRAM_CLUSTER && member.name().equals("zookeeper")
                    ? 0 // has no such page
                    : member.metric(peer.allocatedMetric());
            bytes += mine;
        }
        return bytes;
    }

    /** A metric's value as its metrics page has it, labels included in the name. */
    double metric(String name) throws IOException {
        return members.getFirst().metric(name);
    }

    /** Posts nothing to a path and waits for the answer. */
    void post(String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.getOutputStream().close();
        if (connection.getResponseCode() / 100 != 2) {
            throw new IOException(peer + " answered " + connection.getResponseCode() + " to " + path);
        }
        connection.disconnect();
    }

    Path folder() {
        return folder;
    }

    /** The pauses of its garbage collector, where it tells of them. */
    GcPauses pauses() {
        return pauses;
    }

    long diskBytes() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(f -> f.toFile().length())
                    .sum();
        }
    }

    /** Pulls the plug. */
    void kill() throws InterruptedException {
        killAll();
        sampler.join();
    }

    private void killAll() {
        for (Member member : members) {
            ProcessHandle.of(member.pid()).ifPresent(handle -> {
                handle.destroyForcibly();
                handle.onExit().join();
            });
        }
    }

    Peer peer() {
        return peer;
    }

    /** Where it takes writes. */
    int port() {
        return portOf("distributor");
    }

    /** Where it answers queries. */
    int queryPort() {
        return portOf("querier");
    }

    private int portOf(String component) {
        return members.stream()
                .filter(member -> member.name().startsWith(component))
                .findFirst()
                .orElse(members.getFirst())
                .port();
    }

    @Override
    public void close() {
        killAll();
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }
}
