package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.labels.Labels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A pair of Prometheus servers that are killed and started again at random, against a third one that nobody disturbs: what
 * Engram shows of the pair by default is one series within the bounds that docs/ha.md promises.
 */
class HaPairIT {
    private static final long SECONDS = Long.getLong("engram.test.ha-seconds", 120);
    private static final String MERGED = "/prometheus/api/v1/";
    private static final long WINDOW_MS = 10_000;
    /** A step of more intervals than this is a hole. */
    private static final double HOLE = 1.6;

    @Test
    void isOneSmoothSeriesThoughItsServersAreKilledAgainAndAgain() throws Exception {
        String program = Debian.require("prometheus");
        String given = System.getProperty("engram.test.seed", "");
        long seed = given.isEmpty() ? 20260101 : Long.parseLong(given);
        System.out.println("HaPairIT: seed " + seed + ", repeat with -Dengram.test.seed=" + seed);
        Path folder = ServerProcess.folder(HaPairIT.class);
        try (ScrapeTarget target = new ScrapeTarget();
                ServerProcess engram = ServerProcess.engram(folder, "--self-monitoring.enabled=false");
                ServerProcess witness = HaPair.witness(program, folder, target)) {
            engram.startAndAwait("/ready");
            witness.startAndAwait("/-/ready");
            try (HaPair pair = new HaPair(program, folder, engram, target)) {
                pair.start();
                long beganMs = System.currentTimeMillis();
                ServerProcess.await("both replicas to write", () -> both(engram, beganMs - 1000));
                long fromMs = System.currentTimeMillis();
                long untilMs = fromMs + SECONDS * 1000;
                long resetMs = pair.disturb(new SplittableRandom(seed), untilMs, target);
                ServerProcess.await("both replicas to write again", () -> both(engram, untilMs));
                Run run = new Run(engram, witness, fromMs, untilMs, resetMs);
                run.picture();
                run.check();
            }
        }
    }

    private static boolean both(ServerProcess engram, long sinceMs) {
        try {
            long nowMs = System.currentTimeMillis();
            return nowMs > sinceMs
                    && Points.raw(engram, MERGED, "work_total{__replica__=~\".+\"}", nowMs, nowMs - sinceMs)
                                    .size()
                            == HaPair.REPLICAS.size();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** What was asked of the servers behind it all. */
    private record Run(ServerProcess engram, ServerProcess witness, long fromMs, long untilMs, long resetMs) {
        Points replica(String metric, String replica) throws Exception {
            var found =
                    Points.raw(engram, MERGED, metric + "{__replica__=\"" + replica + "\"}", untilMs, untilMs - fromMs);
            return only(found);
        }

        Points merged(String selector) throws Exception {
            return only(Points.raw(engram, MERGED, selector, untilMs, untilMs - fromMs));
        }

        void check() throws Exception {
            for (String selector : List.of(
                    "work_total", "level", "up", "latency_seconds_bucket{le=\"0.1\"}", "latency_seconds_count")) {
                samples(selector);
            }
            for (String query : List.of(
                    "rate(work_total[10s])",
                    "rate(latency_seconds_bucket{le=\"1\"}[10s])",
                    "increase(latency_seconds_count[10s])")) {
                rates(query);
            }
            level();
            quantile();
            for (Points up : Points.range(engram, MERGED, "count(up)", fromMs + 3000, untilMs)
                    .values()) {
                assertTrue(Arrays.stream(up.value()).allMatch(n -> n == 1), Arrays.toString(up.value()));
            }
            inParts();
        }

        /** Each sample is one of a replica's; none is doubled; a gap is there only where both replicas have it. */
        private void samples(String selector) throws Exception {
            Points merged = merged(selector);
            TreeMap<Long, Double> all = new TreeMap<>();
            for (String replica : HaPair.REPLICAS) {
                String own = selector.contains("{")
                        ? selector.replace("{", "{__replica__=\"" + replica + "\",")
                        : selector + "{__replica__=\"" + replica + "\"}";
                Points samples = only(Points.raw(engram, MERGED, own, untilMs, untilMs - fromMs));
                for (int i = 0; i < samples.size(); i++) {
                    all.put(samples.timeMs()[i], samples.value()[i]);
                }
            }
            assertTrue(merged.size() > SECONDS * 2 / 3, selector + " has " + merged.size() + " samples");
            int holes = 0;
            for (int i = 0; i < merged.size(); i++) {
                long atMs = merged.timeMs()[i];
                assertEquals(all.get(atMs), merged.value()[i], selector + " at " + atMs);
                long stepMs = i == 0 ? HaPair.INTERVAL_MS : atMs - merged.timeMs()[i - 1];
                assertTrue(stepMs >= HaPair.INTERVAL_MS / 2, selector + " has two samples within " + stepMs + " ms");
                if (stepMs > 1.05 * HOLE * HaPair.INTERVAL_MS) {
                    holes++;
                    long lastMs = merged.timeMs()[i - 1];
                    for (long unseen : all.subMap(lastMs, false, atMs, false).keySet()) {
                        assertTrue(
                                unseen - lastMs < 0.55 * HaPair.INTERVAL_MS,
                                selector + " has a hole from " + lastMs + " to " + atMs + ", but a replica has "
                                        + unseen);
                    }
                }
            }
            System.out.println("HaPairIT: " + selector + ": " + merged.size() + " samples, " + holes
                    + " holes that both replicas have");
        }

        /**
         * As the witness says, within one interval of the window, or what a far end of it costs; one more where a reset
         * lies in it.
         */
        private void rates(String query) throws Exception {
            Points merged = only(Points.range(engram, MERGED, query, fromMs + WINDOW_MS, untilMs));
            Points truth = only(Points.range(witness, "/api/v1/", query, fromMs + WINDOW_MS, untilMs));
            Points samples = merged("work_total");
            int compared = 0;
            for (int i = 0; i < truth.size(); i++) {
                long atMs = truth.timeMs()[i];
                int same = merged.firstFrom(atMs);
                if (!samples.covers(atMs - WINDOW_MS, atMs, (long) (HOLE * HaPair.INTERVAL_MS))) {
                    continue; // a hole that both replicas have
                }
                assertTrue(
                        same < merged.size() && merged.timeMs()[same] == atMs,
                        query + " has nothing at " + atMs + ", but samples are in all of its window");
                boolean reset = resetMs > atMs - WINDOW_MS - HaPair.INTERVAL_MS && resetMs <= atMs;
                double intervals = Math.max(1, lostAtEnds(samples, atMs)) + (reset ? 1 : 0) + 0.05;
                double most = truth.value()[i] * intervals * HaPair.INTERVAL_MS / WINDOW_MS;
                assertEquals(truth.value()[i], merged.value()[same], most, query + " at " + atMs);
                compared++;
            }
            assertTrue(compared > SECONDS / 8, query + " could be compared " + compared + " times only");
            System.out.println("HaPairIT: " + query + ": compared at " + compared + " of " + truth.size() + " times");
        }

        /**
         * Intervals that a rate may lack: where the sample next to an end of the window is further than usual, half an
         * interval is extrapolated in place of all.
         */
        private static double lostAtEnds(Points samples, long atMs) {
            long first = samples.timeMs()[samples.firstFrom(atMs - WINDOW_MS + 1)];
            long last = samples.timeMs()[samples.firstFrom(atMs + 1) - 1];
            int far = (first - (atMs - WINDOW_MS) > HaPair.INTERVAL_MS ? 1 : 0)
                    + (atMs - last > HaPair.INTERVAL_MS ? 1 : 0);
            return far * (HOLE - 0.5);
        }

        /** A gauge is never older than a hole is long: what it moved by in that time, it may be off by. */
        private void level() throws Exception {
            Points merged = only(Points.range(engram, MERGED, "level", fromMs + 3000, untilMs));
            Points truth = only(Points.range(witness, "/api/v1/", "level", fromMs + 3000, untilMs));
            Points samples = merged("level");
            double mostPerSecond = 50 * 2 * Math.PI / 60;
            for (int i = 0; i < truth.size(); i++) {
                long atMs = truth.timeMs()[i];
                int same = merged.firstFrom(atMs);
                int last = samples.firstFrom(atMs + 1) - 1;
                if (last < 0 || same == merged.size() || atMs - samples.timeMs()[last] > HOLE * HaPair.INTERVAL_MS) {
                    continue;
                }
                assertEquals(truth.value()[i], merged.value()[same], 2 * HOLE * mostPerSecond, "level at " + atMs);
            }
        }

        private void quantile() throws Exception {
            String query = "histogram_quantile(0.75, rate(latency_seconds_bucket[10s]))";
            Points merged = only(Points.range(engram, MERGED, query, fromMs + WINDOW_MS, untilMs));
            for (double value : merged.value()) {
                assertEquals(0.55, value, 1e-3);
            }
        }

        /** Asked for in parts, the samples are the same. */
        private void inParts() throws Exception {
            Points whole = merged("work_total");
            List<Long> times = new ArrayList<>();
            for (long endMs = fromMs + 7000; endMs <= untilMs; endMs += 7000) {
                var part = Points.raw(engram, MERGED, "work_total", endMs, 7000);
                part.values().forEach(points -> Arrays.stream(points.timeMs()).forEach(times::add));
            }
            assertArrayEquals(
                    Arrays.copyOf(whole.timeMs(), times.size()),
                    times.stream().mapToLong(Long::longValue).toArray());
        }

        private static Points only(Map<Labels, Points> found) {
            assertTrue(found.size() <= 1, () -> found.keySet().toString());
            return found.isEmpty() ? Points.NONE : found.values().iterator().next();
        }

        /** Draws what happened: each replica's samples, and what is shown of them. */
        void picture() throws Exception {
            String to = System.getProperty("engram.test.pictures", "");
            if (to.isEmpty()) {
                return;
            }
            Points a = replica("work_total", "a");
            Points b = replica("work_total", "b");
            Points merged = merged("work_total");
            new HaPictures(Path.of(to), fromMs, untilMs).samples(a, b, merged);
            String rate = "rate(work_total%s[5s])";
            new HaPictures(Path.of(to), fromMs, untilMs)
                    .rates(
                            only(Points.range(engram, MERGED, rate.formatted("{__replica__=\"a\"}"), fromMs, untilMs)),
                            only(Points.range(engram, MERGED, rate.formatted("{__replica__=\"b\"}"), fromMs, untilMs)),
                            only(Points.range(engram, MERGED, rate.formatted(""), fromMs, untilMs)));
        }
    }
}
