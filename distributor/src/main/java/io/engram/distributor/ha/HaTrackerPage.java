package io.engram.distributor.ha;

import io.engram.distributor.ha.ClusterState.Standby;
import io.engram.model.time.Clock;
import io.engram.model.time.Durations;
import io.engram.server.http.Endpoint;
import io.engram.server.http.Exchange;
import io.engram.server.http.Html;
import io.engram.server.http.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * Shows the elections to operators: a line per replica as text, a table to browsers, or JSON where the header {@code Accept}
 * asks for it.
 */
public final class HaTrackerPage implements Endpoint {
    private static final String JSON = "application/json";
    private static final List<String> COLUMNS = List.of(
            "TENANT",
            "CLUSTER",
            "REPLICA",
            "ROLE",
            "LAST RECEIVED",
            "AGO",
            "NEWEST SAMPLE",
            "ELECTED AT",
            "FAILOVERS",
            "BUFFERED BYTES");

    private final HaTracker tracker;
    private final Clock clock;

    public HaTrackerPage(HaTracker tracker, Clock clock) {
        this.tracker = tracker;
        this.clock = clock;
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        if (exchange.accepts(JSON)) {
            exchange.answer(200, JSON, json(tracker.status()));
        } else if (exchange.accepts("text/html")) {
            exchange.answer(200, "text/html; charset=utf-8", html());
        } else {
            exchange.answer(200, "text/plain; charset=utf-8", text());
        }
    }

    private static String json(List<ClusterStatus> clusters) {
        StringBuilder json = new StringBuilder("{\"clusters\":[");
        String separator = "";
        for (ClusterStatus one : clusters) {
            ClusterState state = one.state();
            json.append(separator).append("{\"tenant\":");
            Json.quote(one.tenant().value(), json);
            json.append(",\"cluster\":");
            Json.quote(one.cluster(), json);
            json.append(",\"elected\":");
            Json.quote(state.leader(), json);
            json.append(",\"taking_over\":").append(state.takingOver());
            json.append(",\"elected_at\":").append(state.term().electedMs());
            json.append(",\"last_received\":").append(state.heardMs());
            json.append(",\"newest_sample\":").append(known(state.writtenMs()));
            json.append(",\"failovers\":").append(state.term().failovers());
            json.append(",\"buffered_bytes\":").append(one.heldBytes());
            json.append(",\"standbys\":[");
            String comma = "";
            for (Standby standby : state.standbys()) {
                json.append(comma).append("{\"replica\":");
                Json.quote(standby.replica(), json);
                json.append(",\"last_received\":").append(standby.heardMs());
                json.append(",\"newest_sample\":")
                        .append(known(standby.newestMs()))
                        .append('}');
                comma = ",";
            }
            json.append("]}");
            separator = ",";
        }
        return json.append("]}\n").toString();
    }

    private static String known(long timestampMs) {
        return timestampMs == Long.MIN_VALUE ? "null" : Long.toString(timestampMs);
    }

    private String text() {
        StringBuilder text = new StringBuilder(String.join("\t", COLUMNS)).append('\n');
        forEachRow(cells -> text.append(String.join("\t", cells)).append('\n'));
        return text.toString();
    }

    private String html() {
        StringBuilder html = new StringBuilder("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<title>HA tracker</title><style>body{font-family:sans-serif}td,th{padding:.2em .8em;text-align:left}"
                + "</style></head><body><h1>HA tracker</h1><table><tr>");
        COLUMNS.forEach(column -> html.append("<th>").append(column).append("</th>"));
        html.append("</tr>\n");
        forEachRow(cells -> {
            html.append("<tr>");
            cells.forEach(cell -> html.append("<td>").append(Html.escape(cell)).append("</td>"));
            html.append("</tr>\n");
        });
        return html.append("</table></body></html>\n").toString();
    }

    /** Receives a line. */
    private interface Rows {
        void row(List<String> cells);
    }

    private void forEachRow(Rows rows) {
        long nowMs = clock.nowMs();
        for (ClusterStatus one : tracker.status()) {
            ClusterState state = one.state();
            rows.row(List.of(
                    one.tenant().value(),
                    one.cluster(),
                    state.leader(),
                    state.takingOver() ? "taking over" : "elected",
                    time(state.heardMs()),
                    ago(nowMs, state.heardMs()),
                    time(state.writtenMs()),
                    time(state.term().electedMs()),
                    Integer.toString(state.term().failovers()),
                    Long.toString(one.heldBytes())));
            for (Standby standby : state.standbys()) {
                rows.row(List.of(
                        one.tenant().value(),
                        one.cluster(),
                        standby.replica(),
                        "standby",
                        time(standby.heardMs()),
                        ago(nowMs, standby.heardMs()),
                        time(standby.newestMs()),
                        "-",
                        "-",
                        "-"));
            }
        }
    }

    private static String time(long ms) {
        return ms == Long.MIN_VALUE ? "-" : Instant.ofEpochMilli(ms).toString();
    }

    private static String ago(long nowMs, long ms) {
        return Durations.format(Math.max(0, nowMs - ms));
    }
}
