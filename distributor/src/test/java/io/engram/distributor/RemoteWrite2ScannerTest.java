package io.engram.distributor;

import static io.engram.distributor.Decoding.NO_LIMITS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.metadata.MetricMetadata;
import io.engram.model.metadata.MetricType;
import io.engram.model.testing.Seeds;
import io.engram.model.testing.TestLimits;
import io.engram.model.write.WriteBatch;
import io.engram.proto.remote.v1.WriteRequest;
import io.engram.proto.remote.v2.Exemplar;
import io.engram.proto.remote.v2.Metadata;
import io.engram.proto.remote.v2.Request;
import io.engram.proto.remote.v2.Sample;
import io.engram.proto.remote.v2.TimeSeries;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RemoteWrite2ScannerTest {
    private static final long NOW_MS = RandomRequests.NOW_MS;

    private final Decoding decoding = new Decoding();
    private final DecodeContext context = decoding.context;

    @Test
    void readsWhatTheGeneratedParserReads() {
        Seeds.check(500, random -> {
            Request request = RandomRequests2.request(random);
            decoding.decode(request);
            assertEquals(Oracle.of(request, NO_LIMITS), Decoded.of(context.batch));
            assertTrue(context.refusals.none());
        });
    }

    @Test
    void readsWhateverEncodingIsLegal() {
        Seeds.check(500, random -> {
            Request request = RandomRequests2.request(random);
            decoding.decode(WriteMessage.VERSION_2, new OddEncoding(random).encode(request));
            assertEquals(Oracle.of(request, NO_LIMITS), Decoded.of(context.batch));
            assertTrue(context.refusals.none());
        });
    }

    @Test
    void aSeriesHasOneFingerprintWhateverTheVersion() {
        Seeds.check(300, random -> {
            WriteRequest request = RandomRequests.request(random);
            decoding.decode(request);
            WriteBatch batch = context.batch;
            List<Decoded> decoded = Decoded.of(batch);
            long[] hi = Arrays.copyOf(batch.fingerprintHi, batch.seriesCount);
            long[] lo = Arrays.copyOf(batch.fingerprintLo, batch.seriesCount);
            int[] placement = Arrays.copyOf(batch.placement, batch.seriesCount);

            decoding.decode(RandomRequests2.of(request));

            assertEquals(decoded, Decoded.of(batch));
            assertArrayEquals(hi, Arrays.copyOf(batch.fingerprintHi, batch.seriesCount));
            assertArrayEquals(lo, Arrays.copyOf(batch.fingerprintLo, batch.seriesCount));
            assertArrayEquals(placement, Arrays.copyOf(batch.placement, batch.seriesCount));
        });
    }

    @Test
    void aReferenceToNoSymbolRefusesItsSeriesOnly() {
        Request request = request(List.of("", "__name__", "up", "job"), refs(1, 2, 3, 4), refs(1, 2), refs(1, 2, 3));
        decoding.decode(request);
        assertEquals(
                List.of("up"),
                Decoded.of(context.batch).stream().map(Decoded::labels).toList());
        Failure failure = context.refusals.failure(decoding.received());
        assertSame(ErrorId.SYMBOL_REF_INVALID, failure.id());
        assertTrue(
                failure.getMessage().contains("series up refers to symbols that the request does not have"),
                failure.getMessage());
        assertTrue(failure.getMessage().contains("refused 2 of 3 samples"), failure.getMessage());
    }

    @Test
    void theFirstSymbolMustBeEmpty() {
        Failure failure =
                assertThrows(Failure.class, () -> decoding.decode(request(List.of("__name__", "up"), refs(0, 1))));
        assertSame(ErrorId.PROTOBUF_INVALID, failure.id());
        assertTrue(failure.getMessage().contains("its first symbol is not empty"), failure.getMessage());
    }

    @Test
    void moreSymbolsThanSeriesCanUseAreRefused() {
        Request.Builder request = Request.newBuilder();
        for (int i = 0; i < 3000; i++) {
            request.addSymbols("");
        }
        Failure failure = assertThrows(Failure.class, () -> decoding.decode(request.build()));
        assertSame(ErrorId.PROTOBUF_INVALID, failure.id());
    }

    @Test
    void labelsThatWouldFillTheMemoryAreRefusedBeforeTheyDo() {
        Request.Builder request =
                Request.newBuilder().addSymbols("").addSymbols("__name__").addSymbols("v".repeat(100_000));
        for (int i = 0; i < 200; i++) {
            request.addTimeseries(refs(1, 2)).addSymbols("s" + i);
        }
        Failure failure = assertThrows(Failure.class, () -> decoding.decode(request.build()));
        assertSame(ErrorId.REQUEST_TOO_LARGE, failure.id());
        assertTrue(failure.getMessage().contains("distributor.max-recv-msg-size"), failure.getMessage());
    }

    @Test
    void aMillionLabelsAreNotWrittenOut() {
        decoding.limits = TestLimits.with(Map.of());
        TimeSeries.Builder series = TimeSeries.newBuilder().addSamples(sample(0));
        for (int i = 0; i < 1_000_000; i++) {
            series.addLabelsRefs(1 + i % 3).addLabelsRefs(2);
        }
        decoding.decode(request(List.of("", "__name__", "up", "job"), series.build(), refs(1, 2)));
        Failure failure = context.refusals.failure(decoding.received());
        assertSame(ErrorId.LABELS_TOO_MANY, failure.id());
        assertTrue(failure.getMessage().contains("has 1000000 labels and may have 64"), failure.getMessage());
    }

    @Test
    void metadataOfASeriesIsThatOfItsFamily() {
        List<String> symbols = List.of("", "__name__", "http_seconds_bucket", "http_seconds_sum", "Helps.", "seconds");
        TimeSeries bucket = refs(1, 2).toBuilder()
                .setMetadata(Metadata.newBuilder()
                        .setType(Metadata.MetricType.METRIC_TYPE_HISTOGRAM)
                        .setHelpRef(4)
                        .setUnitRef(5))
                .build();
        TimeSeries sum = bucket.toBuilder().setLabelsRefs(1, 3).build();
        decoding.decode(request(symbols, bucket, bucket, sum));
        assertEquals(
                List.of(new MetricMetadata("http_seconds", MetricType.HISTOGRAM, "Helps.", "seconds")),
                context.batch.metadata);

        decoding.metadata.add(context.metadata.hashes());
        decoding.decode(request(symbols, bucket, sum));
        assertTrue(context.batch.metadata.isEmpty());

        TimeSeries nowhere = bucket.toBuilder()
                .setMetadata(Metadata.newBuilder().setHelpRef(99))
                .build();
        decoding.decode(request(symbols, nowhere));
        assertEquals(1, context.batch.sampleCount);
        assertTrue(context.batch.metadata.isEmpty());
    }

    @Test
    void createdTimestampsOfOlderSendersHoldWhereASampleSaysNothing() {
        decoding.decode(request(
                List.of("", "__name__", "up"),
                refs(1, 2),
                refs(1, 2).toBuilder()
                        .setCreatedTimestamp(7)
                        .addSamples(sample(1).toBuilder().setStartTimestamp(9))
                        .build()));
        WriteBatch batch = context.batch;
        assertTrue(batch.hasStarts);
        assertArrayEquals(new long[] {0, 7, 9}, Arrays.copyOf(batch.startMs, batch.sampleCount));

        decoding.decode(request(List.of("", "__name__", "up"), refs(1, 2)));
        assertFalse(batch.hasStarts);
    }

    @Test
    void anExemplarWithAWrongReferenceCostsNothingButItself() {
        decoding.decode(request(
                List.of("", "__name__", "up", "trace_id", "1"),
                refs(1, 2).toBuilder()
                        .addExemplars(Exemplar.newBuilder()
                                .addLabelsRefs(3)
                                .addLabelsRefs(4)
                                .setTimestamp(NOW_MS))
                        .addExemplars(Exemplar.newBuilder()
                                .addLabelsRefs(3)
                                .addLabelsRefs(9)
                                .setTimestamp(NOW_MS))
                        .build()));
        assertTrue(context.refusals.none());
        assertEquals(1, context.batch.exemplars.size());
        assertEquals(1, context.rows.refusedExemplars);
    }

    @Test
    void symbolsMayComeBehindTheSeries() {
        Request series = Request.newBuilder().addTimeseries(refs(1, 2)).build();
        Request symbols = Request.newBuilder()
                .addAllSymbols(List.of("", "__name__", "up"))
                .build();
        byte[] body = concat(series.toByteArray(), symbols.toByteArray());
        decoding.decode(WriteMessage.VERSION_2, body);
        assertEquals(1, context.batch.sampleCount);
    }

    @Test
    void aBodyOfTheOtherVersionIsEmpty() throws Exception {
        decoding.decode(
                WriteMessage.VERSION_2, RandomRequests.request(Seeds.random()).toByteArray());
        assertEquals(0, context.batch.rowCount());
        decoding.decode(
                WriteMessage.VERSION_1, RandomRequests2.request(Seeds.random()).toByteArray());
        assertEquals(0, context.batch.rowCount());
    }

    /** {@code docs/internals/wire-scanner.md}. */
    @Test
    void theExampleOfTheDocumentationIsOneSeriesInBothVersions() {
        HexFormat hex = HexFormat.ofDelimiter(" ");
        decoding.decode(
                WriteMessage.VERSION_1,
                hex.parseHex("0a 2c 0a 0e 0a 08 5f 5f 6e 61 6d 65 5f 5f 12 02 75 70"
                        + " 0a 08 0a 03 6a 6f 62 12 01 61 12 10 09 00 00 00 00 00 00 f0 3f 10 80 d0 95 ff bc 31"));
        WriteBatch batch = context.batch;
        long hi = batch.fingerprintHi[0];
        assertEquals(26, batch.labelLength[0]);
        assertEquals(
                List.of(new Decoded("up{job=\"a\"}", List.of("1700000000000:3ff0000000000000"), List.of(), List.of())),
                Decoded.of(batch));

        decoding.decode(
                WriteMessage.VERSION_2,
                hex.parseHex("22 00 22 08 5f 5f 6e 61 6d 65 5f 5f 22 02 75 70 22 03"
                        + " 6a 6f 62 22 01 61 22 09 49 73 20 69 74 20 75 70 3f 2a 25 0a 04 01 02 03 04 12 17 09 00 00 00 00 00"
                        + " 00 f0 3f 10 80 d0 95 ff bc 31 18 c0 cb d8 fe bc 31 2a 04 08 02 18 05"));
        assertEquals(hi, batch.fingerprintHi[0]);
        assertEquals(26, batch.labelLength[0]);
        assertEquals(
                List.of(new Decoded(
                        "up{job=\"a\"}",
                        List.of("1700000000000@1699999000000:3ff0000000000000"),
                        List.of(),
                        List.of())),
                Decoded.of(batch));
        assertEquals(List.of(new MetricMetadata("up", MetricType.GAUGE, "Is it up?", "")), batch.metadata);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] all = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }

    private static Request request(List<String> symbols, TimeSeries... series) {
        return Request.newBuilder()
                .addAllSymbols(symbols)
                .addAllTimeseries(List.of(series))
                .build();
    }

    private static TimeSeries refs(Integer... refs) {
        return TimeSeries.newBuilder()
                .addAllLabelsRefs(List.of(refs))
                .addSamples(sample(0))
                .build();
    }

    private static Sample sample(int ordinal) {
        return Sample.newBuilder().setTimestamp(NOW_MS + ordinal).setValue(1).build();
    }
}
