package io.engram.querier;

import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.model.limits.Limits;
import io.engram.model.testing.ManualClock;
import io.engram.promql.engine.Engine;
import io.engram.querier.fetch.MemorySelect;
import io.engram.server.config.ConfigLoader;
import io.engram.server.http.Endpoint;
import io.engram.server.http.Routes;
import io.engram.server.metrics.Metrics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A querier over a store in memory, called without a network. */
final class TestApi implements AutoCloseable {
    static final TenantId TENANT = new TenantId("team-a");
    /** 1970-01-12T13:46:40Z. */
    static final long NOW_MS = 1_000_000_000L;

    final MemorySelect store = new MemorySelect();
    final FakeCardinality cardinality = new FakeCardinality();
    final FakeExtras extras = new FakeExtras();
    final SelectorEvaluator evaluator = new SelectorEvaluator();
    final ManualClock clock = new ManualClock(NOW_MS);
    final Metrics metrics = new Metrics();
    final Querier querier;
    /** Who may use what Prometheus calls experimental. */
    final Set<TenantId> experimenters = new HashSet<>();

    private final Map<String, Endpoint> endpoints = new HashMap<>();

    /** Evaluates with {@link #evaluator}. */
    TestApi(String... settings) {
        this(null, settings);
    }

    /** Evaluates with an engine, where there is one. */
    TestApi(Engine engine, String... settings) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            values.put(settings[i], settings[i + 1]);
        }
        QuerierConfig config = ConfigLoader.record(QuerierConfig.class, values);
        Sources sources = new Sources(List.of(store), List.of(extras), List.of(extras), cardinality);
        querier = engine == null
                ? new Querier(config, sources, evaluator, this::limitsOf, "1.2.3", metrics, clock)
                : new Querier(config, sources, engine, this::limitsOf, "1.2.3", metrics, clock);
        Routes routes = (method, pattern, access, endpoint) -> endpoints.put(method + " " + pattern, endpoint);
        querier.register(routes);
    }

    private Limits limitsOf(TenantId tenant) {
        String experimental = Boolean.toString(experimenters.contains(tenant));
        return ConfigLoader.record(Limits.class, Map.of("limits.promql-experimental-functions", experimental));
    }

    /** Adds samples of one series, one each 15 s, the last one now. */
    TestApi series(Labels labels, double... values) {
        long[] times = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            times[i] = NOW_MS - 15_000L * (values.length - 1 - i);
        }
        store.add(TENANT, labels, times, values);
        return this;
    }

    boolean serves(String method, String path) {
        return endpoints.containsKey(method + " " + path);
    }

    /** Calls below the query prefix, with names and values of parameters in turn. */
    FakeExchange get(String path, String... parameters) {
        return call(exchange("GET", "/prometheus/api/v1/" + path, parameters));
    }

    FakeExchange post(String path, String... parameters) {
        return call(exchange("POST", "/prometheus/api/v1/" + path, parameters));
    }

    static FakeExchange exchange(String method, String path, String... parameters) {
        FakeExchange exchange = new FakeExchange(method, path, TENANT);
        for (int i = 0; i < parameters.length; i += 2) {
            exchange.with(parameters[i], parameters[i + 1]);
        }
        return exchange;
    }

    FakeExchange call(FakeExchange exchange) {
        String path = exchange.path();
        int label = path.indexOf("/label/");
        if (label >= 0) {
            exchange.pathParameters.put("name", path.substring(label + 7, path.lastIndexOf('/')));
            path = path.substring(0, label) + "/label/{name}/values";
        }
        Endpoint endpoint = endpoints.get(exchange.method() + " " + path);
        if (endpoint == null) {
            throw new AssertionError("nothing serves " + exchange.method() + " " + path);
        }
        try {
            endpoint.handle(exchange);
        } catch (Exception e) {
            throw new AssertionError("not answered: " + e, e);
        }
        return exchange;
    }

    @Override
    public void close() {
        querier.close();
    }
}
