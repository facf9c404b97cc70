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

/** A server under test: started on a free port of the loopback with a folder of its own, measured through {@code /proc}. */
final class ServerProcess implements AutoCloseable {
    private static final long CLOCK_TICKS_PER_SECOND = 100;

    private final Peer peer;
    private final int port;
    private final Path folder;
    private final List<String> extra;
    private Process process;
    private Thread sampler;
    private volatile long peakAnonKib;

    ServerProcess(Peer peer, int port, Path folder, List<String> extra) {
        this.peer = peer;
        this.port = port;
        this.folder = folder;
        this.extra = extra;
    }

    /** Starts it and waits until it is ready. Returns the milliseconds that took. */
    long start() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        File log = folder.resolveSibling(folder.getFileName() + ".log").toFile();
        List<String> command = new ArrayList<>(peer.command(port, folder));
        command.addAll(extra);
        long began = System.nanoTime();
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
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
                peakAnonKib = Math.max(peakAnonKib, anonKib());
                Thread.sleep(100);
            } catch (IOException | InterruptedException e) {
                return; // the process has ended
            }
        }
    }

    long anonKib() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("RssAnon:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no RssAnon in /proc/" + process.pid() + "/status");
    }

    long peakAnonBytes() {
        return peakAnonKib << 10;
    }

    /** CPU of all its threads, user and system, since its start. */
    double cpuSeconds() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / (double) CLOCK_TICKS_PER_SECOND;
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
