package io.engram.distributor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.distributor.ha.HaTrackerConfig;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.limits.Limits;
import io.engram.model.testing.ManualClock;
import io.engram.model.testing.Seeds;
import io.engram.model.testing.StrictJson;
import io.engram.model.testing.TestLimits;
import io.engram.proto.remote.v1.Label;
import io.engram.proto.remote.v1.Sample;
import io.engram.proto.remote.v1.TimeSeries;
import io.engram.proto.remote.v1.WriteRequest;
import io.engram.ring.InProcessStore;
import io.engram.server.http.Endpoint;
import io.engram.server.metrics.Metrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xerial.snappy.Snappy;

/** Write-time election as senders see it: what is stored, what they are answered. */
final class HaWriteTest {
    private static final long NOW_MS = RandomRequests.NOW_MS;
    private static final String VERSION_2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request";
    private static final Limits ON = TestLimits.with(Map.of("haTrackerEnabled", true, "haMaxClusters", 2));

    private final FakePush push = new FakePush();
    private final Metrics metrics = new Metrics();
    private final ManualClock clock = new ManualClock(NOW_MS);
    private final Map<String, Endpoint> routes = new HashMap<>();
    private Limits limits = ON;
    private Distributor distributor;

    @BeforeEach
    void wire() {
        distributor = new Distributor(
                new DistributorConfig(1 << 20, 0, 1 << 20, 2),
                HaTrackerConfig.defaults(),
                42,
                tenant -> limits,
                new InProcessStore(),
                () -> 1,
                push,
                clock,
                metrics);
        distributor.register((method, pattern, access, endpoint) -> routes.put(pattern, endpoint));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theLeadersSeriesAreStoredWithoutTheReplicaLabel(boolean version2) throws Exception {
        FakeExchange leader = send(version2, series("up", "eu", "a", NOW_MS));
        assertEquals(204, leader.status);
        FakeExchange standby = send(version2, series("up", "eu", "b", NOW_MS - 5));
        assertEquals(202, standby.status);
        if (version2) {
            assertWritten(leader, 1);
            assertWritten(standby, 1);
        }
        assertEquals(List.of("up{cluster=\"eu\"}"), labels());
        assertEquals(1, counter("engram_distributor_stored_samples_total"));
        assertEquals(1, counter("engram_distributor_ha_tracker_standby_samples_total"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everySeriesOfAMixedRequestHasItsOwnElection(boolean version2) throws Exception {
        send(version2, series("up", "eu", "a", NOW_MS), series("up", "us", "b", NOW_MS));
        push.stored.clear();
        FakeExchange mixed = send(
                version2,
                series("up", "eu", "b", NOW_MS),
                series("up", "us", "b", NOW_MS + 1),
                series("plain", "", "", NOW_MS + 1),
                series("no_cluster", "", "b", NOW_MS + 1),
                series("no_replica", "eu", "", NOW_MS + 1),
                series("up", "eu", "a", NOW_MS + 1));
        assertEquals(202, mixed.status);
        if (version2) {
            assertWritten(mixed, 6);
        }
        assertEquals(
                List.of(
                        "up{cluster=\"us\"}",
                        "plain",
                        "no_cluster{__replica__=\"b\"}",
                        "no_replica{cluster=\"eu\"}",
                        "up{cluster=\"eu\"}"),
                labels());
    }

    @Test
    void fingerprintAndPlacementAreThoseOfTheSeriesWithoutTheLabel() {
        Seeds.check(50, random -> {
            Decoding plain = new Decoding();
            Decoding elected = new Decoding();
            elected.election = true;
            WriteRequest request = RandomRequests.request(random);
            WriteRequest.Builder with = WriteRequest.newBuilder();
            WriteRequest.Builder without = WriteRequest.newBuilder();
            for (TimeSeries one : request.getTimeseriesList()) {
                with.addTimeseries(relabelled(one, Map.of("cluster", "eu", "__replica__", "a")));
                without.addTimeseries(relabelled(one, Map.of("cluster", "eu")));
            }
            plain.decode(without.build());
            elected.decode(with.build());
            same(plain, elected);
            elected.decode(RandomRequests2.of(with.build()));
            same(plain, elected);
        });
    }

    private static void same(Decoding plain, Decoding elected) {
        assertEquals(Decoded.of(plain.context.batch), Decoded.of(elected.context.batch));
        for (int i = 0; i < plain.context.batch.seriesCount; i++) {
            assertEquals(plain.context.batch.fingerprintHi[i], elected.context.batch.fingerprintHi[i]);
            assertEquals(plain.context.batch.fingerprintLo[i], elected.context.batch.fingerprintLo[i]);
            assertEquals(plain.context.batch.placement[i], elected.context.batch.placement[i]);
        }
    }

    private static TimeSeries relabelled(TimeSeries series, Map<String, String> more) {
        TreeMap<String, String> labels = new TreeMap<>();
        series.getLabelsList().forEach(label -> labels.put(label.getName(), label.getValue()));
        labels.remove("__replica__");
        labels.putAll(more);
        TimeSeries.Builder made = series.toBuilder().clearLabels();
        labels.forEach(
                (name, value) -> made.addLabels(Label.newBuilder().setName(name).setValue(value)));
        return made.build();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void turningItOnAndOffHoldsFromTheNextRequest(boolean version2) throws Exception {
        List<String> both = List.of("up{__replica__=\"a\", cluster=\"eu\"}", "up{__replica__=\"b\", cluster=\"eu\"}");
        for (int round = 0; round < 3; round++) {
            limits = ON;
            send(version2, series("up", "eu", "a", NOW_MS));
            send(version2, series("up", "eu", "b", NOW_MS));
            assertEquals(List.of("up{cluster=\"eu\"}"), labels(), "round " + round);
            push.stored.clear();
            limits = TestLimits.with(Map.of());
            send(version2, series("up", "eu", "a", NOW_MS));
            send(version2, series("up", "eu", "b", NOW_MS));
            assertEquals(round == 0 || !version2 ? both : List.of("{}", "{}"), labels(), "round " + round);
            push.stored.clear();
        }
    }

    @Test
    void aFailOverStoresWhatTheStandbyWasToldIsStored() throws Exception {
        send(false, series("up", "eu", "a", NOW_MS), series("down", "eu", "a", NOW_MS));
        send(false, series("up", "eu", "b", NOW_MS - 1));
        send(false, series("up", "eu", "b", NOW_MS + 1), series("down", "eu", "b", NOW_MS - 1));
        send(true, series("up", "eu", "b", NOW_MS + 2), series("plain", "", "", NOW_MS + 2));
        push.stored.clear();
        clock.advance(25_000);
        FakeExchange late = new FakeExchange(body(false, series("up", "eu", "b", NOW_MS + 3)));
        Failure failure = assertThrows(Failure.class, () -> route(late));
        assertSame(ErrorId.HA_LEADER_LATE, failure.id());
        assertTrue(
                failure.getMessage()
                        .contains(
                                "replica b of HA pair eu does not lead, and nothing came from a, which does, for 25s"),
                failure.getMessage());
        assertEquals("6", late.header("Retry-After"), "when it is known who leads");
        clock.advance(5000);
        distributor.watchElections(Runnable::run);

        assertEquals(
                List.of("up{cluster=\"eu\"} " + (NOW_MS + 1), "up{cluster=\"eu\"} " + (NOW_MS + 2)),
                push.stored.stream()
                        .map(one -> one.labels() + " " + one.samples().get(0).split(":")[0])
                        .toList(),
                "not what the leader had sent, nor what named no replica");
        assertEquals(2, counter("engram_distributor_ha_tracker_taken_over_samples_total"));
        assertEquals(1, counter("engram_distributor_ha_tracker_failovers_total"));
        push.stored.clear();
        assertEquals(202, send(false, series("up", "eu", "b", NOW_MS), series("down", "eu", "b", NOW_MS + 3)).status);
        assertEquals(List.of("down{cluster=\"eu\"}"), labels(), "what an earlier leader sent is left out");
        assertEquals(202, send(false, series("up", "eu", "a", NOW_MS + 1)).status, "who comes back is a standby");
    }

    @Test
    void whatCannotBeWrittenAtAFailOverIsWrittenLater() throws Exception {
        send(false, series("up", "eu", "a", NOW_MS));
        send(false, series("up", "eu", "b", NOW_MS + 1));
        clock.advance(25_000);
        assertThrows(Failure.class, () -> send(false, series("up", "eu", "b", NOW_MS + 2)));
        clock.advance(5000);
        push.stored.clear();
        push.unavailable = true;
        distributor.watchElections(Runnable::run);
        Failure failure = assertThrows(Failure.class, () -> send(false, series("up", "eu", "b", NOW_MS + 2)));
        assertSame(ErrorId.HA_LEADER_LATE, failure.id());
        assertTrue(failure.getMessage().contains("was elected just now"), failure.getMessage());
        push.unavailable = false;
        distributor.watchElections(Runnable::run);
        assertEquals(204, send(false, series("up", "eu", "b", NOW_MS + 2)).status);
        assertEquals(2, push.stored.size());
    }

    @Test
    void whatAnIngesterCouldNotTakeOfTheLeaderIsHeldOfTheStandby() throws Exception {
        send(false, series("up", "eu", "a", NOW_MS));
        push.unavailable = true;
        assertThrows(Failure.class, () -> send(false, series("up", "eu", "a", NOW_MS + 10)));
        push.unavailable = false;
        send(false, series("up", "eu", "b", NOW_MS + 5));
        assertTrue(page("application/json").matches("(?s).*\"buffered_bytes\":[1-9].*"), page("application/json"));
    }

    @Test
    void refusesClustersBeyondTheLimitAndStoresTheOthers() throws Exception {
        send(false, series("up", "eu", "a", NOW_MS), series("up", "us", "a", NOW_MS));
        push.stored.clear();
        FakeExchange exchange = new FakeExchange(
                        body(true, series("up", "asia", "a", NOW_MS), series("up", "eu", "a", NOW_MS + 1)))
                .with("Content-Type", VERSION_2);
        Failure failure = assertThrows(Failure.class, () -> route(exchange));
        assertEquals(
                "tenant team-a: replica a of HA pair asia would be of a new pair, and the tenant has 2 and may have 2"
                        + " (limits.ha-max-clusters); refused 1 of 2 samples: 1 ha-clusters-limit; the others are stored"
                        + " (err-engram-ha-clusters-limit)",
                failure.getMessage());
        assertWritten(exchange, 1);
        assertEquals(List.of("up{cluster=\"eu\"}"), labels());
    }

    @Test
    void aRequestThatNamesVeryManyReplicasIsBounded() throws Exception {
        limits = TestLimits.with(Map.of("haTrackerEnabled", true, "haMaxClusters", 0));
        List<TimeSeries> many = new ArrayList<>();
        for (int i = 0; i < ReplicaPairs.MAX_PAIRS + 10; i++) {
            many.add(series("up", "c" + i, "a", NOW_MS));
        }
        Failure failure = assertThrows(Failure.class, () -> send(false, many.toArray(TimeSeries[]::new)));
        assertTrue(
                failure.getMessage().contains("the request names more than 1024 replicas of HA pairs"),
                failure.getMessage());
        assertEquals(ReplicaPairs.MAX_PAIRS, push.stored.size());
    }

    @Test
    void showsWhoLeads() throws Exception {
        send(false, series("up", "<eu>", "a", NOW_MS));
        clock.advance(1000);
        send(false, series("up", "<eu>", "b", NOW_MS + 5));
        String json = page("application/json");
        StrictJson.parse(json.strip());
        assertTrue(
                json.startsWith("{\"clusters\":[{\"tenant\":\"team-a\",\"cluster\":\"<eu>\",\"elected\":\"a\","
                        + "\"taking_over\":false,\"elected_at\":" + NOW_MS + ",\"last_received\":" + NOW_MS
                        + ",\"newest_sample\":" + NOW_MS + ",\"failovers\":0,\"buffered_bytes\":"),
                json);
        assertTrue(json.contains("\"standbys\":[{\"replica\":\"b\",\"last_received\":" + (NOW_MS + 1000)), json);
        assertTrue(page("text/html").contains("<td>&lt;eu&gt;</td><td>a</td><td>elected</td>"), page("text/html"));
        assertTrue(page("*/*").contains("team-a\t<eu>\tb\tstandby\t"), page("*/*"));
    }

    private String page(String accept) throws Exception {
        FakeExchange exchange = new FakeExchange(new byte[0]).with("Accept", accept);
        routes.get("/distributor/ha_tracker").handle(exchange);
        return exchange.text;
    }

    private FakeExchange send(boolean version2, TimeSeries... series) throws Exception {
        FakeExchange exchange = new FakeExchange(body(version2, series));
        if (version2) {
            exchange.with("Content-Type", VERSION_2);
        }
        route(exchange);
        return exchange;
    }

    private void route(FakeExchange exchange) throws Exception {
        routes.get("/api/v1/push").handle(exchange);
    }

    private static byte[] body(boolean version2, TimeSeries... series) throws Exception {
        WriteRequest request =
                WriteRequest.newBuilder().addAllTimeseries(List.of(series)).build();
        return Snappy.compress(version2 ? RandomRequests2.of(request).toByteArray() : request.toByteArray());
    }

    /** @param cluster none where empty, as for {@code replica} */
    private static TimeSeries series(String name, String cluster, String replica, long timestampMs) {
        TimeSeries.Builder series = TimeSeries.newBuilder()
                .addLabels(Label.newBuilder().setName("__name__").setValue(name));
        if (!replica.isEmpty()) {
            series.addLabels(Label.newBuilder().setName("__replica__").setValue(replica));
        }
        if (!cluster.isEmpty()) {
            series.addLabels(Label.newBuilder().setName("cluster").setValue(cluster));
        }
        return series.addSamples(Sample.newBuilder().setTimestamp(timestampMs).setValue(1))
                .build();
    }

    private List<String> labels() {
        return push.stored.stream().map(Decoded::labels).toList();
    }

    private static void assertWritten(FakeExchange exchange, int samples) {
        assertEquals(Integer.toString(samples), exchange.header("X-Prometheus-Remote-Write-Samples-Written"));
    }

    private long counter(String name) {
        return metrics.registry()
                .getCounters()
                .get(name + "{tenant=\"team-a\"}")
                .getCount();
    }
}
