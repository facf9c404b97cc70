package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The plug is pulled under load, again and again: what was answered with 2xx is there afterwards, exactly once. */
class CrashIT {
    private static final int WRITERS = 4;
    private static final int SERIES_PER_WRITER = 50;
    private static final Pattern POINTS = Pattern.compile("\\[(\\d+(?:\\.\\d+)?),\"([^\"]*)\"]");

    @Test
    void keepsEveryAcknowledgedSampleThroughKills() throws Exception {
        Path folder = ServerProcess.folder(CrashIT.class);
        SplittableRandom random = Seeds.random();
        long firstMs = System.currentTimeMillis() - 3_600_000;
        AtomicIntegerArray acknowledged = new AtomicIntegerArray(WRITERS);
        try (ServerProcess engram =
                ServerProcess.engram(folder, "--self-monitoring.enabled=false", "--ingester.wal-sync=commit")) {
            for (int round = 0; round < 4; round++) {
                engram.startAndAwait("/ready");
                check(engram, acknowledged, firstMs);
                writeUntilKilled(engram, acknowledged, firstMs, 20 + random.nextInt(60));
            }
            engram.startAndAwait("/ready");
            check(engram, acknowledged, firstMs);
            assertTrue(
                    sum(acknowledged) > 100,
                    () -> "too little was written for a crash to mean something: " + sum(acknowledged));
        }
    }

    @Test
    void orderlyStopUnderLoadLosesNothingAndExitsWithZero() throws Exception {
        Path folder = ServerProcess.folder(CrashIT.class);
        long firstMs = System.currentTimeMillis() - 3_600_000;
        AtomicIntegerArray acknowledged = new AtomicIntegerArray(WRITERS);
        try (ServerProcess engram = ServerProcess.engram(folder, "--self-monitoring.enabled=false")) {
            engram.startAndAwait("/ready");
            List<Thread> writers = startWriters(engram, acknowledged, firstMs);
            ServerProcess.await("some batches", () -> sum(acknowledged) > 40);
            assertEquals(0, engram.terminate(), engram::output);
            for (Thread writer : writers) {
                writer.join();
            }
            engram.startAndAwait("/ready");
            check(engram, acknowledged, firstMs);
        }
    }

    /** Kills the process when that many more batches were acknowledged, with writers in full flight. */
    private static void writeUntilKilled(
            ServerProcess engram, AtomicIntegerArray acknowledged, long firstMs, int batches)
            throws InterruptedException {
        int before = sum(acknowledged);
        List<Thread> writers = startWriters(engram, acknowledged, firstMs);
        ServerProcess.await("acknowledged batches", () -> sum(acknowledged) - before >= batches);
        engram.kill();
        for (Thread writer : writers) {
            writer.join();
        }
    }

    private static int sum(AtomicIntegerArray acknowledged) {
        int total = 0;
        for (int w = 0; w < WRITERS; w++) {
            total += acknowledged.get(w);
        }
        return total;
    }

    private static List<Thread> startWriters(ServerProcess engram, AtomicIntegerArray acknowledged, long firstMs) {
        List<Thread> writers = new ArrayList<>();
        for (int w = 0; w < WRITERS; w++) {
            int writer = w;
            writers.add(Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        // A batch that was not acknowledged is sent again, as Prometheus does.
                        HttpResponse<String> response =
                                batch(writer, acknowledged.get(writer), firstMs).send(engram, "crash");
                        if (response.statusCode() / 100 != 2) {
                            return; // shutting down
                        }
                        acknowledged.incrementAndGet(writer);
                    }
                } catch (IOException e) {
                    return; // the server is gone
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }));
        }
        return writers;
    }

    private static RemoteWrite batch(int writer, int number, long firstMs) {
        RemoteWrite write = new RemoteWrite();
        for (int s = 0; s < SERIES_PER_WRITER; s++) {
            write.add(labels(writer, s), firstMs + number * 1000L, number * 1000.0 + s);
        }
        return write;
    }

    private static Map<String, String> labels(int writer, int series) {
        return Map.of(
                "__name__", "crash_total", "writer", "w" + writer, "series", "s" + series, "padding", "x".repeat(60));
    }

    /** Every series has the points of each acknowledged batch once, and at most one more that was in flight. */
    private static void check(ServerProcess engram, AtomicIntegerArray acknowledged, long firstMs) throws Exception {
        for (int w = 0; w < WRITERS; w++) {
            if (acknowledged.get(w) == 0) {
                continue;
            }
            long end = firstMs + acknowledged.get(w) * 1000L + 60_000;
            String query = "crash_total{writer=\"w" + w + "\"}[" + (end - firstMs + 60_000) + "ms]";
            String body = Http.get(
                            engram.url(
                                    "/prometheus/api/v1/query?time=" + end / 1000.0 + "&query=" + Http.encode(query)),
                            "X-Scope-OrgID",
                            "crash")
                    .body();
            String[] series = body.split("\"metric\":");
            assertEquals(
                    SERIES_PER_WRITER + 1,
                    series.length,
                    () -> "series missing: " + body.substring(0, Math.min(500, body.length())));
            for (int i = 1; i < series.length; i++) {
                checkPoints(series[i], acknowledged.get(w), firstMs);
            }
        }
    }

    private static void checkPoints(String series, int acknowledged, long firstMs) {
        Matcher name = Pattern.compile("\"series\":\"s(\\d+)\"").matcher(series);
        assertTrue(name.find());
        int s = Integer.parseInt(name.group(1));
        AtomicLong next = new AtomicLong();
        Matcher point = POINTS.matcher(series);
        while (point.find()) {
            long number = next.getAndIncrement();
            assertEquals(firstMs + number * 1000L, Math.round(Double.parseDouble(point.group(1)) * 1000), "time");
            assertEquals(number * 1000.0 + s, Double.parseDouble(point.group(2)), "value");
        }
        assertTrue(
                next.get() >= acknowledged && next.get() <= acknowledged + 1,
                () -> "acknowledged " + acknowledged + " batches, found " + next.get());
    }
}
