package io.engram.querier;

import io.engram.model.limits.TenantLimits;
import io.engram.model.time.Clock;
import io.engram.promql.engine.Engine;
import io.engram.querier.fetch.Queryable;
import io.engram.server.http.Routes;
import io.engram.server.metrics.Metrics;
import java.util.List;

/** The querier: Prometheus' query API over the samples of some sources. Safe for many threads. */
public final class Querier implements AutoCloseable {
    /** Where Grafana is pointed at; below it, no path belongs to anything but the Prometheus API. */
    private static final String PROMETHEUS = "/prometheus/api/v1";

    private static final String ROOT = "/api/v1";

    /** For who opens that address in a browser. */
    private static final String WELCOME = """
            This is the URL for a Grafana data source of type Prometheus. Its API is below, for example
            %s/query?query=up
            """.formatted(PROMETHEUS);

    private final Metrics metrics;
    private final QueryPool queries;
    private final QueryPool lookups;
    private final QueryPool reads;
    private final QueryEndpoints queryEndpoints;
    private final LookupEndpoints lookupEndpoints;
    private final CardinalityEndpoints cardinalityEndpoints;
    private final ExemplarEndpoint exemplarEndpoint;
    private final MetadataEndpoint metadataEndpoint;
    private final StatusEndpoints statusEndpoints;
    private final FederateEndpoint federate;
    private final RemoteReadEndpoint remoteRead;

    /**
     * @param sources whom to ask
     * @param engine evaluates the queries; the caller closes it after this
     * @param version of the program, for {@code status/buildinfo}
     */
    public Querier(
            QuerierConfig config,
            Sources sources,
            Engine engine,
            TenantLimits limits,
            String version,
            Metrics metrics,
            Clock clock) {
        this(config, sources, engine::run, limits, version, metrics, clock);
    }

    Querier(
            QuerierConfig config,
            Sources sources,
            QueryEndpoints.Evaluator evaluator,
            TenantLimits limits,
            String version,
            Metrics metrics,
            Clock clock) {
        this.metrics = metrics;
        this.queries = new QueryPool("query", config.maxConcurrent(), config.maxQueued(), "querier.max-queued");
        this.lookups = new QueryPool("lookup", config.maxConcurrent(), config.maxQueued(), "querier.max-queued");
        this.reads = new QueryPool("remote-read", config.maxConcurrent(), config.maxQueued(), "querier.max-queued");
        long timeoutMs = config.timeout().toMillis();
        Queryable samples = new Queryable(sources.samples());
        QueryLog log = new QueryLog(config.logQueriesLongerThan().toMillis());
        this.queryEndpoints = new QueryEndpoints(config, samples, evaluator, limits, queries, log, clock);
        this.lookupEndpoints = new LookupEndpoints(config, sources.samples(), limits, lookups);
        this.cardinalityEndpoints = new CardinalityEndpoints(sources.cardinality(), limits, lookups, timeoutMs);
        this.exemplarEndpoint = new ExemplarEndpoint(sources.exemplars(), limits, lookups, timeoutMs);
        this.metadataEndpoint = new MetadataEndpoint(sources.metadata(), lookups, timeoutMs);
        this.statusEndpoints = new StatusEndpoints(version, clock);
        this.federate =
                new FederateEndpoint(config, samples, limits, lookups, new EndpointMetrics(metrics, "federate"), clock);
        this.remoteRead = new RemoteReadEndpoint(
                config, samples, limits, reads, log, new EndpointMetrics(metrics, "read"), clock);
        metrics.gauge("engram_querier_remote_reads_running", "Remote reads that are answered now.", reads::running);
        metrics.gauge("engram_querier_remote_reads_waiting", "Remote reads that wait for their turn.", reads::waiting);
        metrics.gauge("engram_querier_queries_running", "Queries that are evaluated now.", queries::running);
        metrics.gauge("engram_querier_queries_waiting", "Queries that wait for their turn.", queries::waiting);
    }

    /** Adds the paths that this answers. */
    public void register(Routes routes) {
        for (String prefix : List.of(PROMETHEUS, ROOT)) {
            addQuery(routes, prefix, "query", queryEndpoints::instant);
            addQuery(routes, prefix, "query_range", queryEndpoints::range);
            addQuery(routes, prefix, "query_exemplars", exemplarEndpoint::query);
            addQuery(routes, prefix, "format_query", statusEndpoints::formatQuery);
            addQuery(routes, prefix, "series", lookupEndpoints::series);
            addQuery(routes, prefix, "labels", lookupEndpoints::labelNames);
            addQuery(routes, prefix, "label/{name}/values", lookupEndpoints::labelValues);
            addQuery(routes, prefix, "status/tsdb", cardinalityEndpoints::tsdbStatus);
            addQuery(routes, prefix, "cardinality/label_names", cardinalityEndpoints::labelNames);
            addQuery(routes, prefix, "cardinality/label_values", cardinalityEndpoints::labelValues);
            addQuery(routes, prefix, "cardinality/active_series", cardinalityEndpoints::activeSeries);
            addQuery(routes, prefix, "metadata", metadataEndpoint::metadata);
            routes.add("POST", prefix + "/read", Routes.Access.READ, remoteRead);
            addOpen(routes, prefix, "status/buildinfo", statusEndpoints::buildInfo);
        }
        // At the root these two are where Cortex and Mimir keep configuration.
        addQuery(routes, PROMETHEUS, "rules", statusEndpoints::rules);
        addQuery(routes, PROMETHEUS, "alerts", statusEndpoints::alerts);
        // Grafana takes whoever serves these below the query prefix for Thanos.
        addOpen(routes, ROOT, "status/flags", statusEndpoints::flags);
        addOpen(routes, ROOT, "status/config", statusEndpoints::config);
        addOpen(routes, ROOT, "status/runtimeinfo", statusEndpoints::runtimeInfo);
        for (String path : List.of("/prometheus", "/prometheus/")) {
            routes.add(
                    "GET",
                    path,
                    Routes.Access.OPEN,
                    exchange -> exchange.answer(200, "text/plain; charset=utf-8", WELCOME));
        }
        routes.addQuery("/federate", federate);
        routes.addQuery("/prometheus/federate", federate);
    }

    private void addQuery(Routes routes, String prefix, String path, JsonEndpoint.Body body) {
        routes.addQuery(prefix + "/" + path, new JsonEndpoint(body, new EndpointMetrics(metrics, path)));
    }

    private void addOpen(Routes routes, String prefix, String path, JsonEndpoint.Body body) {
        JsonEndpoint endpoint = new JsonEndpoint(body, new EndpointMetrics(metrics, path));
        routes.add("GET", prefix + "/" + path, Routes.Access.OPEN, endpoint);
        routes.add("POST", prefix + "/" + path, Routes.Access.OPEN, endpoint);
    }

    /** Takes no more queries; those that run may finish. */
    @Override
    public void close() {
        queries.close();
        lookups.close();
        reads.close();
    }
}
