package io.engram.distributor;

import static io.engram.distributor.Decoding.NO_LIMITS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.StaleMarker;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.hash.SeriesHash;
import io.engram.model.histogram.ResetHint;
import io.engram.model.metadata.MetricType;
import io.engram.model.testing.Seeds;
import io.engram.model.testing.TestLimits;
import io.engram.model.write.WriteBatch;
import io.engram.proto.remote.v1.BucketSpan;
import io.engram.proto.remote.v1.Exemplar;
import io.engram.proto.remote.v1.Histogram;
import io.engram.proto.remote.v1.Label;
import io.engram.proto.remote.v1.MetricMetadata;
import io.engram.proto.remote.v1.Sample;
import io.engram.proto.remote.v1.TimeSeries;
import io.engram.proto.remote.v1.WriteRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RemoteWrite1ScannerTest {
    private final Decoding decoding = new Decoding();
    private final DecodeContext context = decoding.context;

    @Test
    void readsWhatTheGeneratedParserReads() {
        Seeds.check(500, random -> {
            WriteRequest request = RandomRequests.request(random);
            decode(request.toByteArray());
            assertEquals(Oracle.of(request, NO_LIMITS), Decoded.of(context.batch));
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

            assertEquals(Oracle.of(request, NO_LIMITS), oddly);
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
            assertEquals(Oracle.of(good, NO_LIMITS), Decoded.of(context.batch));
            assertSame(
                    ErrorId.METRIC_NAME_MISSING,
                    context.refusals.failure(decoding.received()).id());
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
    void metadataIsHandedOnOnceUntilItChanges() {
        WriteRequest request = WriteRequest.newBuilder()
                .addMetadata(MetricMetadata.newBuilder()
                        .setMetricFamilyName("up_total")
                        .setType(MetricMetadata.MetricType.COUNTER)
                        .setHelp("Is it up?"))
                .build();
        decode(request);
        assertEquals(
                List.of(new io.engram.model.metadata.MetricMetadata("up_total", MetricType.COUNTER, "Is it up?", "")),
                context.batch.metadata);

        decode(request);
        assertEquals(1, context.batch.metadata.size(), "nobody has said that it was stored");

        decoding.metadata.add(context.metadata.hashes());
        decode(request);
        assertEquals(List.of(), context.batch.metadata);
        assertEquals(1, context.metadata.received);

        decode(request.toBuilder()
                .setMetadata(0, request.getMetadata(0).toBuilder().setUnit("seconds"))
                .build());
        assertEquals("seconds", context.batch.metadata.get(0).unit());
    }

    @Test
    void longHelpIsCutBetweenCharacters() {
        decoding.limits = TestLimits.with(Map.of("maxMetadataBytes", 6));
        decode(WriteRequest.newBuilder()
                .addMetadata(MetricMetadata.newBuilder()
                        .setMetricFamilyName("m")
                        .setHelp("größer")
                        .setUnit("bytes"))
                .build());
        assertEquals("größ", context.batch.metadata.get(0).help());
        assertEquals("bytes", context.batch.metadata.get(0).unit());
    }

    @Test
    void aHistogramThatContradictsItselfIsRefusedAndTheFloatsOfItsSeriesAreStored() {
        decode(request(series("__name__", "up").toBuilder()
                .addHistograms(Histogram.newBuilder().setCountInt(3).setTimestamp(RandomRequests.NOW_MS))
                .build()));
        assertEquals(1, context.batch.sampleCount);
        Failure failure = context.refusals.failure(decoding.received());
        assertSame(ErrorId.HISTOGRAM_INVALID, failure.id());
        assertTrue(
                failure.getMessage()
                        .contains("native histogram of series up contradicts itself: 0 observations found in buckets,"
                                + " but the Count field is 3"),
                failure.getMessage());
        assertTrue(failure.getMessage().contains("refused 1 of 2 samples"), failure.getMessage());
    }

    @Test
    void aHistogramWithTooManyBucketsLosesResolutionBeforeItIsRefused() {
        TimeSeries series = series("__name__", "h").toBuilder()
                .clearSamples()
                .addHistograms(ProtoHistograms.of(histogram(8, 1, 40), RandomRequests.NOW_MS))
                .build();
        decoding.limits = TestLimits.with(Map.of(
                "maxNativeHistogramBuckets", 10, "pastGracePeriod", Duration.ZERO, "futureGracePeriod", Duration.ZERO));
        decode(request(series));
        assertTrue(context.refusals.none());
        var stored = context.batch.histograms.get(0).value();
        assertEquals(6, stored.schema());
        assertEquals(10, stored.bucketCount());

        decode(request(series.toBuilder()
                .setHistograms(0, ProtoHistograms.of(histogram(-4, 1, 40), RandomRequests.NOW_MS))
                .build()));
        Failure failure = context.refusals.failure(decoding.received());
        assertSame(ErrorId.HISTOGRAM_BUCKETS_TOO_MANY, failure.id());
        assertTrue(failure.getMessage().contains("limits.max-native-histogram-buckets"), failure.getMessage());
    }

    private static io.engram.model.histogram.Histogram histogram(int schema, int firstBucket, int buckets) {
        long[] counts = new long[buckets];
        Arrays.fill(counts, 1);
        return new io.engram.model.histogram.Histogram(
                ResetHint.UNKNOWN,
                schema,
                0,
                0,
                new io.engram.model.histogram.Histogram.IntegerCounts(buckets, 0, counts, new long[0]),
                new int[] {firstBucket, buckets},
                new int[0],
                new double[0]);
    }

    @Test
    void aSpanOfFourBillionBucketsAllocatesNothing() {
        decode(request(series("__name__", "up").toBuilder()
                .addHistograms(Histogram.newBuilder()
                        .setTimestamp(RandomRequests.NOW_MS)
                        .addPositiveSpans(BucketSpan.newBuilder().setOffset(1).setLength(-1)))
                .build()));
        assertSame(
                ErrorId.HISTOGRAM_INVALID,
                context.refusals.failure(decoding.received()).id());
    }

    @Test
    void theStaleMarkerOfAHistogramIsInItsSum() {
        decode(request(series("__name__", "up").toBuilder()
                .clearSamples()
                .addHistograms(Histogram.newBuilder().setTimestamp(5).setSum(StaleMarker.VALUE))
                .build()));
        assertTrue(StaleMarker.is(context.batch.histograms.get(0).value().sum()));
    }

    @Test
    void aBadExemplarCostsNothingButItself() {
        Exemplar good = Exemplar.newBuilder()
                .addLabels(label("trace_id", "1"))
                .setTimestamp(RandomRequests.NOW_MS)
                .build();
        decode(request(series("__name__", "up").toBuilder()
                .addExemplars(good)
                .addExemplars(Exemplar.newBuilder().addLabels(label("trace_id", "x".repeat(121))))
                .addExemplars(Exemplar.newBuilder().addLabels(label("a", "1")).addLabels(label("a", "2")))
                .addExemplars(Exemplar.newBuilder().addLabels(label("", "nameless")))
                .build()));
        assertTrue(context.refusals.none());
        assertEquals(1, context.batch.sampleCount);
        assertEquals(1, context.batch.exemplars.size());
        assertEquals(3, context.rows.refusedExemplars);
    }

    @Test
    void anExemplarWithoutATimeHasThatOfItsSample() {
        decode(request(series("__name__", "up").toBuilder()
                .addExemplars(Exemplar.newBuilder().addLabels(label("trace_id", "1")))
                .build()));
        assertEquals(RandomRequests.NOW_MS, context.batch.exemplars.get(0).timestampMs());
    }

    @Test
    void exemplarsOfARefusedSeriesAreRefusedWithIt() {
        decode(request(
                series("job", "nameless").toBuilder()
                        .addExemplars(Exemplar.newBuilder().addLabels(label("trace_id", "1")))
                        .addHistograms(Histogram.newBuilder().setTimestamp(RandomRequests.NOW_MS))
                        .build(),
                series("__name__", "up")));
        assertEquals(1, context.batch.rowCount());
        assertEquals(1, context.rows.refusedExemplars);
        assertTrue(context.refusals.failure(decoding.received()).getMessage().contains("refused 2 of 3 samples"));
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
            assertTrue(batch.firstSample[i] <= batch.firstSample[i + 1]);
        }
        return true;
    }

    private void decode(WriteRequest request) {
        decoding.decode(request);
    }

    private void decode(byte[] body) {
        decoding.decode(WriteMessage.VERSION_1, body);
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
}
