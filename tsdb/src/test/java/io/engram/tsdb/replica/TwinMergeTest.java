package io.engram.tsdb.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.StaleMarker;
import io.engram.model.histogram.Histogram;
import io.engram.model.histogram.Histogram.IntegerCounts;
import io.engram.model.histogram.ResetHint;
import io.engram.model.replica.ReplicaNames;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Scenes of a pair that scrapes every 15 seconds, b 7 seconds behind a; times in seconds. */
class TwinMergeTest {
    private static final Ranks RANKS = Ranks.byName(List.of("a", "b"));
    private static final long NOW_MS = 10_000_000;

    private final TwinMerge merge = new TwinMerge();

    @Test
    void fillsAHoleOfTheLeaderWithTheOthersSamples() {
        add("a", 0, 15, 30, /* two missed */ 75, 90);
        add("b", 7, 22, 37, 52, 67, 82);
        // 37 is too close to 30; 75 is 8 seconds behind 67, more than half an interval
        assertEquals("0 15 30 52 67 75 90", times(merge()));
    }

    @Test
    void theReturningLeaderGivesWay() {
        add("a", 0, 15, 30, 75, 90);
        add("b", 12, 27, 42, 57, 72, 87);
        assertEquals("0 15 30 42 57 72 90", times(merge()));
    }

    @Test
    void oneLateScrapeIsNoHole() {
        add("a", 0, 15, 30, 53, 60, 75);
        add("b", 7, 22, 37, 52, 67);
        assertEquals("0 15 30 53 60 75", times(merge()));
    }

    @Test
    void isStaleWhenBothAre() {
        merge.begin(RANKS);
        merge.add(0, ms(0, 15, 30), new double[] {1, 2, StaleMarker.VALUE}, null, 3);
        merge.add(1, ms(7, 22, 37), new double[] {1, 2, StaleMarker.VALUE}, null, 3);
        MergedSamples merged = merge.merge(0, NOW_MS, NOW_MS);
        assertEquals("0 15 37", times(merged)); // 22 comes 7 seconds behind 15
        assertTrue(StaleMarker.is(merged.value[2]));
    }

    @Test
    void oneTwinsMarkerEndsNothing() {
        merge.begin(RANKS);
        merge.add(0, ms(0, 15, 30), new double[] {1, 2, StaleMarker.VALUE}, null, 3);
        merge.add(1, ms(9, 24, 39, 54, 69), new double[] {1, 2, 3, 4, 5}, null, 5);
        MergedSamples merged = merge.merge(0, NOW_MS, NOW_MS);
        assertEquals("0 15 24 39 54 69", times(merged));
    }

    @Test
    void isStaleOnlyWhenTheOtherIsOverdue() {
        merge.begin(RANKS);
        merge.add(0, ms(0, 15, 30), new double[] {1, 2, StaleMarker.VALUE}, null, 3);
        merge.add(1, ms(9, 24), new double[] {1, 2}, null, 2);
        assertEquals("0 15 24 48.001", times(merge.merge(0, NOW_MS, NOW_MS)));
    }

    @Test
    void twinsThatAreMerelyLateAreNotStale() {
        add("a", 0, 15, 30);
        add("b", 7, 22, 37);
        assertEquals("0 15 30", times(merge()));
    }

    @Test
    void aCounterGrowsByWhatTheNewTwinCounted() {
        merge.begin(RANKS);
        merge.add(0, ms(0, 15, 30), new double[] {100, 115, 130}, null, 3);
        merge.add(1, ms(10, 25, 40, 55), new double[] {1_010, 1_025, 1_040, 1_055}, null, 4);
        MergedSamples merged = merge.merge(0, NOW_MS, NOW_MS);
        assertEquals("0 15 30 40 55", times(merged));
        assertEquals(1, merged.changeCount);
        assertEquals(3, merged.changeAt[0]);
        assertEquals(10, merged.changeIncrease[0], 1e-9); // from 30 to 40, between its own 1,025 and 1,040
        assertFalse(merged.changeReset[0]);
    }

    @Test
    void aResetThatTheOldTwinHadNotSeenCountsFromZero() {
        merge.begin(RANKS);
        merge.add(0, ms(0, 15, 30), new double[] {100, 115, 130}, null, 3);
        merge.add(1, ms(10, 25, 40, 55), new double[] {110, 125, 6, 21}, null, 4);
        MergedSamples merged = merge.merge(0, NOW_MS, NOW_MS);
        assertEquals(6, merged.changeIncrease[0], 1e-9);
        assertTrue(merged.changeReset[0]);
        assertEquals(0, merged.undecidableDrops);
    }

    @Test
    void aResetThatTheOldTwinHadSeenCountsFromItsLastValue() {
        merge.begin(RANKS);
        merge.add(0, ms(0, 15, 30), new double[] {100, 115, 4}, null, 3);
        merge.add(1, ms(10, 25, 40, 55), new double[] {110, 125, 14, 29}, null, 4);
        MergedSamples merged = merge.merge(0, NOW_MS, NOW_MS);
        assertEquals("0 15 30 40 55", times(merged));
        assertEquals(10, merged.changeIncrease[0], 1e-9); // both began again at 26
        assertFalse(merged.changeReset[0]);
    }

    @Test
    void withoutASampleOfItsOwnADropIsAReset() {
        merge.begin(RANKS);
        merge.add(0, ms(0, 15, 30), new double[] {100, 115, 130}, null, 3);
        merge.add(1, ms(40, 55), new double[] {8, 23}, null, 2);
        MergedSamples merged = merge.merge(0, NOW_MS, NOW_MS);
        assertEquals(8, merged.changeIncrease[0], 1e-9);
        assertTrue(merged.changeReset[0]);
        assertEquals(1, merged.undecidableDrops);
    }

    @Test
    void theSmallLagOfATwinIsNoReset() {
        merge.begin(RANKS);
        merge.add(0, ms(0, 15, 30), new double[] {100, 115, 130}, null, 3);
        merge.add(1, ms(10, 25, 40, 55), new double[] {90, 105, 120, 135}, null, 4);
        MergedSamples merged = merge.merge(0, NOW_MS, NOW_MS);
        assertEquals(10, merged.changeIncrease[0], 1e-9);
        assertFalse(merged.changeReset[0]);
        assertEquals(1, merged.deniedDrops);
    }

    @Test
    void aHistogramBehindAChangeDoesNotKnowOfResets() {
        Histogram[] a = {histogram(1), histogram(2), histogram(3)};
        Histogram[] b = {histogram(1), histogram(2), histogram(3), histogram(4)};
        merge.begin(RANKS);
        merge.add(0, ms(0, 15, 30), new double[3], a, 3);
        merge.add(1, ms(10, 25, 40, 55), new double[4], b, 4);
        MergedSamples merged = merge.merge(0, NOW_MS, NOW_MS);
        assertTrue(merged.hasHistograms);
        assertSame(a[2], merged.histogram[2]);
        assertEquals(ResetHint.UNKNOWN, merged.histogram[3].resetHint());
        assertTrue(b[2].sameAs(merged.histogram[3]));
        assertSame(b[3], merged.histogram[4]);
        assertTrue(Double.isNaN(merged.changeIncrease[0]));
    }

    @Test
    void disjointShardsDoNotLookAlike() {
        merge.begin(RANKS);
        long[] a = new long[100];
        long[] b = new long[100];
        double[] counter = new double[100];
        double[] other = new double[100];
        Arrays.setAll(a, i -> i * 15_000L);
        Arrays.setAll(b, i -> i * 15_000L + 7_000);
        Arrays.setAll(counter, i -> 10.0 * i);
        Arrays.setAll(other, i -> 5_000 + 3.0 * i);
        merge.add(0, a, counter, null, 100);
        merge.add(1, b, other, null, 100);
        assertFalse(merge.likeness().alike());

        Arrays.setAll(other, i -> 10.0 * i + 4.7);
        merge.begin(RANKS);
        merge.add(0, a, counter, null, 100);
        merge.add(1, b, other, null, 100);
        assertTrue(merge.likeness().alike());
        assertEquals(1, merge.likeness().share());
    }

    /** In the first window nobody has counted a; in the second it stands before the one that was there hours ago. */
    @Test
    void aTwinThatIsFarAwayDoesNotMoveTheRanksOfTheOthers() {
        ActivityCounts counts = new ActivityCounts(1)
                .set("0", 40, 20, 1)
                .set("b", -1, 20, 1)
                .set("b", 0, 20, 1)
                .set("a", 0, 7, 1);
        Ranks ranks = Ranks.of(counts, List.of(), ReplicaWindow.startMs(0), ReplicaWindow.startMs(41));
        long[] b = ms(199, 214, 229, 244, 259, 274, 289, /* one missed */ 319, 334);
        long[] a = ms(208, 223, 238, 253, 268, 283, 298, 313, 328);
        // 319 is too close to 313, and from there to 334 is no hole
        String alone = "199 214 229 244 259 274 289 298 313";
        for (boolean far : List.of(false, true)) {
            merge.begin(ranks);
            merge.add(ranks.replica("b"), b, new double[b.length], null, b.length);
            merge.add(ranks.replica("a"), a, new double[a.length], null, a.length);
            if (far) {
                merge.add(ranks.replica("0"), ms(12_000, 12_015), new double[2], null, 2);
            }
            assertEquals(alone, times(merge.merge(0, 330_000, NOW_MS)));
        }
    }

    @Test
    void aFoldedSeriesGoesOnInTheScrapeInWhichTheTwinsEnd() {
        ActivityCounts counts = new ActivityCounts(1);
        for (int w = -1; w < 3; w++) {
            counts.set("a", w, 5, 1).set("b", w, 5, 1);
        }
        Ranks ranks = Ranks.of(counts, List.of(ReplicaNames.FOLDED), ReplicaWindow.startMs(-1), 800_000);
        merge.begin(ranks);
        merge.add(ranks.replica("a"), ms(19, 79, 139, 199, 259), new double[5], null, 5);
        merge.add(ranks.replica("b"), ms(58, 118, 178, 238, 298), new double[5], null, 5);
        merge.add(ranks.replica(ReplicaNames.FOLDED), ms(319, 379, 439), new double[3], null, 3);
        assertEquals("19 79 139 199 259 319 379 439", times(merge.merge(0, 500_000, 440_000)));
    }

    @Test
    void readsTwoWholeWindowsBeforeAndOneBehind() {
        assertEquals(300_000, ReplicaWindow.readFromMs(1_000_000));
        assertEquals(1_799_999, ReplicaWindow.readToMs(1_200_000));
        assertEquals(Long.MIN_VALUE, ReplicaWindow.readFromMs(Long.MIN_VALUE));
        assertEquals(Long.MAX_VALUE, ReplicaWindow.readToMs(Long.MAX_VALUE));
    }

    private boolean begun;

    private void add(String replica, int... seconds) {
        if (!begun) {
            merge.begin(RANKS);
            begun = true;
        }
        long[] times = ms(seconds);
        merge.add(RANKS.replica(replica), times, new double[times.length], null, times.length);
    }

    private MergedSamples merge() {
        // now is a second behind the last sample of all, so that nobody is late
        return merge.merge(0, NOW_MS, 91_000);
    }

    private static long[] ms(int... seconds) {
        return Arrays.stream(seconds).mapToLong(s -> s * 1_000L).toArray();
    }

    private static String times(MergedSamples merged) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < merged.count; i++) {
            String seconds = String.valueOf(merged.timeMs[i] / 1000.0);
            text.append(i == 0 ? "" : " ")
                    .append(seconds.endsWith(".0") ? seconds.substring(0, seconds.length() - 2) : seconds);
        }
        return text.toString();
    }

    private static Histogram histogram(long count) {
        return new Histogram(
                ResetHint.NOT_RESET,
                0,
                0.001,
                count,
                new IntegerCounts(count, 0, new long[] {count}, new long[0]),
                new int[] {0, 1},
                new int[0],
                new double[0]);
    }
}
