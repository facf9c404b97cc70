package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * A pair of Prometheus servers that scrape the same targets and write into Engram, which stores what the elected one sends.
 * The leader is killed: what is stored goes on with the other's samples, without a gap and without a second copy.
 */
class HaTrackerIT {
    private static final long INTERVAL_MS = 1000;
    /** Scrapes are not on time to the millisecond, least of all on a busy machine. */
    private static final long JITTER_MS = 300;

    private static final Pattern SERIES =
            Pattern.compile("\\{\"metric\":(\\{[^}]*}),\"values\":\\[((?:\\[[^]]*],?)*)]");
    private static final Pattern POINT = Pattern.compile("\\[([0-9.]+),\"([^\"]*)\"]");

    @Test
    void aKilledLeaderLeavesNoGapAndNoDuplicate() throws Exception {
        String program = Debian.require("prometheus");
        Path folder = ServerProcess.folder(HaTrackerIT.class);
        try (ServerProcess engram = ServerProcess.engram(
                        folder,
                        "--self-monitoring.enabled=false",
                        "--limits.ha-tracker-enabled=true",
                        "--distributor.ha-tracker.update-timeout=4s",
                        "--distributor.ha-tracker.update-timeout-jitter-max=1s",
                        "--distributor.ha-tracker.failover-timeout=8s");
                ServerProcess first = prometheus(program, folder, "first", engram);
                ServerProcess second = prometheus(program, folder, "second", engram)) {
            engram.startAndAwait("/ready");
            first.startAndAwait("/-/ready");
            ServerProcess.await("the first to be elected", () -> page(engram).contains("\"elected\":\"first\""));
            second.startAndAwait("/-/ready");
            ServerProcess.await(
                    "samples of both",
                    () -> page(engram).contains("\"replica\":\"second\"")
                            && points(engram, "/prometheus").size() > 10
                            && shortest(points(engram, "/prometheus")) > 12);
            first.kill();
            long killedMs = System.currentTimeMillis();
            ServerProcess.await("the second to be elected", () -> page(engram).contains("\"elected\":\"second\""));
            // What it has kept meanwhile comes at once, and then it goes on.
            long untilMs = System.currentTimeMillis() + 3 * INTERVAL_MS;
            ServerProcess.await("samples after the fail-over", () -> newest(points(engram, "/prometheus")) > untilMs);

            check(points(engram, "/prometheus"), points(second, ""), killedMs, untilMs);
            assertTrue(page(engram).contains("\"failovers\":1,\"buffered_bytes\":0"), () -> page(engram));
            assertTrue(engram.output().contains("elected another replica"), engram::output);

            // The one that was killed comes back, and does not lead.
            first.startAndAwait("/-/ready");
            ServerProcess.await("the first as a standby", () -> page(engram).contains("\"replica\":\"first\""));
            assertTrue(page(engram).contains("\"elected\":\"second\""), () -> page(engram));
        }
    }

    private static ServerProcess prometheus(String program, Path folder, String replica, ServerProcess engram)
            throws Exception {
        Path config = folder.resolve(replica + ".yml");
        Files.writeString(config, """
                global: {scrape_interval: 1s, external_labels: {cluster: pair, __replica__: %s}}
                scrape_configs:
                  - {job_name: engram, static_configs: [{targets: ['127.0.0.1:%d']}]}
                remote_write:
                  - url: %s
                    queue_config: {batch_send_deadline: 500ms}
                    metadata_config: {send: false}
                """.formatted(replica, engram.port, engram.url("/api/v1/push")));
        return ServerProcess.prometheus(program, replica, folder, ServerProcess.freePort(), config);
    }

    /** The times of every series are those of one server after the other: spaced as scrapes are, none missing. */
    private static void check(
            Map<String, List<Long>> stored, Map<String, List<Long>> ofSecond, long killedMs, long untilMs) {
        assertFalse(stored.isEmpty());
        int longSeries = 0;
        for (Map.Entry<String, List<Long>> series : stored.entrySet()) {
            assertFalse(series.getKey().contains("__replica__"), series::getKey);
            List<Long> times = series.getValue();
            if (times.get(0) > killedMs - 5 * INTERVAL_MS) {
                continue; // a series that began about then
            }
            longSeries++;
            List<Long> second = ofSecond.getOrDefault(series.getKey(), List.of());
            boolean switched = false;
            for (int i = 1; i < times.size() && times.get(i) <= untilMs; i++) {
                long gapMs = times.get(i) - times.get(i - 1);
                long atMs = times.get(i);
                assertTrue(gapMs > 0, () -> "two samples at " + atMs + " of " + series.getKey());
                assertTrue(
                        gapMs <= 2 * INTERVAL_MS + JITTER_MS,
                        () -> "a gap of " + gapMs + " ms at " + atMs + " of " + series.getKey() + ", killed at "
                                + killedMs);
                boolean fromSecond = second.contains(atMs);
                assertTrue(fromSecond || !switched, () -> "back to the first at " + atMs + " in " + series.getKey());
                switched |= fromSecond;
            }
            long newest = times.get(times.size() - 1);
            assertTrue(newest >= untilMs - 2 * INTERVAL_MS - JITTER_MS, () -> series.getKey() + " ends at " + newest);
            long from = times.stream().filter(second::contains).findFirst().orElseThrow();
            List<Long> own =
                    second.stream().filter(t -> t >= from && t <= untilMs).toList();
            List<Long> taken =
                    times.stream().filter(t -> t >= from && t <= untilMs).toList();
            assertEquals(own, taken, () -> "all that the second has since it leads, of " + series.getKey());
        }
        assertTrue(longSeries > 10, "series that lived through the fail-over: " + longSeries);
    }

    private static String page(ServerProcess engram) {
        try {
            return Http.get(engram.url("/distributor/ha_tracker"), "Accept", "application/json")
                    .body();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Times of the samples of each series of the job in the last minutes, ms; keys do not have the external labels. */
    private static Map<String, List<Long>> points(ServerProcess server, String prefix) {
        try {
            String query = "/api/v1/query?query="
                    + Http.encode("{job=\"engram\",__name__=~\"up|scrape_.*|jvm_.*|engram_.*\"}[4m]");
            String body = Http.get(server.url(prefix + query)).body();
            Map<String, List<Long>> all = new TreeMap<>();
            Matcher series = SERIES.matcher(body);
            while (series.find()) {
                List<Long> times = new ArrayList<>();
                Matcher point = POINT.matcher(series.group(2));
                while (point.find()) {
                    times.add(Math.round(Double.parseDouble(point.group(1)) * 1000));
                }
                all.put(series.group(1).replace("\"cluster\":\"pair\",", "").toLowerCase(Locale.ROOT), times);
            }
            return all;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static int shortest(Map<String, List<Long>> points) {
        return points.entrySet().stream()
                .filter(series -> series.getKey().contains("\"__name__\":\"up\""))
                .mapToInt(series -> series.getValue().size())
                .min()
                .orElse(0);
    }

    private static long newest(Map<String, List<Long>> points) {
        return points.values().stream()
                .mapToLong(times -> times.get(times.size() - 1))
                .max()
                .orElse(0);
    }
}
