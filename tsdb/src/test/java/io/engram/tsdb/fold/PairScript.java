package io.engram.tsdb.fold;

import io.engram.model.StaleMarker;
import io.engram.model.histogram.Histogram;
import io.engram.model.labels.Labels;
import io.engram.model.testing.RandomHistograms;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * What two or three replicas scrape of some targets, made from a seed: counters with resets, gauges that wander or jump,
 * native histograms; and what goes wrong with a replica, with a target, or with a scrape.
 */
final class PairScript {
    private static final long MOST_SKEW_MS = 300;
    private static final double PER_SECOND = 40;
    /** What a counter may have counted while clocks differ, twice. */
    static final double MOST_SKEWED_GROWTH = 2 * PER_SECOND * MOST_SKEW_MS / 1000;

    private final SplittableRandom random;
    private final boolean calm;
    private final long fromMs;
    private final long endMs;
    private final long intervalMs;
    private final List<String> replicas;
    private final Map<String, List<long[]>> outages = new HashMap<>();
    private final Map<String, Long> phases = new HashMap<>();

    /** @param calm nothing goes wrong: no scrape is missed, no target restarts */
    PairScript(SplittableRandom random, boolean calm, long fromMs, long endMs) {
        this.random = random;
        this.calm = calm;
        this.fromMs = fromMs;
        this.endMs = endMs;
        this.intervalMs = new long[] {15_000, 30_000, 60_000}[random.nextInt(3)];
        this.replicas = random.nextInt(4) == 0 ? List.of("a", "b", "c") : List.of("a", "b");
        for (String replica : replicas) {
            phases.put(replica, random.nextLong(intervalMs));
            outages.put(replica, calm ? List.of() : outages(random.nextInt(4), 1_500_000));
        }
    }

    int replicaCount() {
        return replicas.size();
    }

    private List<long[]> outages(int count, long longestMs) {
        List<long[]> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // Many of them at the borders of hours, where folded and other blocks meet.
            long at = random.nextBoolean()
                    ? fromMs + random.nextLong(endMs - fromMs)
                    : fromMs
                            + random.nextLong((endMs - fromMs) / 3_600_000) * 3_600_000
                            + random.nextLong(600_000)
                            - 300_000;
            list.add(new long[] {at, at + 1 + random.nextLong(longestMs)});
        }
        return list;
    }

    private static boolean covers(List<long[]> outages, long timeMs) {
        return outages.stream().anyMatch(outage -> timeMs >= outage[0] && timeMs < outage[1]);
    }

    /** Adds a series, once for each replica that scrapes it. */
    void add(FoldScene scene, Map<String, String> labels, Kind kind) {
        TreeMap<Long, Double> path = new TreeMap<>(Map.of(Long.MIN_VALUE, 100.0));
        if (kind == Kind.WALK) {
            double value = 100;
            for (long t = fromMs; t < endMs; t += 1_000) {
                value += random.nextDouble() - 0.5;
                path.put(t, value);
            }
        }
        TreeMap<Long, Histogram> counts = new TreeMap<>();
        if (kind == Kind.HISTOGRAM) {
            Histogram h = RandomHistograms.next(random);
            for (long t = fromMs; t < endMs + 15_000; t += 15_000) {
                h = RandomHistograms.after(h, random);
                counts.put(t, h);
            }
        }
        long resetMs = calm || random.nextInt(3) > 0 ? Long.MAX_VALUE : fromMs + random.nextLong(endMs - fromMs);
        List<long[]> gone = calm ? List.of() : outages(random.nextInt(2), 900_000);
        String label = random.nextInt(5) == 0 ? "prometheus_replica" : "__replica__";
        for (String replica : replicas) {
            if (kind == Kind.SINGLE && !replica.equals("b")) {
                continue;
            }
            Map<String, String> own = new TreeMap<>(labels);
            own.put("cluster", "pair");
            own.put(label, replica);
            Labels series = Labels.of(own);
            double missed = calm || random.nextInt(3) > 0 ? 0 : random.nextDouble() * 0.2;
            boolean marks = random.nextBoolean();
            boolean spoke = false;
            long skewMs = random.nextLong(MOST_SKEW_MS);
            for (long t = fromMs + phases.get(replica); t < endMs; t += intervalMs) {
                long time = t + random.nextLong(20);
                boolean failed = covers(gone, time) || random.nextDouble() < missed;
                if (covers(outages.get(replica), time)) {
                    spoke = false; // the replica itself is gone, and marks nothing
                } else if (!failed) {
                    if (kind == Kind.HISTOGRAM) {
                        scene.put(series, time, counts.floorEntry(time).getValue());
                    } else {
                        scene.put(series, time, value(kind, path, time + skewMs, resetMs));
                    }
                    spoke = true;
                } else if (spoke && marks) {
                    scene.put(series, time, StaleMarker.VALUE);
                    spoke = false;
                }
            }
        }
    }

    private double value(Kind kind, TreeMap<Long, Double> path, long timeMs, long resetMs) {
        return switch (kind) {
            case COUNTER, SINGLE -> PER_SECOND * (timeMs - (timeMs >= resetMs ? resetMs : fromMs - 3_600_000)) / 1000;
            case WALK -> path.floorEntry(timeMs).getValue();
            case JUMPS -> random.nextInt(1000);
            case CONSTANT -> 1;
            case HISTOGRAM -> throw new IllegalArgumentException("a histogram is no number");
        };
    }

    /** How a series behaves. */
    enum Kind {
        COUNTER,
        WALK,
        JUMPS,
        CONSTANT,
        HISTOGRAM,
        /** A counter that the second replica alone scrapes. */
        SINGLE
    }
}
