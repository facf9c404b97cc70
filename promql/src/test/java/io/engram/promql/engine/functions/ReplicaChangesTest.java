package io.engram.promql.engine.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.testing.Seeds;
import io.engram.promql.storage.SampleColumns;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Functions of counters over samples of several replicas: each replica counts from a value of its own, so that samples jump
 * where the replica changes. The functions must see what the counter did, and nothing of the jumps.
 */
class ReplicaChangesTest {
    private static final long LOOKBACK_MS = 300_000;

    /** What a counter did, as one replica saw it. */
    private static SampleColumns counter(SplittableRandom random) {
        SampleColumns in = new SampleColumns();
        int n = random.nextInt(2, 300);
        long t = 0;
        double v = random.nextInt(100);
        for (int i = 0; i < n; i++) {
            t += 1 + random.nextInt(20_000);
            v = random.nextInt(40) == 0 ? random.nextInt(5) : v + random.nextInt(10);
            in.add(t, v);
        }
        return in;
    }

    /** The same, from replica to replica. */
    private static SampleColumns ofReplicas(SplittableRandom random, SampleColumns counter) {
        SampleColumns in = new SampleColumns();
        double from = 0;
        for (int i = 0; i < counter.size; i++) {
            if (i > 0 && random.nextInt(15) == 0) {
                from = random.nextInt(1_000_000);
                in.addChange(i, CounterSteps.growth(counter, i), CounterSteps.reset(counter, i));
            }
            in.add(counter.timestampMs[i], counter.value[i] + from);
            if (in.changeCount > 0 && in.changeAt[in.changeCount - 1] != i && CounterSteps.reset(counter, i)) {
                from = 0; // a counter that is reset begins at 0, whoever looks
                in.value[i] = counter.value[i];
            }
        }
        return in;
    }

    private static void equal(RangeFunction.Factory function, SampleColumns a, SampleColumns b, Windows windows) {
        Row expected = new Row(windows.steps());
        Row actual = new Row(windows.steps());
        function.create().apply(a, windows, expected);
        function.create().apply(b, windows, actual);
        for (int step = 0; step < windows.steps(); step++) {
            assertEquals(expected.has(step), actual.has(step), "presence at step " + step);
            if (expected.has(step)) {
                assertEquals(expected.value[step], actual.value[step], 1e-6, "step " + step);
            }
        }
    }

    @Test
    void areNoGrowthAndNoReset() {
        Seeds.check(300, random -> {
            SampleColumns counter = counter(random);
            SampleColumns replicas = ofReplicas(random, counter);
            Windows windows = new Windows(
                    100,
                    random.nextLong(300_000),
                    1 + random.nextInt(40_000),
                    0,
                    false,
                    0,
                    1 + random.nextInt(400_000));
            equal(() -> OverTime.lastTwo(true), counter, replicas, windows);
            equal(() -> OverTime.transitions(true, false, LOOKBACK_MS), counter, replicas, windows);
            equal(() -> OverTime.transitions(true, true, LOOKBACK_MS), counter, replicas, windows);
            for (boolean perSecond : new boolean[] {false, true}) {
                for (boolean smoothed : new boolean[] {false, true}) {
                    equal(() -> new ExtendedRate(smoothed, LOOKBACK_MS, true, perSecond), counter, replicas, windows);
                }
            }
        });
    }

    /** The values themselves do jump: for gauges a change of replica is nothing special. */
    @Test
    void areDifferencesToFunctionsOfGauges() {
        SampleColumns in = new SampleColumns();
        in.add(1000, 1);
        in.add(2000, 100);
        in.addChange(1, 1, false);
        Windows windows = new Windows(1, 2000, 1, 0, false, 0, 2000);
        Row delta = new Row(1);
        new Rate(false, false).apply(in, windows, delta);
        assertEquals(198, delta.value[0]);
        Row idelta = new Row(1);
        OverTime.lastTwo(false).apply(in, windows, idelta);
        assertEquals(99, idelta.value[0]);
    }
}
