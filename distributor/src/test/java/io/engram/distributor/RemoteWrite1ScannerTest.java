package io.engram.distributor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.hash.SeriesHash;
import io.engram.model.limits.Limits;
import io.engram.model.testing.Seeds;
import io.engram.model.testing.TestLimits;
import io.engram.model.write.WriteBatch;
import io.engram.proto.remote.v1.Label;
import io.engram.proto.remote.v1.Sample;
import io.engram.proto.remote.v1.TimeSeries;
import io.engram.proto.remote.v1.WriteRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class WriteRequestScannerTest {
    private static final SeriesHash HASH = new SeriesHash(42, TenantId.ANONYMOUS);
    /** Any time is taken, any length too. */
    private static final Limits NO_LIMITS = TestLimits.with(Map.of(
            "maxLabelsPerSeries",
            0,
            "maxLabelNameBytes",
            0,
            "maxLabelValueBytes",
            0,
            "futureGracePeriod",
            Duration.ZERO,
            "pastGracePeriod",
            Duration.ZERO));

    private final DecodeContext context = new DecodeContext(new KnownSeries(1 << 20));

    @Test
    void readsWhatTheGeneratedParserReads() {
        Seeds.check(500, random -> {
            WriteRequest request = RandomRequests.request(random);
            decode(request.toByteArray());
            assertEquals(Decoded.of(request), Decoded.of(context.batch));
            assertTrue(context.refusals.none());
        });
    }

    @Test
    void labelsOfAUsualRequestStayInTheBody() {
        Seeds.check(50, random -> {
            WriteRequest.Builder request = RandomRequests.request(random).toBuilder();
            request.getTimeseriesBuilderList().forEach(series -> series.getSamplesBuilderList()
                    .forEach(sample -> sample.setTimestamp(1 + Math.abs(sample.getTimestamp()))));
            byte[] body = request.build().toByteArray();
            decode(body);
            WriteBatch batch = context.batch;
            assertArrayEquals(body, Arrays.copyOf(batch.labels, body.length));
            for (int i = 0; i < batch.seriesCount; i++) {
                assertTrue(batch.labelOffset[i] + batch.labelLength[i] <= body.length);
            }
        });
    }

    @Test
    void fingerprintsDoNotDependOnTheEncoding() {
        Seeds.check(500, random -> {
            WriteRequest request = RandomRequests.request(random);
            byte[] odd = new OddEncoding(random).encode(request);
            decode(odd);
            List<Decoded> oddly = Decoded.of(context.batch);
            WriteBatch batch = context.batch;
            long[] hi = Arrays.copyOf(batch.fingerprintHi, batch.seriesCount);
            long[] lo = Arrays.copyOf(batch.fingerprintLo, batch.seriesCount);
            int[] placement = Arrays.copyOf(batch.placement, batch.seriesCount);

            decode(request.toByteArray());

            assertEquals(Decoded.of(request), oddly);
            assertArrayEquals(Arrays.copyOf(batch.fingerprintHi, batch.seriesCount), hi);
            assertArrayEquals(Arrays.copyOf(batch.fingerprintLo, batch.seriesCount), lo);
            assertArrayEquals(Arrays.copyOf(batch.placement, batch.seriesCount), placement);
        });
    }

    @Test
    void replicasOfASeriesArePlacedTogether() {
        decode(request(series("__name__", "up", "__replica__", "a"), series("__name__", "up", "__replica__", "b")));
        WriteBatch batch = context.batch;
        assertNotEquals(batch.fingerprintHi[0], batch.fingerprintHi[1]);
        int placement = batch.placement[0];
        assertEquals(placement, batch.placement[1]);

        decode(request(series("__name__", "up")));
        assertEquals(placement, batch.placement[0]);
        assertEquals(SeriesHash.placement(batch.fingerprintHi[0]), placement);
    }

    @Test
    void whateverWasDamagedAnswersWithACleanRefusal() {
        Seeds.check(3000, random -> {
            byte[] body = random.nextBoolean()
                    ? RandomRequests.request(random).toByteArray()
                    : new OddEncoding(random).encode(RandomRequests.request(random));
            decodeOrRefuse(damage(body, random));
        });
    }

    @Test
    void everyCutBodyIsRefusedOrIsAShorterRequest() {
        byte[] body = request(series("__name__", "up", "job", "a"), series("__name__", "up", "job", "b"))
                .toByteArray();
        int whole = 0;
        for (int length = 0; length < body.length; length++) {
            whole += decodeOrRefuse(Arrays.copyOf(body, length)) ? 1 : 0;
        }
        assertEquals(2, whole, "cuts between series: before the first and before the second");
    }

    @Test
    void aBadSeriesDoesNotTakeTheOthersAlong() {
        Seeds.check(100, random -> {
            WriteRequest good = RandomRequests.request(random);
            WriteRequest.Builder mixed = good.toBuilder();
            mixed.addTimeseries(random.nextInt(good.getTimeseriesCount() + 1), series("job", "nameless"));
            decode(mixed.build().toByteArray());
            assertEquals(Decoded.of(good), Decoded.of(context.batch));
            assertSame(
                    ErrorId.METRIC_NAME_MISSING,
                    context.refusals.failure(context.scanner.received).id());
        });
    }

    @Test
    void knowsNoSeriesThatWasRefused() {
        byte[] body = request(series("job", "nameless")).toByteArray();
        for (int i = 0; i < 3; i++) {
            decode(body);
            assertEquals(0, context.batch.seriesCount);
            assertEquals(0, context.batch.sampleCount);
        }
    }

    @Test
    void exemplarsAndMetadataAreCountedAndNothingMore() {
        // exemplars are field 3 of a series, metadata field 3 of the request
        byte[] series = concat(series("__name__", "up").toByteArray(), new byte[] {0x1A, 2, 0x10, 5});
        byte[] body = concat(new byte[] {0x0A, (byte) series.length}, series, new byte[] {0x1A, 2, 0x08, 1});
        decode(body);
        assertEquals(1, context.batch.seriesCount);
        assertEquals(1, context.scanner.exemplars);
        assertEquals(1, context.scanner.metadata);
        assertTrue(context.refusals.none());
    }

    @Test
    void histogramsAreRefusedAndFloatsOfTheSeriesStored() {
        byte[] series = concat(series("__name__", "up").toByteArray(), new byte[] {0x22, 2, 0x08, 5});
        decode(concat(new byte[] {0x0A, (byte) series.length}, series));
        assertEquals(1, context.batch.sampleCount);
        Failure failure = context.refusals.failure(context.scanner.received);
        assertSame(ErrorId.HISTOGRAM_UNSUPPORTED, failure.id());
        assertTrue(failure.getMessage().contains("series up carries native histograms"), failure.getMessage());
        assertTrue(failure.getMessage().contains("refused 1 of 2 samples"), failure.getMessage());
    }

    @Test
    void aSeriesWithoutSamplesIsNoSeries() {
        decode(WriteRequest.newBuilder()
                .addTimeseries(series("__name__", "up").toBuilder().clearSamples())
                .build());
        assertEquals(0, context.batch.seriesCount);
    }

    @Test
    void manyUnsortedLabelsAreSorted() {
        TimeSeries.Builder series = series("__name__", "wide").toBuilder();
        for (int i = 0; i < 500; i++) {
            series.addLabels(label("l" + (i * 7919) % 500, "v"));
        }
        decode(WriteRequest.newBuilder().addTimeseries(series).build());
        assertEquals(1, context.batch.seriesCount);
        assertTrue(LabelCheck.canonical(
                context.batch.labels,
                context.batch.labelOffset[0],
                context.batch.labelOffset[0] + context.batch.labelLength[0]));
    }

    private static byte[] damage(byte[] body, SplittableRandom random) {
        byte[] damaged = random.nextInt(3) == 0 ? Arrays.copyOf(body, random.nextInt(body.length + 1)) : body.clone();
        for (int i = random.nextInt(4); i > 0 && damaged.length > 0; i--) {
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        }
        return damaged;
    }

    /** True where it was taken; false where it was refused as what it is, no protobuf. */
    private boolean decodeOrRefuse(byte[] body) {
        try {
            decode(body);
        } catch (Failure failure) {
            assertSame(ErrorId.PROTOBUF_INVALID, failure.id());
            return false;
        }
        WriteBatch batch = context.batch;
        for (int i = 0; i < batch.seriesCount; i++) {
            int start = batch.labelOffset[i];
            assertTrue(LabelCheck.canonical(batch.labels, start, start + batch.labelLength[i]));
            assertTrue(batch.firstSample[i] < batch.firstSample[i + 1]);
        }
        return true;
    }

    private void decode(WriteRequest request) {
        decode(request.toByteArray());
    }

    /** Decodes into buffers that hold the rubbish of another request. */
    private void decode(byte[] body) {
        Arrays.fill(context.batch.labels, (byte) (31 * body.length));
        WriteRules rules =
                new WriteRules(TenantId.ANONYMOUS, HASH, NO_LIMITS, new ReplicaLabels(NO_LIMITS.replicaLabels()), 7, 0);
        context.decode(new Body.Plain(body, body.length), body.length, rules);
    }

    private static WriteRequest request(TimeSeries... series) {
        return WriteRequest.newBuilder().addAllTimeseries(List.of(series)).build();
    }

    private static TimeSeries series(String... namesAndValues) {
        TimeSeries.Builder series = TimeSeries.newBuilder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            series.addLabels(label(namesAndValues[i], namesAndValues[i + 1]));
        }
        return series.addSamples(
                        Sample.newBuilder().setTimestamp(RandomRequests.NOW_MS).setValue(1))
                .build();
    }

    private static Label.Builder label(String name, String value) {
        return Label.newBuilder().setName(name).setValue(value);
    }

    private static byte[] concat(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
