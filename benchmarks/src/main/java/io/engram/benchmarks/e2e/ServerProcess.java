package io.engram.benchmarks.e2e;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A server under test: started on a free port of the loopback with a folder of its own, measured through {@code /proc}. */
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
    private Process process;
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
        if (peer == Peer.ENGRAM) {
            String options = builder.environment().getOrDefault(JAVA_OPTIONS, "");
            builder.environment().put(JAVA_OPTIONS, options + " " + pauses.jvmFlag());
        }
        process = builder.start();
        while (!ready()) {
            if (!process.isAlive()) {
                throw new IOException(peer + " ended with " + process.exitValue() + ", see " + log);
            }
            Thread.sleep(5);
        }
        long tookMs = (System.nanoTime() - began) / 1_000_000;
        sampler = Thread.ofPlatform().daemon().name("rss-" + peer).start(this::sampleMemory);
        return tookMs;
    }

    private boolean ready() {
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
        while (process.isAlive()) {
            try {
                peakAnonBytes = Math.max(peakAnonBytes, anonBytes());
                Thread.sleep(100);
            } catch (IOException | InterruptedException e) {
                return; // the process has ended
            }
        }
    }

    /** Memory that is its own and in RAM; without the pages of files that it maps. */
    long anonBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("RssAnon:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        throw new IOException("no RssAnon in /proc/" + process.pid() + "/status");
    }

    long peakAnonBytes() {
        return peakAnonBytes;
    }

    /** CPU of all its threads, user and system, since its start. */
    double cpuSeconds() {
        return CpuClock.seconds(process.pid());
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
        return metric(peer.allocatedMetric());
    }

    /** A metric's value as its metrics page has it, labels included in the name. */
    double metric(String name) throws IOException {
        URI uri = URI.create("http://127.0.0.1:" + port + "/metrics");
        try (InputStream in = uri.toURL().openStream()) {
            String page = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return page.lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElse(Double.NaN);
        }
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
        process.destroyForcibly();
        process.waitFor();
        sampler.join();
    }

    Peer peer() {
        return peer;
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }
}
