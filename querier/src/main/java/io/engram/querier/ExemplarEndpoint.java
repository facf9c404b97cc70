package io.engram.querier;

import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.limits.TenantLimits;
import io.engram.model.read.Exemplar;
import io.engram.promql.parser.ParseException;
import io.engram.promql.parser.Parser;
import io.engram.promql.parser.ParserOptions;
import io.engram.proto.SelectExemplars;
import io.engram.querier.fetch.ReplicaRule;
import io.engram.server.http.Exchange;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** {@code query_exemplars}: the exemplars of all series that any selector of the query finds. */
final class ExemplarEndpoint {
    private final List<SelectExemplars> sources;
    private final TenantLimits limits;
    private final QueryPool pool;
    private final long timeoutMs;

    ExemplarEndpoint(List<SelectExemplars> sources, TenantLimits limits, QueryPool pool, long timeoutMs) {
        this.sources = sources;
        this.limits = limits;
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
        ReplicaRule replicas = Parameters.replicas(exchange, limits.of(tenant));
        Set<String> infos = new LinkedHashSet<>();
        Map<Labels, List<Exemplar>> found = selectors.isEmpty()
                ? Map.of()
                : pool.run(
                        () -> find(tenant, selectors, replicas, startMs, endMs, infos::add),
                        timeoutMs,
                        new ClientWatch(exchange));
        answer.send(json -> write(found, json), List.of(), List.copyOf(infos));
    }

    /** By series, sorted. Selectors that name a replica label find series as they are stored. */
    private Map<Labels, List<Exemplar>> find(
            TenantId tenant,
            List<List<Matcher>> selectors,
            ReplicaRule replicas,
            long startMs,
            long endMs,
            Consumer<String> infos) {
        FoundExemplars found = new FoundExemplars();
        Map<Boolean, List<List<Matcher>>> byMerged = selectors.stream()
                .collect(Collectors.partitioningBy(
                        matchers -> replicas.forSelector(matchers).merges()));
        byMerged.forEach((merged, asked) -> {
            if (!asked.isEmpty()) {
                SelectExemplars.Query query = new SelectExemplars.Query(tenant, asked, startMs, endMs);
                ReplicaRule rule = merged ? replicas : ReplicaRule.AS_STORED;
                sources.forEach(source -> found.add(source.selectExemplars(query, infos), rule));
            }
        });
        return found.bySeries();
    }

    private static void write(Map<Labels, List<Exemplar>> found, JsonWriter json) throws IOException {
        json.beginArray();
        for (Map.Entry<Labels, List<Exemplar>> series : found.entrySet()) {
            json.beginObject().name("seriesLabels");
            ResultJson.labels(json, series.getKey());
            json.name("exemplars").beginArray();
            for (Exemplar exemplar : series.getValue()) {
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
