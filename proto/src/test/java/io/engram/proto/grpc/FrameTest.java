package io.engram.proto.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.testing.HostileCases;
import io.engram.model.testing.Mutations;
import io.engram.model.testing.Seeds;
import io.engram.model.write.WriteBatch;
import io.engram.proto.cluster.v1.PushRequest;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class FrameTest {
    private static final TenantId TENANT = new TenantId("tenant");

    private final FrameDecoder decoder = new FrameDecoder();

    static void assertSame(WriteBatch expected, LabelledSeries labelled, WriteBatch actual) {
        assertEquals(expected.tenant, actual.tenant);
        int series = expected.seriesCount;
        int samples = expected.sampleCount;
        assertEquals(series, actual.seriesCount);
        assertEquals(samples, actual.sampleCount);
        assertArrayEquals(Arrays.copyOf(expected.fingerprintHi, series), Arrays.copyOf(actual.fingerprintHi, series));
        assertArrayEquals(Arrays.copyOf(expected.fingerprintLo, series), Arrays.copyOf(actual.fingerprintLo, series));
        assertArrayEquals(
                Arrays.copyOf(expected.firstSample, series + 1), Arrays.copyOf(actual.firstSample, series + 1));
        assertArrayEquals(Arrays.copyOf(expected.timestampMs, samples), Arrays.copyOf(actual.timestampMs, samples));
        assertArrayEquals(Arrays.copyOf(expected.valueBits, samples), Arrays.copyOf(actual.valueBits, samples));
        assertEquals(expected.hasStarts, actual.hasStarts);
        if (expected.hasStarts) {
            assertArrayEquals(Arrays.copyOf(expected.startMs, samples), Arrays.copyOf(actual.startMs, samples));
        }
        for (int i = 0; i < series; i++) {
            boolean has = labelled.has(i);
            assertEquals(has ? expected.placement[i] : 0, actual.placement[i]);
            assertArrayEquals(has ? labels(expected, i) : new byte[0], labels(actual, i));
        }
        assertEquals(expected.exemplars, actual.exemplars);
        assertEquals(expected.metadata, actual.metadata);
        assertEquals(expected.histograms.size(), actual.histograms.size());
        for (int i = 0; i < expected.histograms.size(); i++) {
            assertEquals(
                    expected.histograms.get(i).series(),
                    actual.histograms.get(i).series());
            assertEquals(
                    expected.histograms.get(i).timestampMs(),
                    actual.histograms.get(i).timestampMs());
            assertEquals(
                    expected.histograms.get(i).startMs(),
                    actual.histograms.get(i).startMs());
            // as their bytes: equality of histograms leaves things out
            assertArrayEquals(SideRowsWriter.write(expected), SideRowsWriter.write(actual));
        }
    }

    private static byte[] labels(WriteBatch batch, int series) {
        return Arrays.copyOfRange(
                batch.labels, batch.labelOffset[series], batch.labelOffset[series] + batch.labelLength[series]);
    }

    private static LabelledSeries some(WriteBatch batch, java.util.SplittableRandom random) {
        LabelledSeries some = new LabelledSeries(batch.seriesCount);
        for (int i = 0; i < batch.seriesCount; i++) {
            if (batch.labelLength[i] > 0 && random.nextBoolean()) {
                some.add(i, batch.labelLength[i]);
            }
        }
        return some;
    }

    @Test
    void comesOutAsItWentIn() {
        Seeds.check(2_000, random -> {
            WriteBatch batch = RandomBatches.random(random);
            LabelledSeries labelled = random.nextBoolean() ? LabelledSeries.all(batch) : some(batch, random);
            byte[] message = FrameEncoder.encode(batch, labelled);
            int before = random.nextInt(20); // anywhere in an array
            byte[] in = new byte[before + message.length + random.nextInt(20)];
            System.arraycopy(message, 0, in, before, message.length);
            assertSame(batch, labelled, decoder.decode(in, before, before + message.length));
        });
    }

    @Test
    void isAFieldOfTheMessageToWhichOthersMayBeAdded() throws Exception {
        WriteBatch batch = RandomBatches.random(Seeds.random());
        byte[] message = FrameEncoder.encode(batch, LabelledSeries.all(batch));
        PushRequest parsed = PushRequest.parseFrom(message);
        assertArrayEquals(message, parsed.toByteArray());
        ByteString later =
                ByteString.fromHex("1001").concat(ByteString.copyFrom(message)).concat(ByteString.fromHex("1a0141"));
        byte[] bytes = later.toByteArray();
        assertSame(batch, LabelledSeries.all(batch), decoder.decode(bytes, 0, bytes.length));
    }

    @Test
    void takesFewBytesForASampleOfAKnownSeries() {
        WriteBatch batch = RandomBatches.scrape(TENANT, 0, 1000, 1_700_000_000_000L);
        byte[] message = FrameEncoder.encode(batch, new LabelledSeries(batch.seriesCount));
        assertTrue(message.length <= 20 * 1000, message.length + " bytes");
        for (int i = 0; i < 1000; i++) {
            batch.valueBits[i] = Double.doubleToRawLongBits(Math.sqrt(i + 2)); // nothing to leave out
            batch.timestampMs[i] += i * 7 % 13;
        }
        message = FrameEncoder.encode(batch, new LabelledSeries(batch.seriesCount));
        assertTrue(message.length <= 32 * 1000, message.length + " bytes");
    }

    @Test
    void damagedOnesAreRefused() {
        Seeds.check(5_000, random -> {
            WriteBatch batch = RandomBatches.random(random);
            byte[] message = FrameEncoder.encode(batch, LabelledSeries.all(batch));
            byte[] damaged = Mutations.mutate(message, random);
            if (!Arrays.equals(message, damaged)) {
                refusedOrWhole(damaged, message);
            }
        });
    }

    /** Only what lies behind the whole frame may differ. */
    private void refusedOrWhole(byte[] damaged, byte[] message) {
        boolean whole = damaged.length > message.length
                && Arrays.equals(damaged, 0, message.length, message, 0, message.length);
        if (!whole) {
            Failure failure = assertThrows(Failure.class, () -> decoder.decode(damaged, 0, damaged.length));
            assertEquals(ErrorId.FRAME_INVALID, failure.id());
        }
    }

    @Test
    void damageThatTheChecksumDoesNotSeeIsRefusedOrReadButNeverMore() {
        HostileCases.check(50, random -> {
            WriteBatch batch = RandomBatches.random(random);
            byte[] frame = PushRequest.parseFrom(FrameEncoder.encode(batch, LabelledSeries.all(batch)))
                    .getFrame()
                    .toByteArray();
            byte[] damaged = Mutations.mutate(Arrays.copyOf(frame, frame.length - FrameFormat.CRC_BYTES), random);
            byte[] message = PushRequest.newBuilder()
                    .setFrame(ByteString.copyFrom(withCrc(damaged)))
                    .build()
                    .toByteArray();
            FrameDecoder fresh = new FrameDecoder();
            HostileCases.within(64L * message.length + (256 << 10), message, () -> {
                try {
                    return fresh.decode(message, 0, message.length);
                } catch (Failure e) {
                    return e;
                }
            });
        });
    }

    private static byte[] withCrc(byte[] frame) {
        byte[] whole = Arrays.copyOf(frame, frame.length + FrameFormat.CRC_BYTES);
        CRC32C crc = new CRC32C();
        crc.update(frame);
        FrameFormat.INT.set(whole, frame.length, (int) crc.getValue());
        return whole;
    }

    @Test
    void everyCutIsRefused() {
        WriteBatch batch = RandomBatches.scrape(TENANT, 0, 3, 1000);
        byte[] message = FrameEncoder.encode(batch, LabelledSeries.all(batch));
        for (int length = 0; length < message.length; length++) {
            int to = length;
            assertThrows(Failure.class, () -> decoder.decode(message, 0, to));
        }
    }
}
