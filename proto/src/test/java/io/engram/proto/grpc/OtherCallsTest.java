package io.engram.proto.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.engram.model.TenantId;
import io.engram.model.labels.Matcher;
import io.engram.model.read.LabelsBatch;
import io.engram.proto.Cardinality;
import io.engram.proto.Select;
import io.engram.proto.SelectExemplars;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OtherCallsTest {
    private static final TenantId TENANT = new TenantId("tenant");
    private static final Select.Query QUERY = new Select.Query(TENANT, List.of(Matcher.equal("a", "b")), 1, 2);

    private final FakeIngester ingester = new FakeIngester();
    private TestPeer peer;
    private IngesterClient client;

    @BeforeEach
    void start() throws Exception {
        peer = new TestPeer(ingester.service());
        client = peer.ingester();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        peer.close();
    }

    @Test
    void labels() {
        assertEquals(ingester.labelNames(QUERY), client.labelNames(QUERY));
        assertEquals(ingester.labelValues("job", QUERY), client.labelValues("job", QUERY));
        assertEquals(QUERY, ingester.lastQuery);
    }

    @Test
    void exemplars() {
        SelectExemplars.Query query = new SelectExemplars.Query(
                TENANT, List.of(List.of(Matcher.equal("a", "b"), Matcher.equal("c", "d")), List.of()), -5, 7);
        assertEquals(ingester.selectExemplars(query), client.selectExemplars(query));
    }

    @Test
    void metadata() {
        assertEquals(ingester.metadata(TENANT, "up"), client.metadata(TENANT, "up"));
    }

    @Test
    void usage() {
        assertEquals(ingester.usage(TENANT), client.usage(TENANT));
        assertEquals(5, client.seriesOfMetric(TENANT, "12345"));
    }

    @Test
    void heldBlocks() {
        assertEquals(ingester.held(TENANT), client.held(TENANT));
    }

    @Test
    void cardinality() {
        Cardinality.Query query = new Cardinality.Query(
                TENANT,
                List.of(new Matcher(Matcher.Type.REGEX, "a", "b.*")),
                Cardinality.Which.ACTIVE,
                List.of("replica"));
        Cardinality remote = client.cardinality();
        assertEquals(1L << 40, remote.series(query));
        assertEquals(query, ingester.lastCount);
        assertEquals(ingester.names(query, 5), remote.names(query, 5));
        assertEquals(ingester.values(List.of("x", "y"), query, 6), remote.values(List.of("x", "y"), query, 6));
        assertEquals(ingester.head(TENANT, 7), remote.head(TENANT, 7));
    }

    @Test
    void labelsOfAllSeries() {
        Cardinality.Query query = new Cardinality.Query(TENANT, List.of(), Cardinality.Which.IN_MEMORY, List.of());
        List<String> expected = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        LabelsBatch batch = new LabelsBatch();
        try (Cardinality.SeriesLabels series = ingester.labels(query)) {
            while (series.next(batch, 1 << 20)) {
                addTo(expected, batch);
            }
        }
        try (Cardinality.SeriesLabels series = client.cardinality().labels(query)) {
            while (series.next(batch, 100 << 10)) {
                addTo(actual, batch);
            }
            assertFalse(series.next(batch, 1));
        }
        assertEquals(20_000, expected.size() / 3);
        assertEquals(expected, actual);
        try (Cardinality.SeriesLabels series = client.cardinality().labels(query)) {
            series.next(batch, 1); // the rest is not wanted
        }
    }

    private static void addTo(List<String> all, LabelsBatch batch) {
        for (int series = 0; series < batch.count(); series++) {
            batch.forEachLabel(
                    series,
                    (bytes, nameFrom, nameLength, valueFrom, valueLength) ->
                            all.add(new String(bytes, nameFrom, nameLength, StandardCharsets.UTF_8)
                                    + new String(bytes, valueFrom, valueLength, StandardCharsets.UTF_8)));
        }
    }
}
