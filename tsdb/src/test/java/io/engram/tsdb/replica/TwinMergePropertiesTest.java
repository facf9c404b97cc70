package io.engram.tsdb.replica;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.StaleMarker;
import io.engram.model.testing.Seeds;
import io.engram.tsdb.replica.FaultScript.TwinScript;
import io.engram.tsdb.replica.SlowMerge.Shown;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Each line of the merge's contract, over seeded fault scripts: as many as {@code engram.test.fault-scripts} says. */
class TwinMergePropertiesTest {
    private static final int SCRIPTS = Integer.getInteger("engram.test.fault-scripts", 10_000);

    /** Up to here holes are found exactly; above, a window has too few samples to know the interval by. */
    private static final long EXACT_INTERVAL_MS = 120_000;

    private final TwinMerge merge = new TwinMerge(); // one for all: nothing may stay behind from series to series
    private final TwinMerge whole = new TwinMerge();

    @Test
    void showsWhatTheContractSaysSampleBySample() {
        Seeds.check(SCRIPTS, random -> {
            FaultScript script = FaultScript.draw(random);
            MergedSamples merged = mergeAll(script);

            List<Shown> expected = new SlowMerge(script.twins(), script.ranks(), script.nowMs()).merge();
            int i = 0;
            for (Shown shown : expected) {
                i += i < merged.count && StaleMarker.is(merged.value[i]) ? 1 : 0;
                assertTrue(i < merged.count, "has no sample at " + shown.timeMs());
                assertEquals(shown.timeMs(), merged.timeMs[i], "time of sample " + i);
                assertEquals(script.twins().get(shown.twin()).value()[shown.index()], merged.value[i]);
                i++;
            }
            i += i < merged.count && StaleMarker.is(merged.value[i]) ? 1 : 0;
            assertEquals(merged.count, i, "samples");
        });
    }

    @Test
    void timesRiseAndSamplesOfDifferentTwinsAreHalfAnIntervalApart() {
        Seeds.check(SCRIPTS, random -> {
            FaultScript script = FaultScript.draw(random);
            MergedSamples merged = mergeAll(script);

            SlowMerge slow = new SlowMerge(script.twins(), script.ranks(), script.nowMs());
            for (int i = 1; i < merged.count; i++) {
                assertTrue(merged.timeMs[i] > merged.timeMs[i - 1], "time of sample " + i);
            }
            for (int c = 0; c < merged.changeCount; c++) {
                int at = merged.changeAt[c];
                int before = sampleBefore(merged, at);
                long distance = merged.timeMs[at] - merged.timeMs[before];
                assertTrue(2 * distance >= slow.intervalMs(merged.timeMs[at]), "change at " + merged.timeMs[at]);
            }
        });
    }

    @Test
    void healthyTwinsNeverChangePlacesAndLoseNothing() {
        Seeds.check(SCRIPTS, random -> {
            FaultScript script = FaultScript.drawCalm(random);
            MergedSamples merged = mergeAll(script);

            TwinScript leader = script.twins().stream()
                    .min((a, b) -> a.replica().compareTo(b.replica()))
                    .orElseThrow();
            assertEquals(0, merged.changeCount);
            int first = 0;
            while (merged.timeMs[first] != leader.timeMs()[0]) {
                first++; // only what came more than 1.6 intervals before the leader's first sample
            }
            assertEquals(0, first, "samples before the leader's first");
            assertArrayEquals(
                    Arrays.copyOf(leader.timeMs(), leader.count()), Arrays.copyOf(merged.timeMs, merged.count));
            assertArrayEquals(Arrays.copyOf(leader.value(), leader.count()), Arrays.copyOf(merged.value, merged.count));
        });
    }

    @Test
    void hasAHoleOnlyWhereAllTwinsHaveIt() {
        Seeds.check(SCRIPTS, random -> {
            FaultScript script = FaultScript.draw(random);
            MergedSamples merged = mergeAll(script);

            SlowMerge slow = new SlowMerge(script.twins(), script.ranks(), script.nowMs());
            long before = Long.MIN_VALUE;
            for (int i = 0; i < merged.count; i++) {
                if (StaleMarker.is(merged.value[i])) {
                    continue;
                }
                if (before != Long.MIN_VALUE) {
                    expectNothingToFill(script, slow, before, merged.timeMs[i]);
                }
                before = merged.timeMs[i];
            }
        });
    }

    private static void expectNothingToFill(FaultScript script, SlowMerge slow, long fromMs, long toMs) {
        for (TwinScript twin : script.twins()) {
            for (int k = twin.lastUntil(fromMs) + 1; k < twin.count() && twin.timeMs()[k] < toMs; k++) {
                long timeMs = twin.timeMs()[k];
                long intervalMs = slow.intervalMs(timeMs);
                boolean begun = SlowMerge.window(fromMs) >= SlowMerge.window(timeMs) - 1;
                boolean inHole = 10 * (toMs - (begun ? fromMs : timeMs)) > 16 * intervalMs;
                boolean gaveWay = 2 * (timeMs - fromMs) < intervalMs;
                assertFalse(
                        !twin.isMarker(k) && inHole && !gaveWay,
                        "a hole from " + fromMs + " to " + toMs + " that " + twin.replica() + " fills at " + timeMs);
            }
        }
    }

    @Test
    void noRangeChangesASample() {
        Seeds.check(SCRIPTS, random -> {
            FaultScript script = FaultScript.draw(random);
            if (script.intervalMs() > EXACT_INTERVAL_MS) {
                return;
            }
            whole.begin(script.ranks());
            script.twins().forEach(twin -> add(whole, script.ranks(), twin));
            MergedSamples all = whole.merge(Long.MIN_VALUE, Long.MAX_VALUE, script.nowMs());
            long[] ends = spanOf(script);
            for (int round = 0; round < 4; round++) {
                long fromMs = ends[0] + random.nextLong(ends[1] - ends[0]);
                long toMs = fromMs + random.nextLong(1_200_000);
                String part = text(mergeRead(script, fromMs, toMs), fromMs, toMs);
                assertEquals(text(all, fromMs, toMs), part, "from " + fromMs + " to " + toMs);
            }
        });
    }

    @Test
    void piecesMakeTheWhole() {
        Seeds.check(SCRIPTS / 4, random -> {
            FaultScript script = FaultScript.draw(random);
            if (script.intervalMs() > EXACT_INTERVAL_MS) {
                return;
            }
            long[] ends = spanOf(script);
            StringBuilder pieces = new StringBuilder();
            for (long fromMs = ends[0]; fromMs <= ends[1]; ) {
                long toMs = fromMs + random.nextLong(900_000);
                pieces.append(samples(mergeRead(script, fromMs, toMs)));
                fromMs = toMs + 1;
            }
            assertEquals(samples(mergeAll(script)), pieces.toString());
        });
    }

    @Test
    void theOrderInWhichTwinsComeDoesNotMatter() {
        Seeds.check(SCRIPTS / 4, random -> {
            FaultScript script = FaultScript.draw(random);
            String merged = text(mergeAll(script), Long.MIN_VALUE, Long.MAX_VALUE);
            List<TwinScript> others = script.twins().reversed();
            merge.begin(script.ranks());
            others.forEach(twin -> add(merge, script.ranks(), twin));
            MergedSamples again = merge.merge(Long.MIN_VALUE, Long.MAX_VALUE, script.nowMs());
            assertEquals(merged, text(again, Long.MIN_VALUE, Long.MAX_VALUE));
        });
    }

    @Test
    void isStaleFromTheFirstMomentAtWhichAllTwinsAre() {
        Seeds.check(SCRIPTS, random -> {
            FaultScript script = FaultScript.draw(random);
            MergedSamples merged = mergeAll(script);
            SlowMerge slow = new SlowMerge(script.twins(), script.ranks(), script.nowMs());
            long[] moments = momentsOf(script, slow);
            int i = 0;
            while (i <= merged.count) {
                long lastMs = i == 0 ? Long.MIN_VALUE : merged.timeMs[i - 1];
                boolean marked = i < merged.count && StaleMarker.is(merged.value[i]);
                int next = marked ? i + 1 : i;
                long nextMs = next < merged.count ? merged.timeMs[next] : script.nowMs() + 1;
                Long expected = firstStale(script, slow, moments, lastMs, nextMs);
                assertEquals(expected, marked ? (Long) merged.timeMs[i] : null, "stale behind " + lastMs);
                i = next + 1;
            }
        });
    }

    /** All moments at which the twins may fall silent, sorted; none where there is no marker at all. */
    private static long[] momentsOf(FaultScript script, SlowMerge slow) {
        LongStream.Builder moments = LongStream.builder();
        boolean marked = false;
        for (TwinScript twin : script.twins()) {
            for (int i = 0; i < twin.count(); i++) {
                long timeMs = twin.timeMs()[i];
                marked |= twin.isMarker(i);
                moments.add(timeMs).add(timeMs + 1);
                for (long w = SlowMerge.window(timeMs); w < SlowMerge.window(timeMs) + 4; w++) {
                    moments.add(w * 300_000);
                    moments.add(timeMs + 16 * slow.intervalMs(w * 300_000) / 10 + 1);
                }
            }
        }
        return marked ? moments.build().sorted().toArray() : new long[0];
    }

    private static Long firstStale(FaultScript script, SlowMerge slow, long[] moments, long lastMs, long nextMs) {
        int at = Arrays.binarySearch(moments, lastMs);
        for (int i = at < 0 ? -at - 1 : at; i < moments.length && moments[i] < nextMs; i++) {
            long moment = moments[i];
            if (moment > lastMs
                    && moment <= script.nowMs()
                    && slow.silent(moment)
                    && ended(script, slow, lastMs, moment)) {
                return moment;
            }
        }
        return null;
    }

    /** Whether a twin's last word is a marker, no older than 1.6 intervals when the last sample was shown. */
    private static boolean ended(FaultScript script, SlowMerge slow, long lastMs, long momentMs) {
        for (TwinScript twin : script.twins()) {
            int word = twin.lastUntil(momentMs);
            if (word >= 0
                    && twin.isMarker(word)
                    && (lastMs == Long.MIN_VALUE
                            || 10 * (lastMs - twin.timeMs()[word]) <= 16 * slow.intervalMs(lastMs))) {
                return true;
            }
        }
        return false;
    }

    @Test
    void countersGrowByWhatTheTargetCounted() {
        Seeds.check(SCRIPTS, random -> {
            FaultScript script = FaultScript.draw(random);
            MergedSamples merged = mergeAll(script);
            int first = sampleFrom(merged, 0);
            if (first == merged.count) {
                return;
            }
            double grown = 0;
            int last = first;
            int change = 0;
            for (int i = sampleFrom(merged, first + 1); i < merged.count; i = sampleFrom(merged, i + 1)) {
                boolean changes = change < merged.changeCount && merged.changeAt[change] == i;
                double step = merged.value[i] - merged.value[last];
                double growth = changes ? merged.changeIncrease[change] : step < 0 ? merged.value[i] : step;
                assertTrue(growth >= 0, "growth at " + merged.timeMs[i]);
                grown += growth;
                change += changes ? 1 : 0;
                last = i;
            }
            double truth = FaultScript.PER_SECOND * (merged.timeMs[last] - merged.timeMs[first]) / 1000;
            double slack = FaultScript.PER_SECOND * 2 * FaultScript.SKEW_MS / 1000 * (merged.changeCount + 1) + 1e-3;
            assertTrue(grown <= truth + slack, grown + " is more than " + truth);
            if (script.resetMs().length == 0) {
                assertTrue(grown >= truth - slack, grown + " is less than " + truth);
            }
        });
    }

    @Test
    void chunksOfASoleTwinAreWhatTheMergeShows() {
        Seeds.check(SCRIPTS, random -> {
            FaultScript script = FaultScript.draw(random);
            if (script.intervalMs() > EXACT_INTERVAL_MS) {
                return;
            }
            Coverage coverage = new Coverage();
            coverage.begin(script.twins().size());
            for (int t = 0; t < script.twins().size(); t++) {
                TwinScript twin = script.twins().get(t);
                for (int i = 0; i < twin.count(); i++) {
                    coverage.add(t, twin.timeMs()[i], twin.timeMs()[i], true);
                }
            }
            long[] ends = spanOf(script);
            for (int round = 0; round < 8; round++) {
                long fromMs = ends[0] + random.nextLong(ends[1] - ends[0]);
                long toMs = fromMs + random.nextLong(600_000);
                int sole = coverage.soleTwin(fromMs, toMs);
                MergedSamples merged = mergeRead(script, fromMs, toMs);
                if (sole >= 0) {
                    TwinScript own = script.twins().get(sole).between(fromMs, toMs);
                    assertEquals(samples(own.timeMs(), own.value(), own.count()), samples(merged));
                } else if (sole == Coverage.NONE) {
                    assertEquals(0, merged.count);
                }
            }
        });
    }

    private MergedSamples mergeAll(FaultScript script) {
        merge.begin(script.ranks());
        script.twins().forEach(twin -> add(merge, script.ranks(), twin));
        return merge.merge(Long.MIN_VALUE, Long.MAX_VALUE, script.nowMs());
    }

    /** Merges a range out of what a select reads for it: twins that have nothing there do not come at all. */
    private MergedSamples mergeRead(FaultScript script, long fromMs, long toMs) {
        merge.begin(script.ranks());
        for (TwinScript twin : script.twins()) {
            TwinScript read = twin.between(ReplicaWindow.readFromMs(fromMs), ReplicaWindow.readToMs(toMs));
            if (read.count() > 0) {
                add(merge, script.ranks(), read);
            }
        }
        return merge.merge(fromMs, toMs, script.nowMs());
    }

    private static void add(TwinMerge to, Ranks ranks, TwinScript twin) {
        to.add(ranks.replica(twin.replica()), twin.timeMs(), twin.value(), null, twin.count());
    }

    private static int sampleFrom(MergedSamples merged, int index) {
        int i = index;
        while (i < merged.count && StaleMarker.is(merged.value[i])) {
            i++;
        }
        return i;
    }

    private static int sampleBefore(MergedSamples merged, int index) {
        int i = index - 1;
        while (StaleMarker.is(merged.value[i])) {
            i--;
        }
        return i;
    }

    private static long[] spanOf(FaultScript script) {
        long from = Long.MAX_VALUE;
        long to = Long.MIN_VALUE;
        for (TwinScript twin : script.twins()) {
            if (twin.count() > 0) {
                from = Math.min(from, twin.timeMs()[0]);
                to = Math.max(to, twin.timeMs()[twin.count() - 1]);
            }
        }
        return from > to ? new long[] {0, 1} : new long[] {from, to + 700_000};
    }

    /** Samples in the range, and changes of twin at all but the first of them. */
    private static String text(MergedSamples merged, long fromMs, long toMs) {
        StringBuilder text = new StringBuilder();
        boolean first = true;
        int change = 0;
        for (int i = 0; i < merged.count; i++) {
            while (change < merged.changeCount && merged.changeAt[change] < i) {
                change++;
            }
            if (merged.timeMs[i] < fromMs || merged.timeMs[i] > toMs) {
                continue;
            }
            text.append(merged.timeMs[i]).append(' ').append(Double.doubleToRawLongBits(merged.value[i]));
            if (!first && change < merged.changeCount && merged.changeAt[change] == i) {
                text.append(" grew by ").append(merged.changeIncrease[change]).append(merged.changeReset[change]);
            }
            text.append('\n');
            first &= StaleMarker.is(merged.value[i]);
        }
        return text.toString();
    }

    private static String samples(MergedSamples merged) {
        return samples(merged.timeMs, merged.value, merged.count);
    }

    private static String samples(long[] timeMs, double[] value, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(timeMs[i])
                    .append(' ')
                    .append(Double.doubleToRawLongBits(value[i]))
                    .append('\n');
        }
        return text.toString();
    }
}
