package io.engram.querier;

import io.engram.model.StaleMarker;
import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.labels.Utf8Order;
import io.engram.model.limits.TenantLimits;
import io.engram.model.time.Clock;
import io.engram.promql.engine.QueryException;
import io.engram.promql.parser.ParseException;
import io.engram.promql.parser.Parser;
import io.engram.promql.storage.SampleColumns;
import io.engram.promql.storage.SampleReader;
import io.engram.promql.storage.SeriesSource;
import io.engram.promql.storage.Storage;
import io.engram.querier.fetch.Queryable;
import io.engram.server.http.Endpoint;
import io.engram.server.http.Exchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * {@code /federate}: the newest sample of each series that a {@code match[]} selects, as another Prometheus scrapes it.
 * Follows {@code web/federate.go}: samples within the lookback, sorted by metric name, with their timestamps; series that
 * ended or have no name are left out.
 */
final class FederateEndpoint implements Endpoint {
    /** What is written to the stream at a time. */
    private static final int FLUSH_CHARS = 16 << 10;

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final Comparator<Newest> BY_NAME_AND_LABELS = Comparator.comparing(
                    (Newest newest) -> newest.labels.metricName(), Utf8Order::compare)
            .thenComparing(Newest::labels);

    private final QuerierConfig config;
    private final Queryable samples;
    private final TenantLimits limits;
    private final QueryPool pool;
    private final EndpointMetrics metrics;
    private final Clock clock;

    FederateEndpoint(
            QuerierConfig config,
            Queryable samples,
            TenantLimits limits,
            QueryPool pool,
            EndpointMetrics metrics,
            Clock clock) {
        this.config = config;
        this.samples = samples;
        this.limits = limits;
        this.pool = pool;
        this.metrics = metrics;
        this.clock = clock;
    }

    private record Newest(Labels labels, long timestampMs, double value) {}

    @Override
    public void handle(Exchange exchange) throws Exception {
        long begunNs = System.nanoTime();
        int status = 500;
        try {
            status = serve(exchange);
        } finally {
            metrics.count(status, System.nanoTime() - begunNs);
        }
    }

    private int serve(Exchange exchange) throws Exception {
        List<Newest> found;
        try {
            List<List<Matcher>> sets = exchange.parameters("match[]").stream()
                    .map(Parser::parseSelector)
                    .toList();
            Storage storage = samples.storage(
                    exchange.tenant(),
                    Parameters.replicas(exchange, limits.of(exchange.tenant())),
                    config.newBudget(),
                    clock.nowMs());
            found = pool.run(() -> find(storage, sets), config.timeout().toMillis(), new ClientWatch(exchange));
        } catch (ParseException e) {
            return refuse(exchange, 400, e);
        } catch (ApiError e) {
            return refuse(exchange, e.type().status(), e);
        } catch (QueryException e) {
            return refuse(exchange, JsonEndpoint.typeOf(e.kind()).status(), e);
        }
        boolean utf8Names = Parameters.orEmpty(exchange.header("Accept")).contains("escaping=allow-utf-8");
        String escaping = utf8Names ? "allow-utf-8" : "underscores";
        OutputStream out = exchange.stream(200, "text/plain; version=0.0.4; charset=utf-8; escaping=" + escaping);
        write(found, new ExpositionText(utf8Names), out);
        out.close(); // not where writing failed: half an answer must not look whole
        return 200;
    }

    private static int refuse(Exchange exchange, int status, Exception e) throws IOException {
        exchange.answer(status, TEXT, e.getMessage() + "\n");
        return status;
    }

    private List<Newest> find(Storage storage, List<List<Matcher>> sets) {
        long nowMs = clock.nowMs();
        long fromMs = nowMs - config.lookbackDelta().toMillis();
        List<Newest> found = new ArrayList<>();
        SampleColumns samples = new SampleColumns();
        for (List<Matcher> matchers : sets) {
            Storage.Selection selection = new Storage.Selection(matchers, fromMs, nowMs, "", 0, 0);
            try (SeriesSource series = storage.select(selection);
                    SampleReader reader = series.read(0, series.size())) {
                for (int i = 0; reader.next(samples); i++) {
                    add(series, i, samples, found);
                }
            }
        }
        found.sort(BY_NAME_AND_LABELS);
        return found;
    }

    private static void add(SeriesSource series, int index, SampleColumns samples, List<Newest> found) {
        int last = samples.size - 1;
        if (last >= 0 && !StaleMarker.is(samples.value[last])) {
            Labels labels = series.labels(index);
            if (labels.has(Label.METRIC_NAME)) {
                found.add(new Newest(labels, samples.timestampMs[last], samples.value[last]));
            }
        }
    }

    private static void write(List<Newest> found, ExpositionText text, OutputStream out) throws IOException {
        Labels before = Labels.EMPTY;
        for (Newest newest : found) {
            if (newest.labels.equals(before)) {
                continue; // two match[] selected it
            }
            if (!newest.labels.metricName().equals(before.metricName())) {
                text.type(newest.labels.metricName());
            }
            text.sample(newest.labels, newest.value, newest.timestampMs);
            before = newest.labels;
            if (text.length() > FLUSH_CHARS) {
                out.write(text.take().getBytes(StandardCharsets.UTF_8));
            }
        }
        out.write(text.take().getBytes(StandardCharsets.UTF_8));
    }
}
