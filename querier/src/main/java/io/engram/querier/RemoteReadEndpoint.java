package io.engram.querier;

import io.engram.model.TenantId;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Matcher;
import io.engram.model.limits.TenantLimits;
import io.engram.model.time.Clock;
import io.engram.promql.engine.QueryException;
import io.engram.querier.fetch.FetchBudget;
import io.engram.querier.fetch.Queryable;
import io.engram.querier.fetch.ReplicaRule;
import io.engram.querier.fetch.ReplicaView;
import io.engram.querier.fetch.SelectStorage;
import io.engram.querier.fetch.StoredSeries;
import io.engram.querier.read.ChunkFrames;
import io.engram.querier.read.ReadQuery;
import io.engram.querier.read.ReadRequest;
import io.engram.querier.read.ReadRequestParser;
import io.engram.querier.read.SampledAnswer;
import io.engram.server.http.AnswerAborted;
import io.engram.server.http.ByteBuf;
import io.engram.server.http.Endpoint;
import io.engram.server.http.Exchange;
import io.engram.server.http.FailureStatus;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * {@code read}: Prometheus' remote read, as samples or as the stored chunks. Follows {@code storage/remote/read_handler.go};
 * errors are a line of text. What is answered is written on a thread of the pool, at the pace of the client; one that is
 * too slow is cut off when the query's time is over.
 */
final class RemoteReadEndpoint implements Endpoint {
    private static final String TEXT = "text/plain; charset=utf-8";

    private final QuerierConfig config;
    private final Queryable samples;
    private final TenantLimits limits;
    private final QueryPool pool;
    private final QueryLog log;
    private final EndpointMetrics metrics;
    private final Clock clock;

    RemoteReadEndpoint(
            QuerierConfig config,
            Queryable samples,
            TenantLimits limits,
            QueryPool pool,
            QueryLog log,
            EndpointMetrics metrics,
            Clock clock) {
        this.config = config;
        this.samples = samples;
        this.limits = limits;
        this.pool = pool;
        this.log = log;
        this.metrics = metrics;
        this.clock = clock;
    }

    @Override
    public void handle(Exchange exchange) throws Exception {
        long begunNs = System.nanoTime();
        int status = 500;
        try {
            status = serve(exchange, begunNs);
        } catch (Failure e) {
            status = FailureStatus.of(e.id().cause()).status();
            throw e; // the server answers
        } catch (QueryException e) {
            status = JsonEndpoint.typeOf(e.kind()).status();
            throw isGone(e) ? e : new AnswerAborted(e); // half an answer is out: only cutting the connection can tell
        } finally {
            metrics.count(status, System.nanoTime() - begunNs);
        }
    }

    private int serve(Exchange exchange, long begunNs) throws Exception {
        TenantId tenant = exchange.tenant();
        ByteBuf body = new ByteBuf(512);
        exchange.readBody(body, ReadRequestParser.MAX_BODY_BYTES);
        ReadRequest request;
        try {
            request = ReadRequestParser.parse(body.array(), body.length());
        } catch (Failure e) {
            return answer(exchange, FailureStatus.of(e.id().cause()).status(), e);
        }
        FetchBudget budget = config.newBudget();
        QueryLog.Entry entry = begin(tenant, request);
        AnswerOnDemand out = new AnswerOnDemand(exchange, request.form());
        Stop stop = new Stop(begunNs, config.timeout().toNanos(), new ClientWatch(exchange));
        try {
            pool.run(
                    () -> {
                        answer(tenant, request, budget, out, stop);
                        return null;
                    },
                    config.timeout().toMillis(),
                    stop.cancelled);
        } catch (Exception thrown) {
            Exception e = hungUp(thrown);
            entry.failed(e, budget);
            if (out.begun()) {
                throw e;
            }
            return refuse(exchange, e);
        }
        entry.succeeded(budget);
        return 200;
    }

    private QueryLog.Entry begin(TenantId tenant, ReadRequest request) {
        long startMs =
                request.queries().stream().mapToLong(ReadQuery::minTimeMs).min().orElse(0);
        long endMs =
                request.queries().stream().mapToLong(ReadQuery::maxTimeMs).max().orElse(0);
        return log.begin(tenant, "remote read " + request, startMs, endMs, 0);
    }

    private static boolean isGone(QueryException e) {
        return e.kind() == QueryException.Kind.CANCELED;
    }

    private static Exception hungUp(Exception e) {
        return e instanceof IOException ? gone(e) : e;
    }

    /** With a cause by which the server knows that nobody is left to be told. */
    private static QueryException gone(Exception cause) {
        QueryException gone = new QueryException(QueryException.Kind.CANCELED, "the client of the remote read is gone");
        gone.initCause(cause);
        return gone;
    }

    private static int refuse(Exchange exchange, Exception e) throws Exception {
        int status =
                switch (e) {
                    case ApiError refusal -> refusal.type().status();
                    case QueryException refusal ->
                        JsonEndpoint.typeOf(refusal.kind()).status();
                    default -> throw e;
                };
        return answer(exchange, status, e);
    }

    private static int answer(Exchange exchange, int status, Exception e) throws IOException {
        exchange.answer(status, TEXT, e.getMessage() + "\n");
        return status;
    }

    private void answer(TenantId tenant, ReadRequest request, FetchBudget budget, AnswerOnDemand out, Stop stop)
            throws IOException {
        ReplicaRule replicas = ReplicaRule.of(limits.of(tenant));
        SelectStorage storage = samples.storage(tenant, replicas, budget, clock.nowMs());
        switch (request.form()) {
            case SAMPLES -> {
                SampledAnswer answer = new SampledAnswer(config.maxSamples());
                for (ReadQuery query : request.queries()) {
                    answer.beginResult();
                    read(
                            storage,
                            query,
                            replicas,
                            stop,
                            series -> budget.addSamples(answer.series(
                                    series.labels(), series.chunks(), query.minTimeMs(), query.maxTimeMs())));
                    answer.endResult();
                }
                answer.writeTo(out);
            }
            case STREAMED_XOR_CHUNKS -> {
                ChunkFrames frames = new ChunkFrames(out);
                for (int i = 0; i < request.queries().size(); i++) {
                    int number = i;
                    read(
                            storage,
                            request.queries().get(i),
                            replicas,
                            stop,
                            series -> frames.series(number, series.labels(), series.chunks()));
                }
            }
        }
        out.close(); // not where anything failed: half an answer must not look whole
    }

    @FunctionalInterface
    private interface SeriesWriter {
        void write(StoredSeries at) throws IOException;
    }

    private static void read(
            SelectStorage storage, ReadQuery query, ReplicaRule replicas, Stop stop, SeriesWriter writer)
            throws IOException {
        if (query.maxTimeMs() < query.minTimeMs()) {
            return; // as in Prometheus: nothing, and no error
        }
        List<Matcher> own = ownReplica(query.matchers(), replicas);
        List<Matcher> matchers =
                query.matchers().stream().filter(m -> !own.contains(m)).toList();
        stop.check();
        try (StoredSeries series =
                storage.selectStored(matchers, new ReplicaView(own), query.minTimeMs(), query.maxTimeMs())) {
            while (series.next()) {
                if (series.chunks().count > 0) { // what was read around the range found others
                    writer.write(series);
                }
                stop.check();
            }
        }
    }

    /**
     * What a Prometheus adds of its own: equality matchers on replica labels. Where another matcher names a replica label,
     * somebody means it.
     */
    private static List<Matcher> ownReplica(List<Matcher> matchers, ReplicaRule replicas) {
        List<Matcher> onReplicas =
                matchers.stream().filter(m -> replicas.isReplica(m.name())).toList();
        boolean meant = onReplicas.stream().anyMatch(m -> m.type() != Matcher.Type.EQUAL);
        return meant ? List.of() : onReplicas;
    }

    /** When work for a request must end before it is done. */
    private record Stop(long begunNs, long allowedNs, BooleanSupplier cancelled) {
        void check() {
            if (System.nanoTime() - begunNs > allowedNs) {
                throw new QueryException(
                        QueryException.Kind.TIMEOUT,
                        "the remote read takes longer than " + allowedNs / 1_000_000 + " ms (querier.timeout)");
            }
            if (cancelled.getAsBoolean()) {
                throw gone(new ClosedChannelException());
            }
        }
    }
}
