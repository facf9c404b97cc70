package io.engram.distributor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.engram.model.StaleMarker;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.limits.Limits;
import io.engram.model.limits.SeriesLimitAction;
import io.engram.model.testing.ManualClock;
import io.engram.model.testing.TestLimits;
import io.engram.model.write.SampleStatus;
import io.engram.proto.remote.v1.Exemplar;
import io.engram.proto.remote.v1.Histogram;
import io.engram.proto.remote.v1.Label;
import io.engram.proto.remote.v1.MetricMetadata;
import io.engram.proto.remote.v1.Sample;
import io.engram.proto.remote.v1.TimeSeries;
import io.engram.proto.remote.v1.WriteRequest;
import io.engram.server.http.Endpoint;
import io.engram.server.http.FailureStatus;
import io.engram.server.metrics.Metrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xerial.snappy.Snappy;

final class RemoteWriteEndpointTest {
    private static final long NOW_MS = RandomRequests.NOW_MS;
    private static final String VERSION_2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request";

    private final FakePush push = new FakePush();
    private final Metrics metrics = new Metrics();
    private Limits limits = limits(64, 1024, 2048);
    private final Map<String, Endpoint> routes = new HashMap<>();

    private Distributor distributor(long maxBytes, long inflightBytes) {
        return distributor(maxBytes, inflightBytes, new ManualClock(NOW_MS));
    }

    private Distributor distributor(long maxBytes, long inflightBytes, ManualClock clock) {
        Distributor distributor = new Distributor(
                new DistributorConfig(maxBytes, inflightBytes, 1 << 20, 2), 42, tenant -> limits, push, clock, metrics);
        distributor.register((method, pattern, access, endpoint) -> routes.put(pattern, endpoint));
        return distributor;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/push", "/api/v1/write", "/api/v1/receive", "/api/prom/push"})
    void storesAtEveryPath(String path) throws Exception {
        distributor(1 << 20, 0);
        FakeExchange exchange = new FakeExchange(snappy(request(series("up", NOW_MS))));
        routes.get(path).handle(exchange);
        assertEquals(204, exchange.status);
        assertEquals(1, push.stored.size());
    }

    @Test
    void storesTheStaleMarkersBits() throws Exception {
        handle(request(TimeSeries.newBuilder()
                .addLabels(label("__name__", "up"))
                .addSamples(Sample.newBuilder().setTimestamp(NOW_MS).setValue(StaleMarker.VALUE))
                .build()));
        assertEquals(List.of(NOW_MS + ":7ff0000000000002"), push.stored.get(0).samples());
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            application/x-protobuf,                                      snappy, -
            Application/X-Protobuf,                                      Snappy, -
            application/x-protobuf;proto=prometheus.WriteRequest,        snappy, -
            application/x-protobuf; proto=prometheus.WriteRequest,       snappy, -
            application/x-protobuf; charset=utf-8,                       snappy, -
            application/x-protobuf; proto="prometheus.WriteRequest",     snappy, -
            application/x-protobuf; proto=something.Else,                snappy, REMOTE_WRITE_VERSION
            application/json,                                            snappy, CONTENT_TYPE
            -,                                                           snappy, CONTENT_TYPE
            application/x-protobuf,                                      gzip,   CONTENT_ENCODING
            application/x-protobuf,                                      -,      CONTENT_ENCODING
            """)
    void decidesByContentTypeAndEncoding(String type, String encoding, ErrorId refusal) throws Exception {
        distributor(1 << 20, 0);
        FakeExchange exchange = new FakeExchange(snappy(request(series("up", NOW_MS))))
                .with("Content-Type", type)
                .with("Content-Encoding", encoding)
                .with("X-Prometheus-Remote-Write-Version", "2.0.0");
        if (refusal == null) {
            routes.get("/api/v1/push").handle(exchange);
            assertEquals(204, exchange.status);
        } else {
            assertSame(refusal, refused(exchange).id());
            assertFalse(exchange.bodyWasRead);
            assertTrue(push.stored.isEmpty());
        }
    }

    @Test
    void saysWhichVersionsOfRemoteWriteItTakes() {
        distributor(1 << 20, 0);
        FakeExchange exchange = new FakeExchange(new byte[0])
                .with("Content-Type", "application/x-protobuf;proto=io.prometheus.write.v3.Request");
        assertTrue(refused(exchange)
                .getMessage()
                .contains("takes prometheus.WriteRequest and io.prometheus.write.v2.Request"));
    }

    @Test
    void refusesByTheDeclaredLengthBeforeReading() {
        distributor(1000, 0);
        FakeExchange exchange = new FakeExchange(new byte[0]);
        exchange.declaredLength = 1001;
        Failure failure = refused(exchange);
        assertSame(ErrorId.REQUEST_TOO_LARGE, failure.id());
        assertTrue(failure.getMessage().contains("distributor.max-recv-msg-size"));
        assertFalse(exchange.bodyWasRead);
    }

    @Test
    void refusesWhatInflatesTooFar() throws IOException {
        distributor(1000, 0);
        assertSame(
                ErrorId.REQUEST_TOO_LARGE,
                refused(Snappy.compress(new byte[1001])).id());
    }

    @Test
    void believesNoHeaderThatClaims4GiB() {
        distributor(32 << 20, 0);
        byte[] claim = {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F, 0, 0};
        assertSame(ErrorId.REQUEST_TOO_LARGE, refused(claim).id());
        byte[] claims16MiB = {(byte) 0x80, (byte) 0x80, (byte) 0x80, 8, 0, 0};
        assertSame(ErrorId.SNAPPY_INVALID, refused(claims16MiB).id());
    }

    @Test
    void namesFramedSnappy() {
        distributor(1 << 20, 0);
        Failure failure = refused(new byte[] {(byte) 0xFF, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y'});
        assertSame(ErrorId.SNAPPY_FRAMED, failure.id());
        assertTrue(failure.getMessage().contains("block format"));
    }

    @Test
    void refusesEveryCutOfASnappyBlock() throws IOException {
        distributor(1 << 20, 0);
        byte[] whole = snappy(request(series("a_metric_with_a_name", NOW_MS), series("another_metric", NOW_MS)));
        for (int length = 0; length < whole.length; length++) {
            assertSame(
                    ErrorId.SNAPPY_INVALID,
                    refused(Arrays.copyOf(whole, length)).id(),
                    "length " + length);
        }
    }

    @Test
    void saysAtWhichByteTheProtobufBreaks() throws IOException {
        distributor(1 << 20, 0);
        Failure failure = refused(Snappy.compress(new byte[] {0x0A, 0x7F, 1}));
        assertSame(ErrorId.PROTOBUF_INVALID, failure.id());
        assertTrue(
                failure.getMessage().contains("a length of 127 bytes where 1 are left at byte 1"),
                failure.getMessage());
    }

    @Test
    void theOthersOfARequestAreStored() {
        distributor(1 << 20, 0);
        Failure failure = refused(request(
                series("good", NOW_MS),
                TimeSeries.newBuilder()
                        .addLabels(label("job", "j"))
                        .addSamples(sample(NOW_MS))
                        .build(),
                series("late", NOW_MS + 900_000),
                series("late", NOW_MS + 900_001),
                series("also_good", NOW_MS)));
        assertEquals(
                List.of("good", "also_good"),
                push.stored.stream().map(Decoded::labels).toList());
        assertEquals(
                "tenant team-a: series {job=\"j\"} has no metric name (label __name__); refused 3 of 5 samples:"
                        + " 1 metric-name-missing, 2 sample-in-future; the others are stored"
                        + " (err-engram-metric-name-missing)",
                failure.getMessage());
        assertEquals(2, counter("engram_distributor_stored_samples_total{tenant=\"team-a\"}"));
        assertEquals(
                2, counter("engram_distributor_refused_samples_total{reason=\"sample-in-future\",tenant=\"team-a\"}"));
    }

    @Test
    void namesTheLimitThatASeriesBreaks() {
        limits = limits(2, 8, 5);
        distributor(1 << 20, 0);
        assertRefused(
                ErrorId.LABEL_NAME_TOO_LONG,
                "the name of label twelve_chars has 12 bytes and may have 8 (limits.max-label-name-bytes)",
                label("twelve_chars", "v"));
        assertRefused(
                ErrorId.LABEL_VALUE_TOO_LONG,
                "the value of label l has 6 bytes and may have 5 (limits.max-label-value-bytes)",
                label("l", "123456"));
        assertRefused(
                ErrorId.LABELS_TOO_MANY,
                "has 3 labels and may have 2 (limits.max-labels-per-series)",
                label("a", "1"),
                label("b", "2"));
        assertRefused(ErrorId.LABEL_DUPLICATE, "has a label name twice", label("a", "1"), label("a", "2"));
        assertRefused(ErrorId.LABEL_NAME_EMPTY, "has a label without a name", label("", "1"));
        assertRefused(
                ErrorId.LABEL_UTF8_INVALID,
                "label l is not valid UTF-8",
                Label.newBuilder().setName("l").setValue("v"));
        limits = limits(3, 12, 6);
        assertEquals(204, handleWith(label("a", "1"), label("b", "2")), "limits are looked up at the moment of use");
    }

    private void assertRefused(ErrorId id, String text, Label.Builder... more) {
        byte[] message = withLabels(more).toByteArray();
        if (id == ErrorId.LABEL_UTF8_INVALID) {
            int value = ByteString.copyFrom(message).size();
            // The generated classes refuse to make such a string: put a lone continuation byte where the value is.
            for (int i = 0; i < value; i++) {
                message[i] = message[i] == 'v' ? (byte) 0x80 : message[i];
            }
        }
        Failure failure;
        try {
            failure = refused(Snappy.compress(message));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertSame(id, failure.id(), failure.getMessage());
        assertTrue(failure.getMessage().contains(text), failure.getMessage());
    }

    private int handleWith(Label.Builder... more) {
        try {
            FakeExchange exchange = new FakeExchange(snappy(withLabels(more)));
            routes.get("/api/v1/push").handle(exchange);
            return exchange.status;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static WriteRequest withLabels(Label.Builder... more) {
        TimeSeries.Builder series = TimeSeries.newBuilder().addLabels(label("__name__", "m"));
        for (Label.Builder label : more) {
            series.addLabels(label);
        }
        return request(series.addSamples(sample(NOW_MS)).build());
    }

    @Test
    void timesAtTheLimitsAreTaken() throws Exception {
        limits = TestLimits.with(Map.of("pastGracePeriod", Duration.ofDays(7)));
        handle(request(series("a", NOW_MS + 600_000), series("b", NOW_MS - 7 * 86_400_000)));
        assertEquals(2, push.stored.size());
        Failure future = refused(request(series("a", NOW_MS + 600_001)));
        assertSame(ErrorId.SAMPLE_IN_FUTURE, future.id());
        assertTrue(
                future.getMessage()
                        .contains("is 10m1ms ahead of this server's clock and may be 10m"
                                + " (limits.future-grace-period)"),
                future.getMessage());
        Failure past = refused(request(series("b", NOW_MS - 7 * 86_400_000 - 1)));
        assertSame(ErrorId.SAMPLE_IN_PAST, past.id());
        assertTrue(past.getMessage().contains("is 7d1ms old and may be 7d (limits.past-grace-period)"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            CONFLICT              | SAMPLE_DUPLICATE_TIMESTAMP | has another value than the one stored
            OUT_OF_ORDER          | SAMPLE_OUT_OF_ORDER        | is 1ms older than its series' newest at 1700000000000 (2023-11-14T22:13:20Z) and may be 2h (limits.out-of-order-time-window)
            TOO_OLD               | SAMPLE_TOO_OLD             | limits.retention
            INSTANCE_SERIES_LIMIT | INSTANCE_SERIES_LIMIT      | as many as its memory allows
            """)
    void namesTheSeriesThatAnIngesterRefuses(SampleStatus status, ErrorId id, String text) {
        distributor(1 << 20, 0);
        push.verdict = new SampleStatus[] {SampleStatus.STORED, SampleStatus.DUPLICATE, status};
        push.detailMs = NOW_MS;
        Failure failure = refused(request(series("a", NOW_MS), series("b", NOW_MS), series("c", NOW_MS - 1)));
        assertSame(id, failure.id());
        assertTrue(failure.getMessage().contains("sample of series c at 1699999999999"), failure.getMessage());
        assertTrue(failure.getMessage().contains(text), failure.getMessage());
        assertTrue(failure.getMessage().contains("refused 1 of 3 samples"), failure.getMessage());
    }

    @Test
    void saysThatOthersAreStoredOnlyWhereThereAreOthers() {
        distributor(1 << 20, 0);
        push.verdict = new SampleStatus[] {SampleStatus.OUT_OF_ORDER};
        push.detailMs = NOW_MS;
        Failure all = refused(request(series("a", NOW_MS - 1)));
        assertTrue(all.getMessage()
                .endsWith("refused 1 of 1 samples: 1 sample-out-of-order ("
                        + all.id().code() + ")"));
    }

    /** Prometheus logs the first 1024 bytes of what it is answered. */
    @Test
    void theReasonAndTheIdStandWithinWhatPrometheusLogs() {
        limits = limits(3, 10, 2000);
        distributor(1 << 20, 0);
        List<Failure> failures = List.of(
                refused(withLabels(label("n".repeat(1500), "v".repeat(1500)))),
                refused(withLabels(label("x", "v".repeat(2500)))),
                refused(withLabels(label("a", "é".repeat(900)), label("b", "v".repeat(900)), label("c", "w"))));
        for (Failure failure : failures) {
            String text = failure.getMessage();
            assertTrue(text.contains("limits.max-label"), text);
            assertTrue(text.getBytes(StandardCharsets.UTF_8).length <= 1024, () -> text.length() + ": " + text);
        }
    }

    @Test
    void aFullInstanceIsTemporaryEvenBesideOtherRefusals() {
        distributor(1 << 20, 0);
        push.verdict = new SampleStatus[] {SampleStatus.CONFLICT, SampleStatus.INSTANCE_SERIES_LIMIT};
        Failure failure = refused(request(series("a", NOW_MS), series("b", NOW_MS)));
        assertSame(ErrorId.INSTANCE_SERIES_LIMIT, failure.id(), "or the sender would drop what it may send again");
    }

    @Test
    void aRetryOfWhatIsStoredSucceeds() throws Exception {
        push.verdict = new SampleStatus[] {SampleStatus.DUPLICATE};
        assertEquals(204, handle(request(series("a", NOW_MS))));
    }

    @Test
    void version2IsToldWhatIsWrittenAlsoWhereSomeIsRefused() throws Exception {
        distributor(1 << 20, 0);
        FakeExchange all = version2(
                request(series("a", NOW_MS), histogram("h", NOW_MS), exemplar("a", NOW_MS), series("b", NOW_MS)));
        routes.get("/api/v1/push").handle(all);
        assertEquals(204, all.status);
        assertWritten(all, 2, 1, 1);

        push.verdict = new SampleStatus[] {
            SampleStatus.DUPLICATE, SampleStatus.CONFLICT, SampleStatus.OUT_OF_ORDER, SampleStatus.STORED
        };
        FakeExchange some = version2(request(
                series("a", NOW_MS),
                series("b", NOW_MS),
                histogram("h", NOW_MS),
                exemplar("a", NOW_MS),
                series("", 1)));
        Failure failure = refused(some);
        assertSame(ErrorId.METRIC_NAME_MISSING, failure.id());
        assertTrue(
                failure.getMessage()
                        .contains("refused 3 of 4 samples: 1 metric-name-missing, 1 sample-duplicate-timestamp,"
                                + " 1 sample-out-of-order"),
                failure.getMessage());
        assertWritten(some, 1, 0, 1);

        FakeExchange none = version2(request()).with("Content-Encoding", "gzip");
        refused(none);
        FakeExchange broken = new FakeExchange(new byte[] {1, 2}).with("Content-Type", VERSION_2);
        refused(broken);
        assertWritten(broken, 0, 0, 0);
    }

    @Test
    void aRefusedExemplarFailsNoRequest() throws Exception {
        distributor(1 << 20, 0);
        push.verdict = new SampleStatus[] {SampleStatus.STORED, SampleStatus.EXEMPLAR_REFUSED};
        FakeExchange exchange = version2(request(series("a", NOW_MS), exemplar("a", NOW_MS)));
        routes.get("/api/v1/push").handle(exchange);
        assertEquals(204, exchange.status);
        assertWritten(exchange, 1, 0, 0);
        assertEquals(1, counter("engram_distributor_refused_exemplars_total{tenant=\"team-a\"}"));
    }

    @Test
    void exemplarsThatATenantKeepsNoneOfCountAsWritten() throws Exception {
        limits = TestLimits.with(Map.of("maxExemplars", 0));
        distributor(1 << 20, 0);
        FakeExchange exchange = version2(request(exemplar("a", NOW_MS)));
        routes.get("/api/v1/push").handle(exchange);
        assertEquals(204, exchange.status);
        assertWritten(exchange, 0, 0, 1);
        assertTrue(push.stored.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TENANT_SERIES_LIMIT", "METRIC_SERIES_LIMIT", "LABEL_SET_SERIES_LIMIT"})
    void seriesBeyondALimitAreDroppedWhereTheTenantWantsThat(SampleStatus status) throws Exception {
        push.verdict = new SampleStatus[] {SampleStatus.STORED, status};
        distributor(1 << 20, 0);
        Failure failure = refused(request(series("a", NOW_MS), series("b", NOW_MS)));
        assertEquals(status.name(), failure.id().name());
        assertTrue(failure.getMessage().contains("sample of series b"), failure.getMessage());

        limits = TestLimits.with(Map.of("seriesLimitAction", SeriesLimitAction.DROP));
        FakeExchange exchange = version2(request(series("a", NOW_MS), series("b", NOW_MS)));
        routes.get("/api/v1/push").handle(exchange);
        assertEquals(204, exchange.status);
        assertWritten(exchange, 2, 0, 0);
        String reason = Refusals.reason(failure.id());
        assertEquals(
                1, counter("engram_distributor_dropped_samples_total{reason=\"" + reason + "\",tenant=\"team-a\"}"));
    }

    @Test
    void aFullInstanceIsNoLimitOfTheTenants() {
        limits = TestLimits.with(Map.of("seriesLimitAction", SeriesLimitAction.DROP));
        distributor(1 << 20, 0);
        push.verdict = new SampleStatus[] {SampleStatus.INSTANCE_SERIES_LIMIT};
        assertSame(
                ErrorId.INSTANCE_SERIES_LIMIT,
                refused(request(series("a", NOW_MS))).id());
    }

    @Test
    void tooHighARateIsRefusedBeforeAnythingIsStored() throws Exception {
        limits = TestLimits.with(Map.of("ingestionRate", 2, "ingestionBurst", 3));
        ManualClock clock = new ManualClock(NOW_MS);
        distributor(1 << 20, 0, clock);
        assertEquals(204, handle(request(series("a", NOW_MS), histogram("h", NOW_MS))));
        Failure failure = refused(request(series("b", NOW_MS), series("c", NOW_MS)));
        assertSame(ErrorId.INGESTION_RATE, failure.id());
        assertEquals(429, FailureStatus.of(failure.id().cause()).status());
        assertEquals(
                "tenant team-a sends more than the 2 samples a second that it may (limits.ingestion-rate), and more"
                        + " than 3 at once beyond that (limits.ingestion-burst); this request has 2"
                        + " (err-engram-ingestion-rate)",
                failure.getMessage());
        assertEquals(2, push.stored.size());
        assertEquals(
                2, counter("engram_distributor_refused_samples_total{reason=\"ingestion-rate\",tenant=\"team-a\"}"));
        clock.advance(500);
        assertEquals(204, handle(request(series("b", NOW_MS), series("c", NOW_MS))));
    }

    @Test
    void seriesThatAnIngesterHasForgottenComeAgainWithTheirLabels() throws Exception {
        distributor(1 << 20, 0);
        WriteRequest request =
                request(series("a", NOW_MS), series("b", NOW_MS), histogram("h", NOW_MS), exemplar("b", NOW_MS));
        FakeExchange first = version2(request);
        routes.get("/api/v1/push").handle(first);
        List<Decoded> all = List.copyOf(push.stored);
        push.stored.clear();

        push.forgotten = true;
        push.verdict = new SampleStatus[] {SampleStatus.CONFLICT, SampleStatus.STORED};
        push.detailMs = NOW_MS;
        FakeExchange second = version2(request);
        Failure failure = refused(second);

        assertEquals(all, push.stored, "what was unknown came once more");
        assertSame(ErrorId.SAMPLE_DUPLICATE_TIMESTAMP, failure.id());
        assertTrue(failure.getMessage().contains("sample of series a"), failure.getMessage());
        assertWritten(second, 1, 1, 1);
    }

    @Test
    void metadataIsHandedOnAgainUntilItIsStored() throws Exception {
        WriteRequest request = WriteRequest.newBuilder()
                .addMetadata(
                        MetricMetadata.newBuilder().setMetricFamilyName("m").setType(MetricMetadata.MetricType.GAUGE))
                .build();
        push.beforeAwait = () -> {
            throw new Failure(ErrorId.WAL_UNAVAILABLE, "broken");
        };
        distributor(1 << 20, 0);
        assertSame(ErrorId.WAL_UNAVAILABLE, refused(request).id());
        push.beforeAwait = () -> {};
        assertEquals(204, handle(request));
        assertEquals(204, handle(request));
        assertEquals(2, push.metadata.size(), "once in vain, once for good");
    }

    @Test
    void bodiesInFlightShareABudget() {
        distributor(1 << 20, 100);
        byte[] other = snappyOrFail(request(series("b", NOW_MS)));
        List<ErrorId> refusals = new ArrayList<>();
        push.beforeAwait = () -> {
            push.beforeAwait = () -> {};
            FakeExchange second = new FakeExchange(other);
            second.declaredLength = 90;
            refusals.add(refused(second).id());
        };
        FakeExchange first = new FakeExchange(snappyOrFail(request(series("a", NOW_MS))));
        first.declaredLength = 50;
        try {
            routes.get("/api/v1/push").handle(first);
            assertEquals(List.of(ErrorId.INFLIGHT_BYTES), refusals);
            FakeExchange later = new FakeExchange(other);
            routes.get("/api/v1/push").handle(later);
            assertEquals(204, later.status, "what was reserved is free again");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everyContextComesBackAfterRefusals() throws Exception {
        push.unavailable = true;
        for (int i = 0; i < 10; i++) {
            assertSame(ErrorId.INSTANCE_SERIES_LIMIT, refusedOn(i).id());
        }
        push.unavailable = false;
        assertEquals(204, handle(request(series("a", NOW_MS))));
    }

    private Failure refusedOn(int round) {
        if (round == 0) {
            distributor(1 << 20, 0);
        }
        return refused(request(series("a", NOW_MS)));
    }

    @Test
    void writesFromWithinTakeTheSamePath() throws Exception {
        Distributor distributor = distributor(1 << 20, 0);
        byte[] message = request(series("a", NOW_MS)).toByteArray();
        distributor.write(FakeExchange.TENANT, message, message.length);
        assertEquals(1, push.stored.size());
        assertThrows(Failure.class, () -> distributor.write(FakeExchange.TENANT, message, message.length - 1));
    }

    private int handle(WriteRequest request) throws Exception {
        if (routes.isEmpty()) {
            distributor(1 << 20, 0);
        }
        FakeExchange exchange = new FakeExchange(snappy(request));
        routes.get("/api/v1/push").handle(exchange);
        return exchange.status;
    }

    private Failure refused(WriteRequest request) {
        return refused(snappyOrFail(request));
    }

    private Failure refused(byte[] body) {
        return refused(new FakeExchange(body));
    }

    private Failure refused(FakeExchange exchange) {
        return assertThrows(Failure.class, () -> routes.get("/api/v1/push").handle(exchange));
    }

    private long counter(String key) {
        return metrics.registry().counter(key).getCount();
    }

    private static Limits limits(int labels, int nameBytes, int valueBytes) {
        return TestLimits.with(Map.of(
                "maxLabelsPerSeries",
                labels,
                "maxLabelNameBytes",
                nameBytes,
                "maxLabelValueBytes",
                valueBytes,
                "pastGracePeriod",
                Duration.ZERO));
    }

    private static FakeExchange version2(WriteRequest request) throws Exception {
        byte[] body = RandomRequests2.of(request).toByteArray();
        return new FakeExchange(Snappy.compress(body)).with("Content-Type", VERSION_2);
    }

    private static void assertWritten(FakeExchange exchange, int samples, int histograms, int exemplars) {
        assertEquals("" + samples, exchange.header("X-Prometheus-Remote-Write-Samples-Written"));
        assertEquals("" + histograms, exchange.header("X-Prometheus-Remote-Write-Histograms-Written"));
        assertEquals("" + exemplars, exchange.header("X-Prometheus-Remote-Write-Exemplars-Written"));
    }

    private static TimeSeries histogram(String name, long timestampMs) {
        return TimeSeries.newBuilder()
                .addLabels(label("__name__", name))
                .addHistograms(Histogram.newBuilder().setTimestamp(timestampMs))
                .build();
    }

    private static TimeSeries exemplar(String name, long timestampMs) {
        return TimeSeries.newBuilder()
                .addLabels(label("__name__", name))
                .addExemplars(
                        Exemplar.newBuilder().addLabels(label("trace_id", "1")).setTimestamp(timestampMs))
                .build();
    }

    private static byte[] snappy(WriteRequest request) throws IOException {
        return Snappy.compress(request.toByteArray());
    }

    private static byte[] snappyOrFail(WriteRequest request) {
        try {
            return snappy(request);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static WriteRequest request(TimeSeries... series) {
        return WriteRequest.newBuilder().addAllTimeseries(List.of(series)).build();
    }

    private static TimeSeries series(String name, long timestampMs) {
        return TimeSeries.newBuilder()
                .addLabels(label("__name__", name))
                .addSamples(sample(timestampMs))
                .build();
    }

    private static Sample sample(long timestampMs) {
        return Sample.newBuilder().setTimestamp(timestampMs).setValue(1).build();
    }

    private static Label.Builder label(String name, String value) {
        return Label.newBuilder().setName(name).setValue(value);
    }
}
