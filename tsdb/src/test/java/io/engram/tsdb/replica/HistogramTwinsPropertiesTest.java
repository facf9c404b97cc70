package io.engram.tsdb.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.StaleMarker;
import io.engram.model.histogram.Histogram;
import io.engram.model.histogram.Histogram.FloatCounts;
import io.engram.model.histogram.Histogram.IntegerCounts;
import io.engram.model.histogram.ResetHint;
import io.engram.model.testing.Seeds;
import io.engram.tsdb.replica.FaultScript.TwinScript;
import io.engram.tsdb.replica.SlowMerge.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * The merge's contract where the twins of the fault scripts count native histograms, all the time or with floats between: the
 * same samples are shown as if they were floats.
 */
class HistogramTwinsPropertiesTest {
    private static final int SCRIPTS = Integer.getInteger("engram.test.fault-scripts", 10_000) / 4;

    private final TwinMerge merge = new TwinMerge(); // one for all: nothing may stay behind from series to series
    private final TwinMerge part = new TwinMerge();

    /** A fault script, and what stands in place of its floats; null where they stay. */
    private record Script(FaultScript floats, List<Histogram[]> histograms) {
        static Script draw(SplittableRandom random) {
            FaultScript floats = FaultScript.draw(random);
            double share = random.nextBoolean() ? 1 : random.nextDouble();
            boolean gauges = random.nextInt(4) == 0;
            boolean integers = random.nextBoolean();
            List<Histogram[]> histograms = new ArrayList<>();
            for (TwinScript twin : floats.twins()) {
                histograms.add(histograms(twin, share, gauges, integers, random));
            }
            return new Script(floats, histograms);
        }

        private static Histogram[] histograms(
                TwinScript twin, double share, boolean gauges, boolean integers, SplittableRandom random) {
            Histogram[] made = new Histogram[twin.count()];
            double before = Double.NaN;
            for (int i = 0; i < made.length; i++) {
                double value = twin.value()[i];
                ResetHint hint = gauges
                        ? ResetHint.GAUGE
                        : value < before ? ResetHint.RESET : value >= before ? ResetHint.NOT_RESET : ResetHint.UNKNOWN;
                made[i] = random.nextDouble() < share ? histogram(value, hint, integers) : null;
                before = twin.isMarker(i) ? before : value;
            }
            return made;
        }

        private static Histogram histogram(double value, ResetHint hint, boolean integers) {
            double count = StaleMarker.is(value) ? 0 : Math.floor(value);
            return new Histogram(
                    hint,
                    0,
                    1e-128,
                    value,
                    integers
                            ? new IntegerCounts((long) count, 0, new long[] {(long) count}, new long[0])
                            : new FloatCounts(count, 0, new double[] {count}, new double[0]),
                    new int[] {3, 1},
                    new int[0],
                    new double[0]);
        }

        MergedSamples merge(TwinMerge with, long fromMs, long toMs) {
            with.begin(floats.ranks());
            for (int t = 0; t < histograms.size(); t++) {
                TwinScript twin = floats.twins().get(t);
                with.add(
                        floats.ranks().replica(twin.replica()),
                        twin.timeMs(),
                        twin.value(),
                        histograms.get(t),
                        twin.count());
            }
            return with.merge(fromMs, toMs, floats.nowMs());
        }
    }

    @Test
    void areShownWhereFloatsWouldBe() {
        Seeds.check(SCRIPTS, random -> {
            Script script = Script.draw(random);
            MergedSamples merged = script.merge(merge, Long.MIN_VALUE, Long.MAX_VALUE);

            FaultScript floats = script.floats();
            int i = 0;
            Shown before = null;
            for (Shown shown : new SlowMerge(floats.twins(), floats.ranks(), floats.nowMs()).merge()) {
                i += i < merged.count && isMarker(merged, i) ? 1 : 0;
                assertTrue(i < merged.count, "has no sample at " + shown.timeMs());
                assertEquals(shown.timeMs(), merged.timeMs[i], "time of sample " + i);
                Histogram stored = script.histograms().get(shown.twin())[shown.index()];
                Histogram found = merged.hasHistograms ? merged.histogram[i] : null;
                if (stored == null) {
                    assertSame(null, found, "sample " + i);
                    assertEquals(floats.twins().get(shown.twin()).value()[shown.index()], merged.value[i]);
                } else if (before != null
                        && stored.resetHint() != ResetHint.GAUGE
                        && !isNext(floats.twins().get(shown.twin()), before, shown)) {
                    assertTrue(stored.sameAs(found), "sample " + i);
                    assertEquals(ResetHint.UNKNOWN, found.resetHint(), "not behind its own one before, sample " + i);
                } else {
                    assertSame(stored, found, "sample " + i);
                }
                before = shown;
                i++;
            }
            i += i < merged.count && isMarker(merged, i) ? 1 : 0;
            assertEquals(merged.count, i, "samples");
        });
    }

    /** Whether a sample follows one of the same twin that was its last: only then is known what its hint compares it with. */
    private static boolean isNext(TwinScript twin, Shown before, Shown shown) {
        int own = shown.index() - 1;
        while (own >= 0 && twin.isMarker(own)) {
            own--;
        }
        return before.twin() == shown.twin() && before.index() == own;
    }

    @Test
    void looksTheSameWhateverRangeIsAskedFor() {
        Seeds.check(SCRIPTS, random -> {
            Script script = Script.draw(random);
            MergedSamples all = script.merge(merge, Long.MIN_VALUE, Long.MAX_VALUE);
            if (all.count == 0) {
                return;
            }
            long fromMs = all.timeMs[random.nextInt(all.count)] + random.nextInt(-1, 2);
            long toMs = fromMs + random.nextLong(1_200_000);
            MergedSamples some = script.merge(part, fromMs, toMs);

            int first = 0;
            while (first < all.count && all.timeMs[first] < fromMs) {
                first++;
            }
            for (int i = 0; i < some.count; i++) {
                assertEquals(all.timeMs[first + i], some.timeMs[i]);
                assertEquals(text(all, first + i), text(some, i), "at " + some.timeMs[i]);
            }
            boolean atEnd = first + some.count == all.count;
            assertTrue(atEnd || all.timeMs[first + some.count] > toMs, "samples up to " + toMs + " are missing");
        });
    }

    /** Markers come out as floats, whatever they were. */
    private static boolean isMarker(MergedSamples merged, int i) {
        boolean histogram = merged.hasHistograms && merged.histogram[i] != null;
        assertNotEquals(true, histogram && merged.histogram[i].isStale(), "a stale histogram is shown");
        return !histogram && StaleMarker.is(merged.value[i]);
    }

    private static String text(MergedSamples merged, int i) {
        Histogram histogram = merged.hasHistograms ? merged.histogram[i] : null;
        return histogram == null
                ? Long.toHexString(Double.doubleToRawLongBits(merged.value[i]))
                : histogram.resetHint() + " " + Long.toHexString(Double.doubleToRawLongBits(histogram.sum()));
    }
}
