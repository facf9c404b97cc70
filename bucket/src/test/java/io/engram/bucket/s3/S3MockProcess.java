package io.engram.bucket.s3;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Adobe's S3Mock in a JVM of its own: an S3 server that we did not write. */
final class S3MockProcess {
    private static final Pattern PORTS = Pattern.compile("Tomcat started on ports? .*?(\\d+) \\(http\\)");

    private final Process process;
    private final int port;

    private S3MockProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Where the build puts its jar. */
    static Path jar() {
        return Path.of("target", "s3mock", "s3mock.jar").toAbsolutePath();
    }

    /** Waits until it listens. */
    static S3MockProcess start(Path scratch) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-javaagent:" + LoopbackOnly.writeJar(scratch.resolve("loopback-only.jar")),
                        "-jar",
                        jar().toString(),
                        "--server.port=0",
                        "--com.adobe.testing.s3mock.http-port=0",
                        "--com.adobe.testing.s3mock.store.root=" + scratch.resolve("store"))
                .redirectErrorStream(true)
                .start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        List<String> lines = new ArrayList<>();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            lines.add(line);
            Matcher ports = PORTS.matcher(line);
            if (ports.find()) {
                // What it goes on to say must be read, or it waits for that.
                Thread.ofVirtual().start(() -> out.lines().forEach(_ -> {}));
                return new S3MockProcess(process, Integer.parseInt(ports.group(1)));
            }
        }
        throw new IOException("S3Mock ended before it listened:\n" + String.join("\n", lines));
    }

    String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    void stop() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
