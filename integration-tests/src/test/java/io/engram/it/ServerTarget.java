package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.promql.engine.QueryException;
import io.engram.promql.engine.QueryResult;
import io.engram.promql.parser.ParseException;
import io.engram.promql.promqltest.ScriptTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A running server: samples go in by remote write, queries are asked over HTTP, each {@code clear} is a new tenant. */
final class ServerTarget implements ScriptTarget {
    private static final String REFUSED = "invalid parameter \"query\": ";

    private final ServerProcess server;
    private final String name;
    private int clears;

    /** @param name begins the names of the tenants */
    ServerTarget(ServerProcess server, String name) {
        this.server = server;
        this.name = name;
    }

    private String tenant() {
        return name + "-" + clears;
    }

    @Override
    public void clear() {
        clears++;
    }

    @Override
    public void load(List<QueryResult.Series> series) {
        RemoteWrite write = new RemoteWrite();
        for (QueryResult.Series one : series) {
            write.add(map(one.labels()), one.timestampMs(), one.value());
        }
        HttpResponse<String> response = answered(() -> write.send(server, tenant()));
        assertEquals(204, response.statusCode(), response::body);
    }

    private static Map<String, String> map(Labels labels) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < labels.size(); i++) {
            Label label = labels.at(i);
            map.put(label.name(), label.value());
        }
        return map;
    }

    @Override
    public QueryResult query(String query, long startMs, long endMs, long stepMs) {
        String form = "query=" + Http.encode(query);
        if (stepMs == 0) {
            form += "&time=" + seconds(startMs);
        } else {
            form += "&start=" + seconds(startMs) + "&end=" + seconds(endMs) + "&step=" + seconds(stepMs);
        }
        String url = server.url("/prometheus/api/v1/" + (stepMs == 0 ? "query" : "query_range"));
        String parameters = form;
        HttpResponse<String> response = answered(() -> Http.postForm(url, parameters, "X-Scope-OrgID", tenant()));
        ApiAnswer answer = ApiAnswer.parse(response.body());
        switch (response.statusCode()) {
            case 200 -> {
                return new QueryResult(answer.queryValue(), answer.warnings(), answer.infos());
            }
            case 400 -> {
                assertEquals("bad_data", answer.errorType());
                assertEquals(
                        REFUSED,
                        answer.error()
                                .substring(
                                        0,
                                        Math.min(
                                                REFUSED.length(), answer.error().length())));
                throw new ParseException(answer.error().substring(REFUSED.length()));
            }
            case 422 -> {
                assertEquals("execution", answer.errorType());
                throw new QueryException(QueryException.Kind.EXECUTION, answer.error());
            }
            default -> throw new AssertionError(response.statusCode() + " " + response.body());
        }
    }

    private static String seconds(long ms) {
        return BigDecimal.valueOf(ms, 3).toPlainString();
    }

    private interface Call {
        HttpResponse<String> send() throws IOException, InterruptedException;
    }

    private static HttpResponse<String> answered(Call call) {
        try {
            return call.send();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
