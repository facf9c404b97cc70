package io.engram.querier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.read.Exemplar;
import io.engram.model.read.SeriesExemplars;
import io.engram.proto.SelectExemplars;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExemplarApiTest {
    private final TestApi api = new TestApi();

    @AfterEach
    void close() {
        api.close();
    }

    private static Exemplar exemplar(long timestampMs, double value, String trace) {
        return new Exemplar(timestampMs, value, Labels.of("trace_id", trace));
    }

    private void add(Labels series, Exemplar... exemplars) {
        api.extras.exemplars.add(new SeriesExemplars(series, List.of(exemplars)));
    }

    @Test
    void answersAsPrometheusDoesSortedAndEachOnce() {
        Labels b = Labels.of("__name__", "m_bucket", "le", "2");
        Labels a = Labels.of("__name__", "m_bucket", "le", "1");
        add(b, exemplar(1500, 0.25, "x"), exemplar(3000, Double.NaN, "ü"));
        add(a, exemplar(2000, 6, ""));
        add(b, exemplar(1500, 0.25, "x"), exemplar(2001, -1, "z")); // what another copy has

        FakeExchange exchange = api.get(
                "query_exemplars", "query", "rate(m_bucket[5m])", "start", "0.5", "end", "1970-01-01T00:00:04Z");

        assertEquals(200, exchange.status);
        assertEquals(
                "{\"status\":\"success\",\"data\":["
                        + "{\"seriesLabels\":{\"__name__\":\"m_bucket\",\"le\":\"1\"},\"exemplars\":["
                        + "{\"labels\":{},\"value\":\"6\",\"timestamp\":2}]},"
                        + "{\"seriesLabels\":{\"__name__\":\"m_bucket\",\"le\":\"2\"},\"exemplars\":["
                        + "{\"labels\":{\"trace_id\":\"x\"},\"value\":\"0.25\",\"timestamp\":1.500},"
                        + "{\"labels\":{\"trace_id\":\"z\"},\"value\":\"-1\",\"timestamp\":2.001},"
                        + "{\"labels\":{\"trace_id\":\"ü\"},\"value\":\"NaN\",\"timestamp\":3}]}]}",
                exchange.text());
        assertEquals(
                exchange.text(),
                api.post("query_exemplars", "query", "m_bucket").text());
    }

    @Test
    void saysHowTheyWereFound() {
        api.extras.infos.add("a copy is missing");
        assertEquals(
                "{\"status\":\"success\",\"data\":[],\"infos\":[\"a copy is missing\"]}",
                api.get("query_exemplars", "query", "up").text());
    }

    @Test
    void asksForEverySelectorOfTheQuery() {
        api.get(
                "query_exemplars",
                "query",
                "histogram_quantile(0.9, sum by (le) (rate(a{x=~\"y|z\"}[5m] offset 1h)))"
                        + " > bool (-max_over_time(b[1h:5m]) + topk(scalar(c), d))",
                "start",
                "1",
                "end",
                "2");

        SelectExemplars.Query asked = api.extras.asked.getFirst();
        assertEquals(
                List.of(
                        List.of(new Matcher(Matcher.Type.REGEX, "x", "y|z"), Matcher.equal("__name__", "a")),
                        List.of(Matcher.equal("__name__", "b")),
                        List.of(Matcher.equal("__name__", "c")),
                        List.of(Matcher.equal("__name__", "d"))),
                asked.selectors().stream()
                        .map(selector -> selector.stream()
                                .sorted((m, n) -> n.name().compareTo(m.name()))
                                .toList())
                        .toList());
        assertEquals(1000, asked.minTimeMs());
        assertEquals(2000, asked.maxTimeMs());
    }

    @Test
    void answersNothingWhereNothingIsSelected() {
        add(Labels.of("__name__", "m"), exemplar(1, 1, "x"));

        assertEquals(List.of(), ResultOf.value(api.get("query_exemplars", "query", "1 + vector(2)")));
        assertTrue(api.extras.asked.isEmpty());
        assertEquals(List.of(), ResultOf.value(api.get("query_exemplars", "query", "other")));
    }
}
