package io.engram.querier;

import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.limits.TenantLimits;
import io.engram.model.text.GoQuote;
import io.engram.proto.Select;
import io.engram.querier.fetch.SeriesLookup;
import io.engram.server.http.Exchange;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code series}, {@code labels} and {@code label/{name}/values}: what there is, without samples. */
final class LookupEndpoints {
    static final String TRUNCATED = "results truncated due to limit";

    private final QuerierConfig config;
    private final List<Select> sources;
    private final TenantLimits limits;
    private final QueryPool pool;

    LookupEndpoints(QuerierConfig config, List<Select> sources, TenantLimits limits, QueryPool pool) {
        this.config = config;
        this.sources = List.copyOf(sources);
        this.limits = limits;
        this.pool = pool;
    }

    void series(Exchange exchange, Answer answer) throws Exception {
        int limit = Parameters.limit(exchange);
        if (exchange.parameters("match[]").isEmpty()) {
            throw ApiError.badData("no match[] parameter provided");
        }
        Range range = Range.of(exchange);
        List<List<Matcher>> sets;
        try {
            sets = Parameters.matchers(exchange);
        } catch (ApiError e) {
            throw ApiError.badParameter("match[]", e.getMessage());
        }
        SeriesLookup lookup = lookup(exchange);
        List<Labels> found = await(exchange, () -> lookup.series(sets, range.minTimeMs, range.maxTimeMs));
        List<Labels> shown = truncate(found, limit);
        answer.send(
                json -> {
                    json.beginArray();
                    for (Labels labels : shown) {
                        ResultJson.labels(json, labels);
                    }
                    json.endArray();
                },
                warnings(found, shown),
                lookup.infos());
    }

    void labelNames(Exchange exchange, Answer answer) throws Exception {
        int limit = Parameters.limit(exchange);
        Range range = Range.of(exchange);
        List<List<Matcher>> sets = Parameters.matchers(exchange);
        SeriesLookup lookup = lookup(exchange);
        List<String> found = await(exchange, () -> lookup.labelNames(sets, range.minTimeMs, range.maxTimeMs));
        send(answer, found, limit, lookup);
    }

    void labelValues(Exchange exchange, Answer answer) throws Exception {
        int limit = Parameters.limit(exchange);
        String name = EscapedNames.unescape(exchange.pathParameter("name"));
        if (name.isEmpty()) {
            throw ApiError.badData("invalid label name: " + GoQuote.quote(name));
        }
        Range range = Range.of(exchange);
        List<List<Matcher>> sets = Parameters.matchers(exchange);
        SeriesLookup lookup = lookup(exchange);
        List<String> found = await(exchange, () -> lookup.labelValues(name, sets, range.minTimeMs, range.maxTimeMs));
        send(answer, found, limit, lookup);
    }

    /** Both ends are included; without them everything is meant. */
    private record Range(long minTimeMs, long maxTimeMs) {
        static Range of(Exchange exchange) {
            return new Range(
                    Parameters.timeMs(exchange, "start", Parameters.MIN_TIME_MS),
                    Parameters.timeMs(exchange, "end", Parameters.MAX_TIME_MS));
        }
    }

    private SeriesLookup lookup(Exchange exchange) {
        return new SeriesLookup(
                sources,
                exchange.tenant(),
                Parameters.replicas(exchange, limits.of(exchange.tenant())),
                config.newBudget());
    }

    private <T> T await(Exchange exchange, Callable<T> lookup) throws Exception {
        return pool.run(lookup, config.timeout().toMillis(), new ClientWatch(exchange));
    }

    private static void send(Answer answer, List<String> found, int limit, SeriesLookup lookup) throws Exception {
        List<String> shown = truncate(found, limit);
        answer.send(json -> Answer.strings(json, shown), warnings(found, shown), lookup.infos());
    }

    private static <T> List<T> truncate(List<T> found, int limit) {
        return limit > 0 && found.size() > limit ? found.subList(0, limit) : found;
    }

    private static List<String> warnings(List<?> found, List<?> shown) {
        return shown.size() < found.size() ? List.of(TRUNCATED) : List.of();
    }
}
