package io.engram.proto.grpc;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.Seeds;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AcknowledgedSeriesTest {
    /** Twice the series that fit: of those that were added last, so many as fit are remembered. */
    @Test
    void remembersTheNewestWithinItsBoundAndNextToNothingElse() {
        Seeds.check(20, random -> {
            AcknowledgedSeries series = new AcknowledgedSeries(1 << 20); // two generations of 2^17 places
            int fit = 1 << 16;
            long[] tags = random.longs(2 * fit).toArray();
            for (long tag : tags) {
                assertFalse(
                        series.contains(tag)); // 32 bits and a place: a chance of one in thousands for the whole test
                series.add(tag);
                assertTrue(series.contains(tag));
            }
            for (int i = tags.length - fit; i < tags.length; i++) {
                assertTrue(series.contains(tags[i]), "lost " + i);
            }
        });
    }

    @Test
    void whatIsAskedForAgainAndAgainStays() {
        Seeds.check(5, random -> {
            AcknowledgedSeries series = new AcknowledgedSeries(1 << 20);
            random.longs(200_000).forEach(series::add); // until it has its full size
            long[] live = random.longs(20_000).toArray();
            for (long tag : live) {
                series.add(tag);
            }
            for (int round = 0; round < 20; round++) {
                random.longs(30_000).forEach(series::add); // series that come and go
                for (long tag : live) {
                    assertTrue(series.contains(tag));
                }
            }
        });
    }

    @Test
    void forgetsAndLearnsAgain() {
        Seeds.check(50, random -> {
            AcknowledgedSeries series = new AcknowledgedSeries(1 << 20);
            long[] tags = random.longs(1_000).toArray();
            tags[0] = 0; // both have a meaning of their own in the table
            tags[1] = 1L << 32;
            Set<Long> known = new HashSet<>();
            for (int i = 0; i < 20_000; i++) {
                long tag = tags[random.nextInt(tags.length)];
                if (random.nextBoolean()) {
                    series.add(tag);
                    known.add(tag);
                } else {
                    series.forget(tag);
                    known.remove(tag);
                }
                assertTrue(series.contains(tag) == known.contains(tag));
            }
        });
    }

    @Test
    void withoutMemoryKnowsNothing() {
        AcknowledgedSeries series = new AcknowledgedSeries(100);
        series.add(7);
        assertFalse(series.contains(7));
    }
}
