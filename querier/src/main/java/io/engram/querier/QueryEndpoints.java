package io.engram.querier;

import io.engram.model.TenantId;
import io.engram.model.limits.TenantLimits;
import io.engram.model.time.Clock;
import io.engram.promql.ast.Expr;
import io.engram.promql.ast.ValueType;
import io.engram.promql.engine.QueryException;
import io.engram.promql.engine.QueryOptions;
import io.engram.promql.engine.QueryResult;
import io.engram.promql.parser.ParseException;
import io.engram.promql.parser.Parser;
import io.engram.promql.parser.ParserOptions;
import io.engram.promql.storage.Storage;
import io.engram.querier.fetch.FetchBudget;
import io.engram.querier.fetch.Queryable;
import io.engram.querier.fetch.ReplicaRule;
import io.engram.server.http.Exchange;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code query} and {@code query_range}: reads the parameters, evaluates on the pool, streams the result. */
final class QueryEndpoints {
    /** As in Prometheus: a week in minutes, a year in hours. */
    private static final long MAX_INTERVALS = 11_000;
    /** As in Prometheus: what is beyond is counted only. */
    private static final int MAX_ANNOTATIONS = 10;

    /** What the engine says where a query exceeds its limit of samples; the same as Prometheus. */
    private static final String TOO_MANY_SAMPLES =
            "query processing would load too many samples into memory in query execution";

    private static final long NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);

    /** What evaluates an expression, given its text too; {@link io.engram.promql.engine.Engine}, or a test's own. */
    @FunctionalInterface
    interface Evaluator {
        QueryResult run(Expr expression, String query, Storage storage, QueryOptions options);
    }

    private final QuerierConfig config;
    private final Queryable samples;
    private final Evaluator evaluator;
    private final TenantLimits limits;
    private final QueryPool pool;
    private final QueryLog log;
    private final Clock clock;

    QueryEndpoints(
            QuerierConfig config,
            Queryable samples,
            Evaluator evaluator,
            TenantLimits limits,
            QueryPool pool,
            QueryLog log,
            Clock clock) {
        this.config = config;
        this.samples = samples;
        this.evaluator = evaluator;
        this.limits = limits;
        this.pool = pool;
        this.log = log;
        this.clock = clock;
    }

    void instant(Exchange exchange, Answer answer) throws Exception {
        int limit = Parameters.limit(exchange);
        long atMs = Parameters.timeMs(exchange, "time", clock.nowMs());
        long timeoutMs = timeoutMs(exchange);
        long lookbackMs = lookbackMs(exchange);
        Expr expression = parse(exchange);
        run(exchange, answer, expression, new Times(atMs, atMs, 0, lookbackMs, timeoutMs), limit);
    }

    void range(Exchange exchange, Answer answer) throws Exception {
        int limit = Parameters.limit(exchange);
        long startMs = Parameters.timeMs(exchange, "start");
        long endMs = Parameters.timeMs(exchange, "end");
        if (endMs < startMs) {
            throw ApiError.badParameter("end", "end timestamp must not be before start time");
        }
        long stepNs = Parameters.durationNs(exchange, "step");
        long stepMs = stepNs / NS_PER_MS;
        if (stepMs <= 0) {
            throw ApiError.badParameter(
                    "step", "zero or negative query resolution step widths are not accepted. Try a positive integer");
        }
        // In whole steps, so that 11,000 and a fraction passes, as it does in Prometheus.
        if ((endMs - startMs) / stepMs > MAX_INTERVALS) {
            throw ApiError.badData("exceeded maximum resolution of 11,000 points per timeseries. "
                    + "Try decreasing the query resolution (?step=XX)");
        }
        long timeoutMs = timeoutMs(exchange);
        long lookbackMs = lookbackMs(exchange);
        Expr expression = parse(exchange);
        if (expression.type() != ValueType.SCALAR && expression.type() != ValueType.VECTOR) {
            throw ApiError.badParameter(
                    "query",
                    "invalid expression type \"" + expression.type().documented()
                            + "\" for range query, must be Scalar or instant Vector");
        }
        run(exchange, answer, expression, new Times(startMs, endMs, stepMs, lookbackMs, timeoutMs), limit);
    }

    /** When and how long; a step of 0 is an instant query. */
    private record Times(long startMs, long endMs, long stepMs, long lookbackMs, long timeoutMs) {}

    private void run(Exchange exchange, Answer answer, Expr expression, Times times, int limit) throws Exception {
        TenantId tenant = exchange.tenant();
        ReplicaRule replicas = Parameters.replicas(exchange, limits.of(tenant));
        FetchBudget budget = config.newBudget();
        String query = exchange.parameter("query");
        QueryLog.Entry entry = log.begin(tenant, query, times.startMs, times.endMs, times.stepMs);
        QueryResult result;
        try {
            Storage storage = samples.storage(tenant, replicas, budget, clock.nowMs());
            long deadlineNs = System.nanoTime() + times.timeoutMs * NS_PER_MS;
            ClientWatch client = new ClientWatch(exchange);
            result = pool.run(
                    () -> evaluate(expression, query, storage, options(tenant, times, deadlineNs, client)),
                    times.timeoutMs,
                    client);
        } catch (Exception e) {
            entry.failed(e, budget);
            throw e;
        }
        entry.succeeded(budget);
        QueryResult.Value shown = ResultJson.truncate(result.value(), limit);
        List<String> warnings = annotations(result.warnings(), "warning");
        if (shown != result.value()) {
            warnings.add(LookupEndpoints.TRUNCATED);
        }
        answer.send(json -> ResultJson.write(json, shown), warnings, annotations(result.infos(), "info"));
    }

    private QueryResult evaluate(Expr expression, String query, Storage storage, QueryOptions options) {
        try {
            return evaluator.run(expression, query, storage, options);
        } catch (ParseException e) {
            throw ApiError.badParameter("query", e.getMessage());
        } catch (QueryException e) {
            // Which key it is that limits samples is known here, not in the engine.
            throw TOO_MANY_SAMPLES.equals(e.getMessage())
                    ? new QueryException(
                            e.kind(),
                            TOO_MANY_SAMPLES + ": it may hold " + config.maxSamples()
                                    + ". Narrow the query, or raise querier.max-samples.")
                    : e;
        }
    }

    private QueryOptions options(TenantId tenant, Times times, long deadlineNs, ClientWatch client) {
        long leftMs = (deadlineNs - System.nanoTime()) / NS_PER_MS;
        if (leftMs <= 0) {
            throw new QueryException(QueryException.Kind.TIMEOUT, "query timed out in query queue");
        }
        return new QueryOptions(
                times.startMs,
                times.endMs,
                times.stepMs,
                times.lookbackMs,
                leftMs,
                config.maxSamples(),
                experimental(tenant),
                client);
    }

    private static List<String> annotations(List<String> all, String kind) {
        List<String> shown = new ArrayList<>(all.subList(0, Math.min(all.size(), MAX_ANNOTATIONS)));
        if (all.size() > MAX_ANNOTATIONS) {
            shown.add((all.size() - MAX_ANNOTATIONS) + " more " + kind + " annotations omitted");
        }
        return shown;
    }

    private Expr parse(Exchange exchange) {
        String query = Parameters.orEmpty(exchange.parameter("query"));
        boolean experimental = experimental(exchange.tenant());
        try {
            return Parser.parse(query, experimental ? ParserOptions.EVERYTHING : ParserOptions.DEFAULT);
        } catch (ParseException e) {
            boolean switchedOff = !experimental && isExpression(query);
            throw ApiError.badParameter(
                    "query", e.getMessage() + (switchedOff ? " (here: limits.promql-experimental-functions)" : ""));
        }
    }

    private boolean experimental(TenantId tenant) {
        return limits.of(tenant).promqlExperimentalFunctions();
    }

    /** Whether it is one in the language with everything that is experimental. */
    private static boolean isExpression(String query) {
        try {
            Parser.parse(query, ParserOptions.EVERYTHING);
            return true;
        } catch (ParseException _) {
            return false;
        }
    }

    /** What the client allows, but not more than the operator does. */
    private long timeoutMs(Exchange exchange) {
        long askedNs = Parameters.durationNs(exchange, "timeout", Long.MAX_VALUE);
        return Math.min(config.timeout().toMillis(), askedNs / NS_PER_MS);
    }

    private long lookbackMs(Exchange exchange) {
        try {
            long askedMs = Parameters.durationNs(exchange, "lookback_delta", 0) / NS_PER_MS;
            return askedMs > 0 ? askedMs : config.lookbackDelta().toMillis();
        } catch (ApiError e) {
            throw ApiError.badData("error parsing lookback delta duration: "
                    + e.getMessage().replace("invalid parameter \"lookback_delta\": ", ""));
        }
    }
}
