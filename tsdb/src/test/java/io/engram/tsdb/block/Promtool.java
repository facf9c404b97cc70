package io.engram.tsdb.block;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Prometheus' own tool, where it is installed. */
public final class Promtool {
    private static final Path BINARY = Path.of("/usr/bin/promtool");

    private Promtool() {}

    /** False, with a line that says so, where there is none. */
    public static boolean present(String test) {
        boolean present = Files.isExecutable(BINARY);
        if (!present) {
            System.out.println(test + " skipped: no " + BINARY);
        }
        return present;
    }

    /** Runs it; what it printed, lines of both outputs. */
    public static List<String> run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(BINARY.toString()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("promtool", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError(command + " does not end");
            }
            List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw new AssertionError(command + " exits with " + process.exitValue() + ": " + lines);
            }
            return lines;
        } finally {
            Files.delete(output);
        }
    }
}
