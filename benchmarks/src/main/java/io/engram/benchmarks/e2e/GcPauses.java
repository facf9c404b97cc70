package io.engram.benchmarks.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The pauses in a log that a JVM writes with {@code -Xlog:gc}; none where there is no such log. */
final class GcPauses {
    private static final Pattern PAUSE = Pattern.compile("Pause .* ([0-9.]+)ms$");

    private final Path log;
    private long from;

    GcPauses(Path log) {
        this.log = log;
    }

    /** What the JVM is told on its command line. */
    String jvmFlag() {
        return "-Xlog:gc:file=" + log + "::filecount=0";
    }

    /** From here on pauses count. */
    void mark() throws IOException {
        from = lines().size();
    }

    OptionalDouble longestMs() throws IOException {
        return lines().stream()
                .skip(from)
                .map(PAUSE::matcher)
                .filter(Matcher::find)
                .mapToDouble(pause -> Double.parseDouble(pause.group(1)))
                .max();
    }

    private List<String> lines() throws IOException {
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }
}
