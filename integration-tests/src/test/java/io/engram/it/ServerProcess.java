package io.engram.it;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A process of its own that a test starts, asks over HTTP, and ends: Engram as users start it, or a peer. */
class ServerProcess implements Server, AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String name;
    private final List<String> command;
    private final Path log;
    final int port;
    private Process process;

    ServerProcess(String name, Path folder, int port, List<String> command) {
        this.name = name;
        this.command = List.copyOf(command);
        this.log = folder.resolve(name + ".log");
        this.port = port;
    }

    /** Engram over the class path of the tests, with its data in {@code folder}. */
    static ServerProcess engram(Path folder, String... flags) throws IOException {
        return engramWithHeap("512m", folder, flags);
    }

    /** The same with another heap, as {@code -Xmx} has it. */
    static ServerProcess engramWithHeap(String heap, Path folder, String... flags) throws IOException {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseCompactObjectHeaders",
                "-cp",
                System.getProperty("java.class.path"),
                "io.engram.app.Main",
                "--server.http-port=" + port,
                "--data.dir=" + folder.resolve("data")));
        command.addAll(List.of(flags));
        return new ServerProcess("engram", folder, port, command);
    }

    /** A Prometheus with its data in {@code folder/name-data}. */
    static ServerProcess prometheus(String program, String name, Path folder, int port, Path config, String... flags) {
        List<String> command = new ArrayList<>(List.of(
                program,
                "--config.file=" + config,
                "--web.listen-address=127.0.0.1:" + port,
                "--storage.tsdb.path=" + folder.resolve(name + "-data"),
                "--log.level=warn"));
        command.addAll(List.of(flags));
        return new ServerProcess(name, folder, port, command);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** A fresh folder for one test. */
    static Path folder(Class<?> test) throws IOException {
        Path parent = Path.of(System.getProperty("engram.test.folder", "target/it"));
        Files.createDirectories(parent);
        return Files.createTempDirectory(parent, test.getSimpleName() + "-");
    }

    void start() throws IOException {
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Starts it and waits for 200 at {@code readyPath}. */
    void startAndAwait(String readyPath) throws IOException {
        start();
        await(name + " to be ready", () -> {
            if (!process.isAlive()) {
                throw new AssertionError(name + " ended with " + process.exitValue() + ":\n" + output());
            }
            return Http.statusOf(url(readyPath)) == 200;
        });
    }

    @Override
    public String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    /** Memory of its own that it holds now, in bytes. */
    long residentBytes() throws IOException {
        return memoryBytes(process.pid(), "RssAnon:");
    }

    /** The most memory that a process ever held, its code included, in bytes. */
    static long peakBytes(long pid) throws IOException {
        return memoryBytes(pid, "VmHWM:");
    }

    private static long memoryBytes(long pid, String name) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        throw new IOException("no " + name + " in /proc");
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Sends SIGTERM and returns the exit code. */
    int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(name + " did not end after SIGTERM:\n" + output());
        }
        return process.exitValue();
    }

    /** Waits until it ends by itself and returns the exit code. */
    int awaitExit() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(name + " still runs:\n" + output());
        }
        return process.exitValue();
    }

    String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "(no output: " + e.getMessage() + ")";
        }
    }

    /** Asks again and again, with a breath between, until the condition holds or patience ends. */
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited " + PATIENCE.toSeconds() + " s for " + what);
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }
}
