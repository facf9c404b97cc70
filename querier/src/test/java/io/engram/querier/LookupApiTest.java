package io.engram.querier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LookupApiTest {
    private final TestApi api = new TestApi();

    @BeforeEach
    void fill() {
        api.series(Labels.of("__name__", "up", "job", "b"), 1);
        api.series(Labels.of("__name__", "up", "job", "a", "http.status", "200"), 1);
        api.series(Labels.of("__name__", "down", "job", "c"), 1);
        api.store.add(
                TestApi.TENANT, Labels.of("__name__", "old", "gone", "yes"), new long[] {1_000, 2_000}, new double[2]);
        api.store.add(
                new TenantId("team-b"), Labels.of("__name__", "secret", "s", "x"), new long[] {1}, new double[] {1});
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void findsSeriesSortedAndOnceThoughTwoSelectorsMatch() {
        FakeExchange exchange = api.post("series", "match[]", "up", "match[]", "{job=~\"a|c\"}");

        assertEquals(
                List.of(
                        Map.of("__name__", "down", "job", "c"),
                        Map.of("__name__", "up", "http.status", "200", "job", "a"),
                        Map.of("__name__", "up", "job", "b")),
                ResultOf.value(exchange));
    }

    @Test
    void respectsTheTimeRange() {
        assertEquals(List.of(), ResultOf.value(api.get("series", "match[]", "old", "start", "2.001")));
        assertEquals(
                List.of(Map.of("__name__", "old", "gone", "yes")),
                ResultOf.value(api.get("series", "match[]", "old", "start", "2", "end", "3")));
        assertEquals(List.of("__name__", "http.status", "job"), ResultOf.value(api.get("labels", "start", "3")));
        assertEquals(List.of(), ResultOf.value(api.get("label/gone/values", "start", "3")));
        assertEquals(List.of(), ResultOf.value(api.get("series", "match[]", "up", "start", "5", "end", "1")));
    }

    @Test
    void namesLabels() {
        assertEquals(List.of("__name__", "gone", "http.status", "job"), ResultOf.value(api.post("labels")));
        assertEquals(List.of("__name__", "job"), ResultOf.value(api.get("labels", "match[]", "down")));
    }

    @Test
    void saysHowLabelsWereFound() {
        api.store.infos.add("a copy is missing");
        for (String path : List.of("labels", "label/job/values")) {
            assertTrue(api.get(path).text().endsWith("],\"infos\":[\"a copy is missing\"]}"), path);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "job|[a, b, c]",
                "__name__|[down, old, up]",
                "U__http_2e_status|[200]",
                "http.status|[200]",
                "nothing|[]"
            })
    void listsValuesOfALabel(String name, String expected) {
        assertEquals(
                expected, ResultOf.value(api.get("label/" + name + "/values")).toString());
    }

    @Test
    void listsValuesOfWhatMatches() {
        assertEquals(List.of("a", "b"), ResultOf.value(api.get("label/job/values", "match[]", "up")));
        assertEquals(
                List.of("a", "b", "c"),
                ResultOf.value(api.get("label/job/values", "match[]", "up", "match[]", "{job=\"c\"}")));
    }

    @Test
    void cutsToTheLimitAndSaysSo() {
        for (FakeExchange cut : List.of(
                api.get("labels", "limit", "2"),
                api.get("label/job/values", "limit", "2"),
                api.get("series", "match[]", "{job!=\"\"}", "limit", "2"))) {
            assertEquals(2, ((List<?>) ResultOf.value(cut)).size());
            assertEquals(List.of("results truncated due to limit"), cut.json().get("warnings"));
        }
        assertEquals(3, ((List<?>) ResultOf.value(api.get("label/job/values", "limit", "3"))).size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "series||no match[] parameter provided",
                "series|match[]={a=\"\"}|invalid parameter \"match[]\": match[] must contain at least one non-empty matcher",
                "series|match[]={a=~\".*\"}|invalid parameter \"match[]\": match[] must contain at least one non-empty matcher",
                "labels|match[]={a!=\"x\"}|match[] must contain at least one non-empty matcher",
                "labels|start=x|invalid parameter \"start\": cannot parse \"x\" to a valid timestamp",
                "label/job/values|end=x|invalid parameter \"end\": cannot parse \"x\" to a valid timestamp",
                "label/job/values|limit=-1|invalid parameter \"limit\": limit must be non-negative"
            })
    void refusesBadInput(String path, String parameter, String expected) {
        FakeExchange exchange = TestApi.exchange("GET", "/prometheus/api/v1/" + path);
        if (parameter != null) {
            int equals = parameter.indexOf("]=") > 0 ? parameter.indexOf("]=") + 1 : parameter.indexOf('=');
            exchange.with(parameter.substring(0, equals), parameter.substring(equals + 1));
        }

        api.call(exchange);

        assertEquals(400, exchange.status);
        assertEquals(expected, exchange.json().get("error"));
    }

    @Test
    void refusesASelectorThatIsNone() {
        FakeExchange exchange = api.get("series", "match[]", "sum(up)");

        assertEquals(400, exchange.status);
        assertTrue(
                exchange.text()
                        .startsWith(
                                "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"invalid parameter \\\"match[]\\\": 1:"),
                exchange.text());
    }

    @ParameterizedTest
    @CsvSource({
        "U__a__b, a_b",
        "U___263a_, ☺",
        "U__a_zz_, U__a_zz_",
        "U__a_d800_, U__a_d800_",
        "U__a_2e, U__a_2e",
        "plain_name, plain_name",
        "U__a_1234567_, U__a_1234567_",
        "U___1F600_x, 😀x"
    })
    void readsEscapedNames(String escaped, String expected) {
        assertEquals(expected, EscapedNames.unescape(escaped));
    }
}
