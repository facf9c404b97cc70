package io.engram.model.histogram;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.histogram.Histogram.FloatCounts;
import io.engram.model.histogram.Histogram.IntegerCounts;
import io.engram.model.testing.HistogramText;
import io.engram.model.testing.RandomHistograms;
import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HistogramRulesTest {
    private static final int[] GOLDEN_LIMITS = {2, 10};

    @Test
    void refusesWhatPrometheusRefusesInItsWords() throws IOException {
        for (String[] line : golden()) {
            Histogram h = HistogramText.parse(line[0]);
            if (line[1].equals("valid")) {
                assertEquals("valid", verdict(h), line[0]);
            } else if (h.schema() <= Histogram.MAX_SCHEMA) {
                assertEquals(line[1], verdict(h), line[0]);
            } else { // reduced first: Prometheus then says less about where the mistake is
                assertThrows(InvalidHistogram.class, () -> HistogramRules.admit(h), line[0]);
            }
        }
    }

    @Test
    void lowersTheResolutionAsPrometheusDoes() throws Exception {
        for (String[] line : golden()) {
            if (!line[1].equals("valid")) {
                continue;
            }
            Histogram admitted = HistogramRules.admit(HistogramText.parse(line[0]));
            for (int i = 0; i < GOLDEN_LIMITS.length; i++) {
                Histogram limited = HistogramRules.limitBuckets(admitted, GOLDEN_LIMITS[i]);
                String where = line[0] + " limited to " + GOLDEN_LIMITS[i];
                String expected = line[2 + i].equals("same") ? line[0] : line[2 + i];
                if (expected.equals("refused") || limited == null || limited != admitted) {
                    assertEquals(expected, limited == null ? "refused" : HistogramText.of(limited), where);
                } else { // spans may have been put right
                    assertTrue(HistogramText.parse(expected).sameAs(limited), where);
                }
            }
        }
    }

    @Test
    void loweringKeepsCountSumAndZeroBucket() {
        Seeds.check(2000, random -> {
            Histogram h = HistogramRules.admit(RandomHistograms.next(random));
            int limit = 1 + random.nextInt(12);
            Histogram limited = HistogramRules.limitBuckets(h, limit);
            if (h.bucketCount() <= limit) {
                assertSame(h, limited);
                return;
            }
            if (limited == null) {
                assertTrue(h.schema() == Histogram.CUSTOM_SCHEMA
                        || HistogramRules.limitBuckets(h, limit + 1) == null
                        || HistogramRules.limitBuckets(h, limit + 1).bucketCount() == limit + 1);
                return;
            }
            assertTrue(limited.bucketCount() <= limit);
            assertTrue(limited.sameAs(HistogramRules.admit(limited))); // still valid: the total is that of the buckets
            assertEquals(h.sum(), limited.sum());
            assertEquals(h.zeroThreshold(), limited.zeroThreshold());
            assertEquals(h.resetHint(), limited.resetHint());
            switch (h.counts()) {
                case IntegerCounts c -> {
                    IntegerCounts d = (IntegerCounts) limited.counts();
                    assertEquals(c.count(), d.count());
                    assertEquals(c.zeroCount(), d.zeroCount());
                    assertEquals(
                            LongStream.of(c.positive()).sum(),
                            LongStream.of(d.positive()).sum());
                }
                case FloatCounts c -> {
                    FloatCounts d = (FloatCounts) limited.counts();
                    assertEquals(c.count(), d.count());
                    assertEquals(c.zeroCount(), d.zeroCount());
                    assertEquals(
                            Arrays.stream(c.negative()).sum(),
                            Arrays.stream(d.negative()).sum(),
                            1e-9);
                }
            }
        });
    }

    @Test
    void oneStepJoinsPairsOfBuckets() throws InvalidHistogram {
        Histogram h = exponential(1, new int[] {-2, 5, 1, 1}, 1, 2, 4, 8, 16, 32);
        Histogram reduced = Resolution.reduce(h, 0);
        // indexes -2 -1 0 1 2 4: pairs (-3, -2) (-1, 0) (1, 2) (3, 4)
        assertArrayEquals(new int[] {-1, 4}, reduced.positiveSpans());
        assertArrayEquals(new long[] {1, 6, 24, 32}, ((IntegerCounts) reduced.counts()).positive());
    }

    @Test
    void customBoundsCannotBeLowered() throws InvalidHistogram {
        Histogram h = new Histogram(
                ResetHint.UNKNOWN,
                Histogram.CUSTOM_SCHEMA,
                0,
                3,
                new IntegerCounts(3, 0, new long[] {1, 1, 1}, new long[0]),
                new int[] {0, 3},
                new int[0],
                new double[] {1, 2});
        assertSame(h, HistogramRules.admit(h));
        assertSame(h, HistogramRules.limitBuckets(h, 3));
        assertNull(HistogramRules.limitBuckets(h, 2));
    }

    @Test
    void coarsestSchemaIsTheFloor() throws InvalidHistogram {
        Histogram h = exponential(-4, new int[] {0, 3}, 1, 1, 1);
        assertNull(HistogramRules.limitBuckets(HistogramRules.admit(h), 2));
    }

    @Test
    void finerSchemasThanAreStoredAreReduced() throws InvalidHistogram {
        Histogram h = exponential(10, new int[] {1, 8}, 1, 1, 1, 1, 1, 1, 1, 1);
        Histogram admitted = HistogramRules.admit(h);
        assertEquals(Histogram.MAX_SCHEMA, admitted.schema());
        assertArrayEquals(new int[] {1, 2}, admitted.positiveSpans());
        assertThrows(InvalidHistogram.class, () -> HistogramRules.admit(exponential(53, new int[] {1, 1}, 1)));
        assertThrows(InvalidHistogram.class, () -> HistogramRules.admit(exponential(-5, new int[] {1, 1}, 1)));
    }

    @Test
    void joinedBucketThatOverflowsIsRefused() {
        Histogram h = exponential(3, new int[] {1, 2}, Long.MAX_VALUE, Long.MAX_VALUE);
        assertThrows(InvalidHistogram.class, () -> HistogramRules.limitBuckets(h, 1));
    }

    @Test
    void noLimitStillBoundsMemory() throws InvalidHistogram {
        Histogram h = exponential(8, new int[] {0, 200_000}, new long[200_000]);
        Histogram limited = HistogramRules.limitBuckets(HistogramRules.admit(h), 0);
        assertEquals(6, assertNotNullHistogram(limited).schema());
        assertTrue(limited.bucketCount() <= HistogramRules.MOST_BUCKETS);
    }

    @Test
    void spansBeyondTheBucketsAreLeftOut() throws InvalidHistogram {
        Histogram h = exponential(3, new int[] {-5, 0, 3, 1, 0, 0, 0, 1, 7, 0}, 4, 5);
        Histogram admitted = HistogramRules.admit(h);
        assertArrayEquals(new int[] {-2, 2}, admitted.positiveSpans());
        assertTrue(admitted.sameAs(h));
    }

    @Test
    void tooManyBoundsAreRefusedAsTooManyBuckets() throws InvalidHistogram {
        Histogram h = new Histogram(
                ResetHint.UNKNOWN,
                Histogram.CUSTOM_SCHEMA,
                0,
                0,
                new IntegerCounts(0, 0, new long[0], new long[0]),
                new int[0],
                new int[0],
                IntStream.range(0, HistogramRules.MOST_BUCKETS + 1)
                        .asDoubleStream()
                        .toArray());
        assertNull(HistogramRules.limitBuckets(HistogramRules.admit(h), 0));
    }

    @Test
    void spanOfFourBillionBucketsCostsNothing() {
        Histogram h = exponential(3, new int[] {0, -1}, 1);
        assertThrows(InvalidHistogram.class, () -> HistogramRules.admit(h));
    }

    @Test
    void emptyBucketsDoNotMakeAnotherSample() {
        Histogram h = exponential(0, new int[] {1, 2}, 1, 2);
        assertTrue(h.sameAs(exponential(0, new int[] {0, 2, 0, 3}, 0, 1, 2, 0, 0)));
        assertTrue(h.sameAs(exponential(0, new int[] {1, 1, 0, 0, 0, 1}, 1, 2)));
        assertTrue(!h.sameAs(exponential(0, new int[] {1, 1, 1, 1}, 1, 2)));
        assertTrue(!h.sameAs(exponential(0, new int[] {1, 3}, 1, 1, 1)));
        assertTrue(RandomHistograms.stale(true).sameAs(RandomHistograms.stale(true)));
        assertTrue(!RandomHistograms.stale(true).sameAs(RandomHistograms.stale(false)));
    }

    @Test
    void equalsItselfHoweverItIsWritten() {
        Seeds.check(500, random -> {
            Histogram h = RandomHistograms.next(random);
            assertTrue(h.sameAs(HistogramText.parse(HistogramText.of(h))));
        });
    }

    private static Histogram exponential(int schema, int[] spans, long... counts) {
        return new Histogram(
                ResetHint.UNKNOWN,
                schema,
                0.001,
                12.5,
                new IntegerCounts(LongStream.of(counts).sum() + 2, 2, counts, new long[0]),
                spans,
                new int[0],
                new double[0]);
    }

    private static Histogram assertNotNullHistogram(Histogram h) {
        assertNotNull(h);
        return h;
    }

    private static String verdict(Histogram h) {
        try {
            HistogramRules.admit(h);
            return "valid";
        } catch (InvalidHistogram e) {
            return e.getMessage();
        }
    }

    private static List<String[]> golden() throws IOException {
        try (InputStream in = HistogramRulesTest.class.getResourceAsStream("histograms.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split("\t"))
                    .toList();
        }
    }
}
