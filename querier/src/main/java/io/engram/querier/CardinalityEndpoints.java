package io.engram.querier;

import io.engram.model.cardinality.Count;
import io.engram.model.cardinality.HeadCardinality;
import io.engram.model.cardinality.NamesCardinality;
import io.engram.model.cardinality.ValuesCardinality;
import io.engram.model.labels.Matcher;
import io.engram.model.limits.TenantLimits;
import io.engram.model.text.GoQuote;
import io.engram.promql.parser.ParseException;
import io.engram.promql.parser.Parser;
import io.engram.proto.Cardinality;
import io.engram.querier.fetch.ReplicaRule;
import io.engram.server.http.Exchange;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/**
 * How many series there are and what they are made of: Prometheus' {@code status/tsdb}, and Mimir's cardinality calls with
 * their parameters, texts and shapes ({@code pkg/cardinality} there), which have no envelope.
 */
final class CardinalityEndpoints {
    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 500;
    private static final int DEFAULT_STATUS_LIMIT = 10;
    private static final int MAX_STATUS_LIMIT = 10_000;
    /** Each is counted on its own. */
    private static final int MAX_LABEL_NAMES = 100;

    private final Cardinality cardinality;
    private final TenantLimits limits;
    private final QueryPool pool;
    private final long timeoutMs;

    CardinalityEndpoints(Cardinality cardinality, TenantLimits limits, QueryPool pool, long timeoutMs) {
        this.cardinality = cardinality;
        this.limits = limits;
        this.pool = pool;
        this.timeoutMs = timeoutMs;
    }

    void tsdbStatus(Exchange exchange, Answer answer) throws Exception {
        int limit = statusLimit(exchange.parameter("limit"));
        HeadCardinality head = run(exchange, () -> cardinality.head(exchange.tenant(), limit));
        answer.send(json -> {
            json.beginObject().name("headStats").beginObject();
            json.name("numSeries").number(head.series());
            json.name("numLabelPairs").number(head.pairs());
            json.name("chunkCount").number(head.chunks());
            json.name("minTime").number(head.minTimeMs());
            json.name("maxTime").number(head.maxTimeMs());
            json.endObject();
            counts(json.name("seriesCountByMetricName"), head.seriesByMetric(), "name", "value");
            counts(json.name("labelValueCountByLabelName"), head.valuesByName(), "name", "value");
            counts(json.name("memoryInBytesByLabelName"), head.valueBytesByName(), "name", "value");
            counts(json.name("seriesCountByLabelValuePair"), head.seriesByPair(), "name", "value");
            json.endObject();
        });
    }

    private static int statusLimit(String text) {
        if (text == null || text.isEmpty()) {
            return DEFAULT_STATUS_LIMIT;
        }
        int limit = 0;
        try {
            limit = Integer.parseInt(text);
        } catch (NumberFormatException _) {
            // refused below
        }
        if (limit < 1) {
            throw ApiError.badData("limit must be a positive number");
        }
        if (limit > MAX_STATUS_LIMIT) {
            throw ApiError.badData("limit must not exceed " + MAX_STATUS_LIMIT);
        }
        return limit;
    }

    void labelNames(Exchange exchange, Answer answer) throws Exception {
        Cardinality.Query query = query(exchange);
        int limit = limit(exchange);
        NamesCardinality names = run(exchange, () -> cardinality.names(query, limit));
        answer.sendBare(json -> {
            json.beginObject();
            json.name("label_values_count_total").number(names.values());
            json.name("label_names_count").number(names.names());
            counts(json.name("cardinality"), names.top(), "label_name", "label_values_count");
            json.endObject();
        });
    }

    void labelValues(Exchange exchange, Answer answer) throws Exception {
        List<String> names = labelNames(exchange.parameters("label_names[]"));
        Cardinality.Query query = query(exchange);
        int limit = limit(exchange);
        record Found(long series, List<ValuesCardinality> labels) {}
        Found found = run(
                exchange,
                () -> new Found(cardinality.series(all(query, exchange)), cardinality.values(names, query, limit)));
        List<ValuesCardinality> sorted = found.labels.stream()
                .sorted(Comparator.comparingLong(ValuesCardinality::series)
                        .reversed()
                        .thenComparing(ValuesCardinality::name))
                .toList();
        answer.sendBare(json -> {
            json.beginObject().name("series_count_total").number(found.series);
            json.name("labels").beginArray();
            for (ValuesCardinality label : sorted) {
                json.beginObject();
                json.name("label_name").string(label.name());
                json.name("label_values_count").number(label.values());
                json.name("series_count").number(label.series());
                counts(json.name("cardinality"), label.top(), "label_value", "series_count");
                json.endObject();
            }
            json.endArray().endObject();
        });
    }

    private static List<String> labelNames(List<String> given) {
        if (given.isEmpty()) {
            throw ApiError.badData("'label_names[]' param is required");
        }
        if (given.contains("")) {
            throw ApiError.badData("invalid 'label_names' param ''");
        }
        List<String> names = List.copyOf(new TreeSet<>(given));
        if (names.size() > MAX_LABEL_NAMES) {
            throw ApiError.badData("at most " + MAX_LABEL_NAMES + " 'label_names[]' params are allowed");
        }
        return names;
    }

    void activeSeries(Exchange exchange, Answer answer) throws Exception {
        if (exchange.parameters("selector").isEmpty()) {
            throw ApiError.badData("missing 'selector' parameter");
        }
        Cardinality.Query query = query(exchange, Cardinality.Which.ACTIVE);
        try (var series = run(exchange, () -> cardinality.labels(query))) {
            SeriesStream stream = new SeriesStream(series);
            answer.sendBare(json -> stream.writeTo(json, work -> {
                try {
                    return run(exchange, work);
                } catch (IOException | RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IOException("stream series", e); // cuts the connection: half an answer is out
                }
            }));
        }
    }

    private Cardinality.Query query(Exchange exchange) {
        String method = exchange.parameter("count_method");
        Cardinality.Which which =
                switch (method) {
                    case null -> Cardinality.Which.IN_MEMORY;
                    case "inmemory" -> Cardinality.Which.IN_MEMORY;
                    case "active" -> Cardinality.Which.ACTIVE;
                    default ->
                        throw ApiError.badData(
                                "invalid 'count_method' param '" + method + "'. valid options are: [active,inmemory]");
                };
        return query(exchange, which);
    }

    private Cardinality.Query query(Exchange exchange, Cardinality.Which which) {
        List<Matcher> matchers = selector(exchange);
        ReplicaRule rule =
                Parameters.replicas(exchange, limits.of(exchange.tenant())).forSelector(matchers);
        return new Cardinality.Query(exchange.tenant(), matchers, which, rule.labels());
    }

    /** The same of all series of the tenant. */
    private Cardinality.Query all(Cardinality.Query query, Exchange exchange) {
        ReplicaRule rule = Parameters.replicas(exchange, limits.of(exchange.tenant()));
        return new Cardinality.Query(query.tenant(), List.of(), query.which(), rule.labels());
    }

    private static List<Matcher> selector(Exchange exchange) {
        List<String> given = exchange.parameters("selector");
        if (given.isEmpty()) {
            return List.of();
        }
        if (given.size() > 1) {
            throw ApiError.badData("multiple 'selector' params are not allowed");
        }
        try {
            return Parser.parseSelector(given.getFirst());
        } catch (ParseException e) {
            throw ApiError.badData("failed to parse selector: " + e.getMessage());
        }
    }

    private static int limit(Exchange exchange) {
        List<String> given = exchange.parameters("limit");
        if (given.isEmpty()) {
            return DEFAULT_LIMIT;
        }
        if (given.size() > 1) {
            throw ApiError.badData("multiple 'limit' params are not allowed");
        }
        int limit;
        try {
            limit = Integer.parseInt(given.getFirst());
        } catch (NumberFormatException _) {
            throw ApiError.badData("strconv.Atoi: parsing " + GoQuote.quote(given.getFirst()) + ": invalid syntax");
        }
        if (limit < 0) {
            throw ApiError.badData("'limit' param cannot be less than '0'");
        }
        if (limit > MAX_LIMIT) {
            throw ApiError.badData("'limit' param cannot be greater than '" + MAX_LIMIT + "'");
        }
        return limit;
    }

    private static void counts(JsonWriter json, List<Count> counts, String nameKey, String countKey)
            throws IOException {
        json.beginArray();
        for (Count count : counts) {
            json.beginObject();
            json.name(nameKey).string(count.name());
            json.name(countKey).number(count.count());
            json.endObject();
        }
        json.endArray();
    }

    private <T> T run(Exchange exchange, Callable<T> work) throws Exception {
        return pool.run(work, timeoutMs, new ClientWatch(exchange));
    }
}
