package io.engram.tsdb.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.testing.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RecordCodecTest {
    private static final TenantId TENANT = new TenantId("team-a.(prod)");

    private record Sample(int number, long timeMs, long bits) {}

    private static List<Sample> samples(SplittableRandom random, int count) {
        boolean wild = random.nextBoolean();
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            samples.add(
                    wild
                            ? new Sample(random.nextInt(), random.nextLong(), random.nextLong())
                            : new Sample(
                                    i * 3 + random.nextInt(3),
                                    1_700_000_000_000L + random.nextInt(20),
                                    Double.doubleToRawLongBits(random.nextInt(100))));
        }
        return samples;
    }

    private static byte[] encode(SampleRecordEncoder encoder, TenantId tenant, int stripe, List<Sample> samples) {
        encoder.begin(tenant, stripe);
        samples.forEach(s -> encoder.add(s.number(), s.timeMs(), Double.longBitsToDouble(s.bits())));
        assertEquals(samples.size(), encoder.count());
        int length = encoder.finish();
        return Arrays.copyOf(encoder.bytes(), length);
    }

    private static List<Sample> decoded(SampleRecordDecoder decoder) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < decoder.count(); i++) {
            samples.add(new Sample(
                    decoder.seriesNumbers()[i],
                    decoder.timestampsMs()[i],
                    Double.doubleToRawLongBits(decoder.values()[i])));
        }
        return samples;
    }

    @Test
    void samplesComeBackBitForBit() {
        SampleRecordDecoder decoder = new SampleRecordDecoder();
        SampleRecordEncoder plain = new SampleRecordEncoder();
        SampleRecordEncoder compressing = new SampleRecordEncoder(100);
        Seeds.check(200, random -> {
            List<Sample> samples = samples(random, random.nextInt(2000));
            TenantId tenant = random.nextBoolean() ? TENANT : TenantId.ANONYMOUS;
            int stripe = random.nextInt(16);
            SampleRecordEncoder encoder = random.nextBoolean() ? plain : compressing;
            byte[] record = encode(encoder, tenant, stripe, samples);
            byte[] inside = new byte[record.length + 20];
            System.arraycopy(record, 0, inside, 13, record.length);
            assertEquals(RecordType.SAMPLES, RecordType.of(inside, 13, record.length));
            decoder.decode(inside, 13, record.length);
            assertEquals(tenant, decoder.tenant());
            assertEquals(stripe, decoder.stripe());
            assertEquals(samples, decoded(decoder));
        });
    }

    @Test
    void aScrapeTakesElevenBytesASampleAndLessCompressed() {
        List<Sample> scrape = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            scrape.add(new Sample(i * 4, 1_700_000_000_000L, Double.doubleToRawLongBits(i % 50)));
        }
        int plain = encode(new SampleRecordEncoder(), TENANT, 3, scrape).length;
        assertTrue(plain < 10_050, "took " + plain);
        int compressed = encode(new SampleRecordEncoder(1000), TENANT, 3, scrape).length;
        assertTrue(compressed < plain / 2, "took " + compressed);
    }

    @Test
    void aSampleRecordCutAnywhereIsRefused() {
        List<Sample> samples = samples(Seeds.random(), 50);
        for (int compressFrom : new int[] {1, Integer.MAX_VALUE}) {
            byte[] record = encode(new SampleRecordEncoder(compressFrom), TENANT, 3, samples);
            SampleRecordDecoder decoder = new SampleRecordDecoder();
            for (int cut = 0; cut < record.length; cut++) {
                int length = cut;
                assertThrows(CorruptRecord.class, () -> decoder.decode(record, 0, length), "cut at " + cut);
                assertEquals(0, decoder.count());
            }
        }
    }

    @Test
    void changedSampleRecordsAreRefusedOrStayWithinTheirBounds() {
        SampleRecordDecoder decoder = new SampleRecordDecoder();
        Seeds.check(3000, random -> {
            int compressFrom = random.nextInt(4) == 0 ? 1 : Integer.MAX_VALUE;
            byte[] record = encode(new SampleRecordEncoder(compressFrom), TENANT, 3, samples(random, 40));
            change(random, record);
            try {
                decoder.decode(record, 0, record.length);
                assertTrue(decoder.count() <= 40 * 18 / 10 + 10, "count " + decoder.count());
            } catch (CorruptRecord e) {
                assertTrue(e.offset() >= 0);
                assertTrue(e.getMessage().contains("expected"), e.getMessage());
            }
        });
    }

    private static void change(SplittableRandom random, byte[] record) {
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            int at = random.nextInt(Math.min(record.length, random.nextBoolean() ? 30 : record.length));
            record[at] = random.nextBoolean() ? (byte) 0xff : (byte) random.nextInt();
        }
    }

    /** Writes what a decoder says as lines of text. */
    private static final class Lines implements SeriesRecordDecoder.Visitor {
        final List<String> lines = new ArrayList<>();

        @Override
        public void tenant(TenantId tenant) {
            lines.add("tenant " + tenant);
        }

        @Override
        public void pair(int id, byte[] bytes, int name, int nameLength, int value, int valueLength) {
            lines.add("pair " + id + " " + new String(bytes, name, nameLength, StandardCharsets.UTF_8) + "="
                    + new String(bytes, value, valueLength, StandardCharsets.UTF_8));
        }

        @Override
        public void series(int number, long high, long low, int[] pairIds, int count) {
            lines.add(
                    "series " + number + " " + high + " " + low + " " + Arrays.toString(Arrays.copyOf(pairIds, count)));
        }
    }

    private static byte[] encodeSeries(SeriesRecordEncoder encoder, SplittableRandom random, Lines expected) {
        encoder.begin(TENANT);
        expected.tenant(TENANT);
        boolean wild = random.nextBoolean();
        int number = wild ? random.nextInt() : random.nextInt(1000);
        int nextId = wild ? random.nextInt() : 0;
        int series = 0;
        for (int i = random.nextInt(60); i > 0; i--) {
            if (random.nextBoolean()) {
                byte[] text = ("xna\u00efme" + i + "v\ud83d\ude00" + random.nextInt()).getBytes(StandardCharsets.UTF_8);
                int split = random.nextInt(1, 3);
                encoder.pair(nextId, text, 1, split, text, split, text.length - split);
                expected.pair(nextId++, text, 1, split, split, text.length - split);
            }
            int[] ids = random.ints(random.nextInt(40), 0, Math.max(1, nextId + 1 > 0 ? nextId + 1 : 1))
                    .map(id -> wild ? id * 0x9e37_79b9 : id)
                    .toArray();
            number = wild ? random.nextInt() : number + 1;
            long high = random.nextLong();
            encoder.series(number, high, ~high, ids, 0, ids.length);
            expected.series(number, high, ~high, ids, ids.length);
            series++;
        }
        assertEquals(series, encoder.seriesCount());
        int length = encoder.finish();
        return Arrays.copyOf(encoder.bytes(), length);
    }

    @Test
    void seriesAndTheirPairsComeBackInOrder() {
        SeriesRecordEncoder plain = new SeriesRecordEncoder();
        SeriesRecordEncoder compressing = new SeriesRecordEncoder(50);
        SeriesRecordDecoder decoder = new SeriesRecordDecoder();
        Seeds.check(500, random -> {
            Lines expected = new Lines();
            byte[] record = encodeSeries(random.nextBoolean() ? plain : compressing, random, expected);
            assertEquals(RecordType.SERIES, RecordType.of(record, 0, record.length));
            Lines found = new Lines();
            decoder.decode(record, 0, record.length, found);
            assertEquals(expected.lines, found.lines);
        });
    }

    @Test
    void neighbouringSeriesTakeFewBytesBesideTheirFingerprints() {
        SeriesRecordEncoder encoder = new SeriesRecordEncoder();
        encoder.begin(TENANT);
        int[] ids = {1, 900, 17, 40_000, 5, 77, 8, 123_456, 9, 10};
        for (int i = 0; i < 1000; i++) {
            ids[3]++;
            encoder.series(i, 1, 2, ids, 0, ids.length);
        }
        double each = encoder.finish() / 1000.0 - 16;
        assertTrue(each < 12.1, "took " + each);
    }

    @Test
    void aSeriesRecordCutAnywhereIsRefusedOrShowsItsFront() throws CorruptRecord {
        Lines whole = new Lines();
        byte[] record = encodeSeries(new SeriesRecordEncoder(), new SplittableRandom(7), whole);
        assertTrue(whole.lines.size() > 10);
        for (int cut = 0; cut < record.length; cut++) {
            Lines found = new Lines();
            try {
                new SeriesRecordDecoder().decode(record, 0, cut, found);
            } catch (CorruptRecord e) {
                assertTrue(e.offset() <= cut);
            }
            assertTrue(found.lines.size() < whole.lines.size());
            assertEquals(whole.lines.subList(0, found.lines.size()), found.lines);
        }
    }

    @Test
    void changedSeriesRecordsEndWithoutHarm() {
        Seeds.check(3000, random -> {
            int compressFrom = random.nextInt(4) == 0 ? 1 : Integer.MAX_VALUE;
            byte[] record = encodeSeries(new SeriesRecordEncoder(compressFrom), random, new Lines());
            change(random, record);
            try {
                new SeriesRecordDecoder().decode(record, 0, record.length, new Lines());
            } catch (CorruptRecord e) {
                assertTrue(e.offset() >= 0);
            }
        });
    }

    @Test
    void aLengthThatPromisesTooMuchAllocatesNothing() {
        // type samples | compressed, then a plain length of 60 MiB before a frame of another size
        byte[] record = {(byte) 0x81, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x1e, 1, 2, 3};
        assertThrows(CorruptRecord.class, () -> new SampleRecordDecoder().decode(record, 0, record.length));
        assertThrows(CorruptRecord.class, () -> new SampleRecordDecoder().decode(new byte[0], 0, 0));
        byte[] series = {2, 1, 'a', (byte) 0xff, (byte) 0xff, 3};
        assertThrows(
                CorruptRecord.class, () -> new SeriesRecordDecoder().decode(series, 0, series.length, new Lines()));
    }
}
