package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A cluster of processes on this machine, made by {@code deploy/local/cluster} as users make it. */
final class LocalCluster implements AutoCloseable {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    private final Path folder;
    private final String heap;

    /**
     * Starts everything and waits until it is ready.
     *
     * @param heap of each process, as {@code -Xmx} has it
     * @param settings keys of one process alone, as {@code --set} has them: {@code ingester-2:ring.forget-after=0}
     * @param flags of every process
     */
    LocalCluster(Path folder, int basePort, String heap, List<String> settings, String... flags) throws IOException {
        this.folder = folder.toAbsolutePath();
        this.heap = heap;
        // What was just built is what runs: the launcher is not to build it again.
        Path built = HOME.resolve("app/target/dist/built");
        Files.deleteIfExists(built);
        Files.createFile(built);
        List<String> up = new ArrayList<>(List.of("up", "--base-port", Integer.toString(basePort)));
        settings.forEach(setting -> up.addAll(List.of("--set", setting)));
        up.add("--");
        up.addAll(List.of(flags));
        try {
            run(up.toArray(String[]::new));
        } catch (AssertionError e) {
            close(); // some of it may run
            throw e;
        }
    }

    /** One of its processes, as {@code status} tells of it. */
    record Node(String name, String pid, String zone, int port, String state) implements Server {
        @Override
        public String url(String path) {
            return "http://127.0.0.1:" + port + path;
        }

        boolean runs() {
            return !pid.equals("-");
        }

        /** The most memory that it held since it was started, in bytes. */
        long peakBytes() throws IOException {
            return ServerProcess.peakBytes(Long.parseLong(pid));
        }
    }

    /** By name. */
    Map<String, Node> status() {
        Map<String, Node> nodes = new LinkedHashMap<>();
        for (String line : run("status").lines().toList()) {
            String[] words = line.split(" ");
            assertEquals(5, words.length, line);
            nodes.put(words[0], new Node(words[0], words[1], words[2], Integer.parseInt(words[3]), words[4]));
        }
        return nodes;
    }

    Node node(String name) {
        return status().get(name);
    }

    /** Pulls its plug. */
    void kill(String name) {
        run("kill", name);
    }

    void signal(String name, String signal) {
        run("kill", name, "--signal", signal);
    }

    /** Ends it as an operator does, and returns when it is gone. */
    void terminate(String name) {
        signal(name, "TERM");
        ServerProcess.await(name + " to stop", () -> node(name).state().equals("stopped"));
    }

    /** Returns when it is ready. */
    void start(String name) {
        run("start", name);
    }

    /** The same with more in its environment, for this life of it. */
    void start(String name, Map<String, String> environment) {
        run(environment, "start", name);
    }

    void up() {
        run("up");
    }

    void down() {
        run("down");
    }

    void addIngester() {
        run("add", "ingester");
    }

    String log(String name) throws IOException {
        return Files.readString(folder.resolve(name).resolve("log"));
    }

    /** What the script says, which must end well. */
    String run(String... words) {
        return run(Map.of(), words);
    }

    private String run(Map<String, String> environment, String... words) {
        List<String> command = new ArrayList<>(
                List.of(HOME.resolve("deploy/local/cluster").toString(), words[0], "--dir", folder.toString()));
        command.addAll(List.of(words).subList(1, words.length));
        try {
            Path said = Files.createTempFile(folder.getParent(), "cluster-", ".out");
            // Not a pipe: the processes that it starts would hold it open.
            ProcessBuilder script =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
            script.environment().put("ENGRAM_HEAP", heap);
            script.environment().putAll(environment);
            Process process = script.start();
            int exit = process.waitFor();
            String output = Files.readString(said);
            Files.delete(said);
            assertEquals(0, exit, () -> command + " said:\n" + output);
            return output;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        status().values().stream()
                .filter(Node::runs)
                .map(node -> ProcessHandle.of(Long.parseLong(node.pid())))
                .forEach(process -> process.ifPresent(handle -> {
                    handle.destroyForcibly();
                    handle.onExit().join();
                }));
    }
}
