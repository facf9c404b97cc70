package io.engram.distributor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.Seeds;
import io.engram.model.testing.TestLimits;
import io.engram.model.write.WriteBatch;
import io.engram.proto.remote.v2.Request;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class KnownRefsTest {
    private final long[] hi = new long[1];
    private final long[] lo = new long[1];
    private final int[] placement = new int[1];

    @Test
    void findsWhatWasAddedAndNothingElse() {
        KnownRefs known = new KnownRefs(1 << 20);
        known.add(5, 0x7_0000_0003L, 11, 12, -13);
        assertTrue(found(known, 5, 0x7_0000_0003L));
        assertEquals(11, hi[0]);
        assertEquals(12, lo[0]);
        assertEquals(-13, placement[0]);
        assertFalse(found(known, 5, 0x6_0000_0003L), "another lower word");
        assertFalse(found(known, 6, 0x7_0000_0003L));
    }

    @Test
    void isBoundedAndKeepsWhatIsAskedFor() {
        KnownRefs known = new KnownRefs(1 << 17);
        known.add(1, 1, 1, 1, 1);
        Seeds.check(1, random -> {
            for (int i = 0; i < 100_000; i++) {
                known.add(random.nextLong() | 2, random.nextLong(), 0, 0, 0);
                assertTrue(found(known, 1, 1), "asked for all the time");
            }
        });
        assertTrue(known.slots() * 40L * 2 <= 1 << 17);
    }

    @Test
    void findsManyInAnyOrder() {
        Seeds.check(50, random -> {
            KnownRefs known = new KnownRefs(1 << 20);
            int count = 1 + random.nextInt(1_500); // two generations, the first as small as they begin
            long[] keyHi = random.longs(count).map(key -> key | 1).toArray();
            long[] keyLo = random.longs(count).toArray();
            for (int i = 0; i < count; i++) {
                known.add(keyHi[i], keyLo[i], i, -i, i);
            }
            // Runs of neighbours, as senders cut their requests, and strangers among them.
            int[] asked = new int[count];
            for (int k = 0, i = 0; k < count; k++) {
                i = random.nextInt(10) == 0 ? random.nextInt(-1, count) : Math.min(i + 1, count - 1);
                asked[k] = i;
            }
            long[] askedHi =
                    Arrays.stream(asked).mapToLong(i -> i < 0 ? 2 : keyHi[i]).toArray();
            long[] askedLo =
                    Arrays.stream(asked).mapToLong(i -> i < 0 ? 2 : keyLo[i]).toArray();
            long[] foundHi = new long[count];
            int[] placements = new int[count];
            int[] missed = new int[count];
            int missedCount = known.find(askedHi, askedLo, count, foundHi, new long[count], placements, missed);
            assertEquals(Arrays.stream(asked).filter(i -> i < 0).count(), missedCount);
            for (int k = 0; k < count; k++) {
                if (asked[k] >= 0) {
                    assertEquals(asked[k], foundHi[k]);
                    assertEquals(asked[k], placements[k]);
                }
            }
        });
    }

    private boolean found(KnownRefs known, long keyHi, long keyLo) {
        return known.find(new long[] {keyHi}, new long[] {keyLo}, 1, hi, lo, placement, new int[1]) == 0;
    }

    @Test
    void knownSeriesComeWithoutLabelsAndWithTheSameFingerprints() {
        Seeds.check(200, random -> {
            Decoding decoding = new Decoding();
            Request request = afterTheEpoch(RandomRequests2.request(random));
            WriteBatch batch = decoding.context.batch;
            decoding.decode(request);
            int count = batch.seriesCount;
            long[] hi = Arrays.copyOf(batch.fingerprintHi, count);
            long[] lo = Arrays.copyOf(batch.fingerprintLo, count);
            int[] placement = Arrays.copyOf(batch.placement, count);
            long[] timestampMs = Arrays.copyOf(batch.timestampMs, batch.sampleCount);

            decoding.decodeAndKnow(request);
            decoding.decodeAndKnow(request);

            assertEquals(count, batch.seriesCount);
            for (int i = 0; i < count; i++) {
                assertEquals(0, batch.labelLength[i]);
            }
            assertArrayEquals(hi, Arrays.copyOf(batch.fingerprintHi, count));
            assertArrayEquals(lo, Arrays.copyOf(batch.fingerprintLo, count));
            assertArrayEquals(placement, Arrays.copyOf(batch.placement, count));
            assertArrayEquals(timestampMs, Arrays.copyOf(batch.timestampMs, batch.sampleCount));
        });
    }

    @Test
    void otherSymbolTablesWithTheSameStringsMakeTheSameKeys() throws Exception {
        Decoding decoding = new Decoding();
        Request request = afterTheEpoch(RandomRequests2.request(Seeds.random()));
        decoding.decodeAndKnow(request);
        // One symbol more in front of all: every reference is another number.
        Request.Builder shifted =
                request.toBuilder().clearSymbols().addSymbols("").addSymbols("another");
        request.getSymbolsList().stream().skip(1).forEach(shifted::addSymbols);
        shifted.getTimeseriesBuilderList().forEach(series -> {
            for (int i = 0; i < series.getLabelsRefsCount(); i++) {
                series.setLabelsRefs(i, series.getLabelsRefs(i) == 0 ? 0 : series.getLabelsRefs(i) + 1);
            }
            series.clearMetadata().clearExemplars();
        });
        decoding.decodeAndKnow(shifted.build());
        WriteBatch batch = decoding.context.batch;
        assertTrue(batch.seriesCount > 0);
        for (int i = 0; i < batch.seriesCount; i++) {
            assertEquals(0, batch.labelLength[i]);
        }
    }

    @Test
    void otherLimitsAreAnotherKey() throws Exception {
        Decoding decoding = new Decoding();
        Request request = RandomRequests2.of(RandomRequests.request(Seeds.random(), 3));
        decoding.decodeAndKnow(request);
        decoding.limits = TestLimits.with(Map.of("maxLabelsPerSeries", 1));
        decoding.knownSalt = 8;
        decoding.decodeAndKnow(request);
        assertTrue(!decoding.context.refusals.none(), "limits that hold now are looked at");
    }

    /** Negative times take ten bytes, and the slow path. */
    private static Request afterTheEpoch(Request request) {
        Request.Builder later = request.toBuilder();
        later.getTimeseriesBuilderList().forEach(series -> series.getSamplesBuilderList()
                .forEach(sample -> sample.setTimestamp(1 + Math.abs(sample.getTimestamp()))));
        return later.build();
    }
}
