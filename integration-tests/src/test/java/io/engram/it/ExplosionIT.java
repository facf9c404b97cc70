package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/**
 * One tenant's series explode, a thousand new ones a request, on a small heap: the instance refuses what its memory does not
 * hold, goes on with all series that exist, and other tenants notice nothing. {@code -Dengram.test.explosion-seconds=600}
 * goes on for ten minutes behind the limit.
 */
class ExplosionIT {
    private static final int SERIES = 1_000;
    private static final long AFTER_SECONDS = Long.getLong("engram.test.explosion-seconds", 0);
    private static final int AFTER_REQUESTS = 60;

    /** What the JVM needs beside a heap of 256 MiB that is in use to the last byte: code, classes, threads, buffers. */
    private static final long MOST_BYTES = (256L + 224) << 20;

    @Test
    void manySeriesFillTheInstanceAndHarmNobody() throws Exception {
        explode("many", i -> Map.of("path", "/api/" + i, "user", "u" + i * 31L, "host", "h" + i % 100));
    }

    @Test
    void fewSeriesWithLongLabelsOfEverNewNamesDoNotEither() throws Exception {
        explode("long", i -> {
            Map<String, String> labels = new HashMap<>();
            for (int k = 0; k < 8; k++) {
                labels.put("n" + i + "_" + k, (i + "_" + k + "_").repeat(20));
            }
            return labels;
        });
    }

    private static void explode(String name, IntFunction<Map<String, String>> labels) throws Exception {
        Path folder = ServerProcess.folder(ExplosionIT.class);
        try (ServerProcess engram =
                ServerProcess.engramWithHeap("256m", folder, "--ingester.wal-sync=interval", "--limits.retention=0")) {
            engram.startAndAwait("/ready");
            Steady steady = new Steady(engram);
            steady.writeAndQuery();

            int request = 0;
            int status;
            do {
                status = blow(engram, request++, labels);
                assertTrue(status == 204 || status == 503, "answered " + status);
                if (request % 20 == 0) {
                    steady.writeAndQuery();
                }
                assertTrue(request < 2_000, "no limit was reached");
            } while (status == 204);
            int stored = request - 1;
            long fullBytes = engram.residentBytes();

            long endNs = System.nanoTime() + AFTER_SECONDS * 1_000_000_000L;
            for (int after = 0; after < AFTER_REQUESTS || System.nanoTime() < endNs; after++) {
                assertEquals(503, blow(engram, request++, labels));
                if (after % 10 == 0) {
                    assertEquals(204, blow(engram, after % stored, labels), "a series that exists was refused");
                    steady.writeAndQuery();
                }
            }
            steady.beginSeries(); // below its share, so that there is room

            long bytes = engram.residentBytes();
            System.out.printf(
                    "explosion of %s: full after %d requests at %d MiB, %d requests later %d MiB%n",
                    name, stored, fullBytes >> 20, request - stored, bytes >> 20);
            assertTrue(bytes < MOST_BYTES, () -> bytes + " bytes resident:\n" + engram.output());
            assertTrue(engram.isAlive(), engram::output);
        }
    }

    /** Sends the series of one request of the tenant that explodes. */
    private static int blow(ServerProcess engram, int request, IntFunction<Map<String, String>> labels)
            throws Exception {
        RemoteWrite write = new RemoteWrite();
        long now = System.currentTimeMillis();
        for (int i = request * SERIES; i < (request + 1) * SERIES; i++) {
            Map<String, String> all = new HashMap<>(labels.apply(i));
            all.put("__name__", "boom");
            write.add(all, now, 1);
        }
        var answer = write.send(engram, "boom");
        if (answer.statusCode() == 503) {
            assertTrue(answer.headers().firstValue("Retry-After").isPresent());
            assertTrue(answer.body().contains("err-engram-instance-series-limit"), answer::body);
        }
        return answer.statusCode();
    }

    /** Another tenant, which does what it always did. */
    private static final class Steady {
        private static final int COUNT = 200;
        private final ServerProcess engram;
        private int rounds;

        Steady(ServerProcess engram) {
            this.engram = engram;
        }

        void writeAndQuery() throws Exception {
            RemoteWrite write = new RemoteWrite();
            for (int i = 0; i < COUNT; i++) {
                write.add(Map.of("__name__", "steady", "i", "" + i), System.currentTimeMillis(), rounds);
            }
            var written = write.send(engram, "steady");
            assertEquals(204, written.statusCode(), written::body);
            String query = Http.encode("sum(steady) or vector(-1)");
            var answer = Http.get(engram.url("/prometheus/api/v1/query?query=" + query), "X-Scope-OrgID", "steady");
            assertEquals(200, answer.statusCode(), answer::body);
            assertTrue(answer.body().contains("\"" + (long) COUNT * rounds + "\""), answer::body);
            rounds++;
        }

        void beginSeries() throws Exception {
            RemoteWrite write = new RemoteWrite();
            for (int i = 0; i < COUNT; i++) {
                write.add(Map.of("__name__", "begun_late", "i", "" + i), System.currentTimeMillis(), 1);
            }
            var written = write.send(engram, "steady");
            assertEquals(204, written.statusCode(), written::body);
        }
    }
}
