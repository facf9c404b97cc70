package io.engram.querier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.cardinality.Count;
import io.engram.model.cardinality.HeadCardinality;
import io.engram.model.labels.Matcher;
import io.engram.proto.Cardinality;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CardinalityApiTest {
    private static final List<String> REPLICA_LABELS = List.of("__replica__", "prometheus_replica");

    private final TestApi api = new TestApi();

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void showsTheHeadAsPrometheusDoes() {
        api.cardinality.head = new HeadCardinality(
                1,
                2,
                3,
                4,
                5,
                List.of(new Count("up", 1)),
                List.of(),
                List.of(new Count("job", 6)),
                List.of(new Count("job=a", 1)));

        assertEquals("""
                {"status":"success","data":{\
                "headStats":{"numSeries":1,"numLabelPairs":2,"chunkCount":3,"minTime":4,"maxTime":5},\
                "seriesCountByMetricName":[{"name":"up","value":1}],\
                "labelValueCountByLabelName":[],\
                "memoryInBytesByLabelName":[{"name":"job","value":6}],\
                "seriesCountByLabelValuePair":[{"name":"job=a","value":1}]}}""", api.get("status/tsdb").text());
    }

    @Test
    void showsAnEmptyHead() {
        assertTrue(api.post("status/tsdb")
                .text()
                .contains("{\"numSeries\":0,\"numLabelPairs\":0,\"chunkCount\":0,"
                        + "\"minTime\":9223372036854775807,\"maxTime\":-9223372036854775808}"));
    }

    @Test
    void countsLabelNamesAsMimirDoes() {
        assertEquals("""
                {"label_values_count_total":9,"label_names_count":2,\
                "cardinality":[{"label_name":"job","label_values_count":20}]}""", api.get("cardinality/label_names").text());
        assertEquals(
                new Cardinality.Query(TestApi.TENANT, List.of(), Cardinality.Which.IN_MEMORY, REPLICA_LABELS),
                api.cardinality.asked);
    }

    @Test
    void countsReplicasAsTheRequestWantsThem() {
        String path = "cardinality/label_values";
        api.get(path, "label_names[]", "a", "dedup", "false");
        assertEquals(List.of(), api.cardinality.asked.replicaLabels());
        api.get(path, "label_names[]", "a", "replicaLabels[]", "rack");
        assertEquals(List.of("rack"), api.cardinality.asked.replicaLabels());
        api.get(path, "label_names[]", "a", "selector", "{__replica__=\"b\"}");
        assertEquals(List.of(), api.cardinality.asked.replicaLabels());
    }

    @Test
    void countsLabelValuesAsMimirDoes() {
        FakeExchange answer = api.post(
                "cardinality/label_values",
                "label_names[]",
                "a",
                "label_names[]",
                "pod",
                "label_names[]",
                "a",
                "selector",
                "{job=\"x\"}",
                "count_method",
                "active",
                "limit",
                "0");

        assertEquals("""
                {"series_count_total":5,"labels":[\
                {"label_name":"pod","label_values_count":3,"series_count":3,\
                "cardinality":[{"label_value":"x","series_count":0}]},\
                {"label_name":"a","label_values_count":3,"series_count":1,\
                "cardinality":[{"label_value":"x","series_count":0}]}]}""", answer.text());
        assertEquals(
                new Cardinality.Query(
                        TestApi.TENANT, List.of(Matcher.equal("job", "x")), Cardinality.Which.ACTIVE, REPLICA_LABELS),
                api.cardinality.asked);
    }

    @Test
    void streamsActiveSeries() {
        api.cardinality.seriesCount = 100_000; // some batches

        FakeExchange answer = api.get("cardinality/active_series", "selector", "{n!=\"\"}");

        List<?> data = (List<?>) answer.json().get("data");
        assertEquals(100_000, data.size());
        assertEquals(Map.of("n", "0\"é"), data.getFirst());
        assertEquals(Map.of("n", "99999\"é"), data.getLast());
        assertEquals(Cardinality.Which.ACTIVE, api.cardinality.asked.which());
        assertEquals(1, api.cardinality.closed);
    }

    @Test
    void streamsNothingWhereNothingIsActive() {
        assertEquals(
                "{\"data\":[]}",
                api.get("cardinality/active_series", "selector", "up").text());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "status/tsdb|limit=0|limit must be a positive number",
                "status/tsdb|limit=x|limit must be a positive number",
                "status/tsdb|limit=10001|limit must not exceed 10000",
                "cardinality/label_names|limit=-1|'limit' param cannot be less than '0'",
                "cardinality/label_names|limit=501|'limit' param cannot be greater than '500'",
                "cardinality/label_names|limit=x|strconv.Atoi: parsing \"x\": invalid syntax",
                "cardinality/label_names|count_method=all|invalid 'count_method' param 'all'. valid options are: [active,inmemory]",
                "cardinality/label_values|limit=1|'label_names[]' param is required",
                "cardinality/label_values|label_names[]=|invalid 'label_names' param ''",
                "cardinality/active_series|limit=1|missing 'selector' parameter"
            })
    void refusesBadParametersInTheWordsOfItsPeers(String path, String parameter, String expected) {
        String[] pair = parameter.split("=", 2);
        FakeExchange answer = api.get(path, pair[0], pair[1]);

        assertEquals(400, answer.status);
        assertEquals(expected, answer.json().get("error"));
    }

    @Test
    void refusesSelectorsThatAreNone() {
        FakeExchange two = api.get("cardinality/label_names", "selector", "a", "selector", "b");
        FakeExchange bad = api.get("cardinality/active_series", "selector", "sum(up)");

        assertEquals("multiple 'selector' params are not allowed", two.json().get("error"));
        assertTrue(bad.json().get("error").toString().startsWith("failed to parse selector: 1:"), bad.text());
    }
}
