package io.engram.querier;

import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.read.Exemplar;
import io.engram.model.read.SeriesExemplars;
import io.engram.promql.parser.ParseException;
import io.engram.promql.parser.Parser;
import io.engram.promql.parser.ParserOptions;
import io.engram.proto.SelectExemplars;
import io.engram.server.http.Exchange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** {@code query_exemplars}: the exemplars of all series that any selector of the query finds. */
final class ExemplarEndpoint {
    private static final Comparator<Exemplar> BY_TIME =
            Comparator.comparingLong(Exemplar::timestampMs).thenComparingDouble(Exemplar::value);

    private final List<SelectExemplars> sources;
    private final QueryPool pool;
    private final long timeoutMs;

    ExemplarEndpoint(List<SelectExemplars> sources, QueryPool pool, long timeoutMs) {
        this.sources = sources;
        this.pool = pool;
        this.timeoutMs = timeoutMs;
    }

    /**
     * Grafana probes this with times in milliseconds where seconds are meant, and hides exemplars from then on if it
     * fails.
     */
    void query(Exchange exchange, Answer answer) throws Exception {
        long startMs = Parameters.timeMs(exchange, "start", Parameters.MIN_TIME_MS);
        long endMs = Parameters.timeMs(exchange, "end", Parameters.MAX_TIME_MS);
        if (endMs < startMs) {
            throw ApiError.badData("end timestamp must not be before start timestamp");
        }
        List<List<Matcher>> selectors;
        try {
            selectors = SelectorsOf.expression(
                    Parser.parse(Parameters.orEmpty(exchange.parameter("query")), ParserOptions.EVERYTHING));
        } catch (ParseException e) {
            throw ApiError.badData(e.getMessage());
        }
        TenantId tenant = exchange.tenant();
        Map<Labels, Set<Exemplar>> found = selectors.isEmpty()
                ? Map.of()
                : pool.run(
                        () -> find(new SelectExemplars.Query(tenant, selectors, startMs, endMs)),
                        timeoutMs,
                        new ClientWatch(exchange));
        answer.send(json -> write(found, json));
    }

    /** By series, sorted; what several sources have once. */
    private Map<Labels, Set<Exemplar>> find(SelectExemplars.Query query) {
        Map<Labels, Set<Exemplar>> found = new TreeMap<>();
        for (SelectExemplars source : sources) {
            for (SeriesExemplars series : source.selectExemplars(query)) {
                found.computeIfAbsent(series.series(), _ -> new LinkedHashSet<>())
                        .addAll(series.exemplars());
            }
        }
        return found;
    }

    private static void write(Map<Labels, Set<Exemplar>> found, JsonWriter json) throws IOException {
        json.beginArray();
        for (Map.Entry<Labels, Set<Exemplar>> series : found.entrySet()) {
            json.beginObject().name("seriesLabels");
            ResultJson.labels(json, series.getKey());
            json.name("exemplars").beginArray();
            List<Exemplar> sorted = new ArrayList<>(series.getValue());
            sorted.sort(BY_TIME);
            for (Exemplar exemplar : sorted) {
                json.beginObject().name("labels");
                ResultJson.labels(json, exemplar.labels());
                json.name("value").value(exemplar.value());
                json.name("timestamp").seconds(exemplar.timestampMs());
                json.endObject();
            }
            json.endArray().endObject();
        }
        json.endArray();
    }
}
