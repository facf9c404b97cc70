package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The plug is pulled again and again while heads are cut, blocks are shipped and merged: each acknowledged sample is found
 * exactly once, after every restart and in the end, wherever it has come to lie.
 */
class BlocksCrashIT {
    private static final int KILLS = Integer.getInteger("engram.test.block-kills", 10);
    private static final int SERIES = 10;
    private static final int BATCH_STEPS = 60;
    private static final long STEP_MS = 60_000;
    private static final Pattern POINT = Pattern.compile("\\[(\\d+(?:\\.\\d+)?),\"([^\"]*)\"]");

    private final SplittableRandom random = Seeds.random();
    private final long firstMs = System.currentTimeMillis() / 86_400_000 * 86_400_000 - 30 * 86_400_000L;
    private int acknowledged;

    @Test
    void keepsEveryAcknowledgedSampleThroughKillsDuringShippingAndCompaction() throws Exception {
        Path folder = ServerProcess.folder(BlocksCrashIT.class);
        try (ServerProcess engram = ServerProcess.engram(
                folder,
                "--self-monitoring.enabled=false",
                "--limits.past-grace-period=0",
                "--limits.retention=0",
                "--ingester.ship-interval=20ms",
                "--ingester.late-blocks-interval=0s",
                "--ingester.checkpoint-interval=2s",
                "--querier.bucket-index-refresh=0s",
                "--compactor.interval=50ms",
                "--compactor.first-level-compaction-wait-period=0s",
                "--compactor.deletion-delay=1s")) {
            for (int kill = 0; kill < KILLS; kill++) {
                engram.startAndAwait("/ready");
                check(engram);
                int batches = 4 + random.nextInt(20);
                for (int i = 0; i < batches; i++) {
                    send(engram);
                }
                LockSupport.parkNanos(random.nextLong(1_500_000_000L)); // into whatever is under way by then
                engram.kill();
            }
            engram.startAndAwait("/ready");
            check(engram);
            var flushed = Http.post(engram.url("/ingester/flush?wait=true"), new byte[0]);
            assertEquals(204, flushed.statusCode(), flushed::body);
            check(engram);
            assertTrue(acknowledged >= 4 * KILLS);
            assertEquals(0, engram.terminate(), engram::output);
        }
    }

    private void send(ServerProcess engram) throws IOException, InterruptedException {
        RemoteWrite write = new RemoteWrite();
        for (int s = 0; s < SERIES; s++) {
            long[] times = new long[BATCH_STEPS];
            double[] values = new double[BATCH_STEPS];
            for (int i = 0; i < BATCH_STEPS; i++) {
                long number = (long) acknowledged * BATCH_STEPS + i;
                times[i] = firstMs + number * STEP_MS;
                values[i] = number * 10.0 + s;
            }
            write.add(Map.of("__name__", "crash_total", "series", "s" + s), times, values);
        }
        var response = write.send(engram, "crash");
        assertEquals(2, response.statusCode() / 100, response::body);
        acknowledged++;
    }

    private void check(ServerProcess engram) throws Exception {
        if (acknowledged == 0) {
            return;
        }
        long points = (long) acknowledged * BATCH_STEPS;
        long lastMs = firstMs + points * STEP_MS;
        for (int s : List.of(0, random.nextInt(SERIES))) {
            String query = "crash_total{series=\"s" + s + "\"}[" + (lastMs - firstMs + 1) + "ms]";
            String body = Http.get(
                            engram.url("/prometheus/api/v1/query?time=" + lastMs / 1000.0 + "&query="
                                    + Http.encode(query)),
                            "X-Scope-OrgID",
                            "crash")
                    .body();
            Matcher point = POINT.matcher(body);
            long number = 0;
            while (point.find()) {
                assertEquals(firstMs + number * STEP_MS, Math.round(Double.parseDouble(point.group(1)) * 1000), "time");
                assertEquals(number * 10.0 + s, Double.parseDouble(point.group(2)), "value");
                number++;
            }
            long found = number;
            assertEquals(points, found, () -> body.substring(0, Math.min(500, body.length())) + engram.output());
        }
    }
}
