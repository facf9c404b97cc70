package io.engram.tsdb.replica;

import io.engram.model.StaleMarker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What the replicas of a pair sent of one series, made from a seed: their scrapes of one target, and what went wrong. The
 * target's counter grows by {@link #PER_SECOND} all the time.
 *
 * @param intervalMs what the scrapes were meant to be apart, the longest of all twins and times
 * @param calm whether nothing went wrong: no scrape was missed, intervals are equal and stay, only clocks and phases differ
 * @param resetMs when the target restarted, sorted
 */
record FaultScript(List<TwinScript> twins, Ranks ranks, long nowMs, long intervalMs, boolean calm, long[] resetMs) {
    static final double PER_SECOND = 40;
    static final long SKEW_MS = 400;

    /** The samples of one twin: times rise, stale markers are among the values. */
    record TwinScript(String replica, int count, long[] timeMs, double[] value) {
        boolean isMarker(int i) {
            return StaleMarker.is(value[i]);
        }

        /** The last sample or marker at {@code atMs} or before, or -1. */
        int lastUntil(long atMs) {
            int i = Arrays.binarySearch(timeMs, 0, count, atMs);
            return i >= 0 ? i : -i - 2;
        }

        /** What a select that reads this range gets. */
        TwinScript between(long fromMs, long toMs) {
            int from = lastUntil(fromMs - 1) + 1;
            int to = Math.max(from, lastUntil(toMs) + 1);
            return new TwinScript(
                    replica, to - from, Arrays.copyOfRange(timeMs, from, to), Arrays.copyOfRange(value, from, to));
        }
    }

    private static final long[] INTERVALS_MS = {5_000, 10_000, 15_000, 15_000, 30_000, 60_000, 120_000, 300_000};

    /** A script with faults of all kinds, or, one time in five, with none. */
    static FaultScript draw(SplittableRandom random) {
        return new Draw(random, random.nextInt(5) == 0).script();
    }

    static FaultScript drawCalm(SplittableRandom random) {
        return new Draw(random, true).script();
    }

    /** Draws one script. */
    private static final class Draw {
        private final SplittableRandom random;
        private final boolean calm;
        private final long startMs;
        private final long endMs;
        private final long baseMs;
        private final long changeMs; // when the interval changes
        private final long changedMs;
        private final long[] resets;

        Draw(SplittableRandom random, boolean calm) {
            this.random = random;
            this.calm = calm;
            baseMs = INTERVALS_MS[random.nextInt(calm ? INTERVALS_MS.length - 1 : INTERVALS_MS.length)];
            startMs = 1_700_000_000_000L + random.nextLong(10_000_000);
            endMs = startMs + Math.max(20 * 60_000, 8 * baseMs) + random.nextLong(30 * 60_000);
            boolean changes = !calm && random.nextInt(4) == 0;
            changedMs = changes ? INTERVALS_MS[random.nextInt(INTERVALS_MS.length)] : baseMs;
            changeMs = startMs + random.nextLong(endMs - startMs);
            resets = new long[random.nextInt(3) == 0 ? 1 + random.nextInt(2) : 0];
            Arrays.setAll(resets, i -> startMs + random.nextLong(endMs - startMs));
            Arrays.sort(resets);
        }

        FaultScript script() {
            int count = random.nextInt(10) < 7 ? 2 : 3 + random.nextInt(2);
            List<TwinScript> twins = new ArrayList<>();
            ActivityCounts activity = new ActivityCounts(1 + random.nextInt(50));
            long longest = Math.max(baseMs, changedMs);
            for (int t = 0; t < count; t++) {
                boolean other = !calm && random.nextInt(8) == 0;
                long ownMs = other ? INTERVALS_MS[random.nextInt(INTERVALS_MS.length)] : baseMs;
                longest = Math.max(longest, ownMs);
                TwinScript twin = twin("replica-" + (char) ('a' + t), ownMs);
                twins.add(twin);
                activity.count(twin, random);
            }
            if (random.nextInt(4) == 0) {
                twins = twins.reversed(); // the order in which a select brings them says nothing
            }
            long nowMs = calm ? endMs : endMs + random.nextLong(2 * longest);
            List<String> names = twins.stream().map(TwinScript::replica).toList();
            Ranks ranks = Ranks.of(activity, names, startMs - 900_000, nowMs);
            return new FaultScript(twins, ranks, nowMs, longest, calm, resets);
        }

        private TwinScript twin(String replica, long ownMs) {
            List<long[]> outages = calm ? List.of() : outages();
            double missed = calm || random.nextInt(3) > 0 ? 0 : random.nextDouble() * random.nextDouble();
            double marked = random.nextInt(2) == 0 ? random.nextDouble() : 0;
            long skewMs = random.nextLong(SKEW_MS);
            long jitterMs = random.nextInt(3) == 0 ? Math.min(200, ownMs / 50) : 5;
            long[] times = new long[(int) ((endMs - startMs) / 5_000 + 16)];
            double[] values = new double[times.length];
            int n = 0;
            boolean spoke = false; // whether the last word is a sample: only then a marker follows
            long interval = ownMs;
            for (long scrape = startMs + random.nextLong(ownMs); scrape < endMs; scrape += interval) {
                interval = scrape >= changeMs && changedMs != baseMs ? changedMs : ownMs;
                long timeMs = scrape + random.nextLong(jitterMs);
                if (n > 0 && timeMs <= times[n - 1]) {
                    continue;
                }
                long[] outage = covering(outages, timeMs);
                boolean fails = outage != null || random.nextDouble() < missed;
                boolean silent = outage != null && outage[2] == 1;
                if (!fails) {
                    times[n] = timeMs;
                    values[n++] = valueAt(timeMs + skewMs);
                    spoke = true;
                } else if (spoke && !silent && random.nextDouble() < marked) {
                    times[n] = timeMs;
                    values[n++] = StaleMarker.VALUE;
                    spoke = false;
                }
            }
            return new TwinScript(replica, n, times, values);
        }

        /** From, to, and whether the replica itself was gone and could write no marker. */
        private List<long[]> outages() {
            List<long[]> outages = new ArrayList<>();
            switch (random.nextInt(6)) {
                case 0 -> {} // none
                case 1 -> { // flaps
                    long upMs = 1 + random.nextLong(600_000);
                    long downMs = 1 + random.nextLong(400_000);
                    for (long t = startMs + random.nextLong(upMs); t < endMs; t += upMs + downMs) {
                        outages.add(new long[] {t, t + downMs, random.nextInt(2)});
                    }
                }
                case 2 -> { // begins late or ends early: a new replica, a backlog that has not come yet
                    long at = startMs + random.nextLong(endMs - startMs);
                    boolean begins = random.nextBoolean();
                    outages.add(new long[] {begins ? startMs : at, begins ? at : endMs + 1, random.nextInt(2)});
                }
                default -> {
                    for (int i = random.nextInt(4); i >= 0; i--) {
                        long at = startMs + random.nextLong(endMs - startMs);
                        long length = 1 + random.nextLong(random.nextBoolean() ? 3 * baseMs : 900_000);
                        outages.add(new long[] {at, at + length, random.nextInt(2)});
                    }
                }
            }
            return outages;
        }

        private static long[] covering(List<long[]> outages, long timeMs) {
            for (long[] outage : outages) {
                if (timeMs >= outage[0] && timeMs < outage[1]) {
                    return outage;
                }
            }
            return null;
        }

        private double valueAt(long timeMs) {
            long since = startMs - 3_600_000;
            for (long reset : resets) {
                since = reset <= timeMs ? reset : since;
            }
            return PER_SECOND * (timeMs - since) / 1000.0;
        }
    }
}
