package io.engram.app;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.time.Durations;
import io.engram.ring.Instance;
import io.engram.ring.InstanceStatus;
import io.engram.ring.RingOperator;
import io.engram.ring.RingView;
import io.engram.ring.StoreUnavailableException;
import io.engram.server.http.Endpoint;
import io.engram.server.http.Exchange;
import io.engram.server.http.Html;
import io.engram.server.http.Json;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A ring as this process sees it, for operators: a page with buttons, JSON where the header {@code Accept} asks for it, else a
 * line per instance as text. POST with one of the parameters {@code forget}, {@code leave}, {@code read-only} and
 * {@code writable}, an instance's id, does that to it.
 */
final class RingPage implements Endpoint {
    private static final String JSON = "application/json";

    private static final Map<String, BiConsumer<RingOperator, String>> ACTIONS = Map.of(
            "forget",
            RingOperator::forget,
            "leave",
            RingOperator::leave,
            "read-only",
            (operator, id) -> operator.readOnly(id, true),
            "writable",
            (operator, id) -> operator.readOnly(id, false));

    private final String ring;
    private final RingView view;
    private final RingOperator operator;

    RingPage(String ring, RingView view, RingOperator operator) {
        this.ring = ring;
        this.view = view;
        this.operator = operator;
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        if (exchange.method().equals("POST")) {
            change(exchange);
        } else if (exchange.accepts(JSON)) {
            exchange.answer(200, JSON, json());
        } else if (exchange.accepts("text/html")) {
            exchange.answer(200, "text/html; charset=utf-8", html());
        } else {
            exchange.answer(200, "text/plain; charset=utf-8", text());
        }
    }

    private void change(Exchange exchange) throws IOException {
        for (var action : ACTIONS.entrySet()) {
            String id = exchange.parameter(action.getKey());
            if (id != null) {
                try {
                    action.getValue().accept(operator, id);
                } catch (IllegalArgumentException e) {
                    throw new Failure(ErrorId.REQUEST_MALFORMED, e.getMessage(), e);
                } catch (StoreUnavailableException e) {
                    throw new Failure(ErrorId.NOT_READY, "the ring cannot be changed now: " + e.getMessage(), e);
                }
                exchange.answer(200, "text/plain; charset=utf-8", action.getKey() + " " + id + ": done\n");
                return;
            }
        }
        throw new Failure(
                ErrorId.REQUEST_MALFORMED,
                "the request should name an instance in one of the parameters forget, leave, read-only and writable");
    }

    private String json() {
        StringBuilder json = new StringBuilder("{\"ring\":");
        Json.quote(ring, json);
        json.append(",\"ageSeconds\":").append(view.ageMs() / 1000.0).append(",\"instances\":[");
        String separator = "";
        for (InstanceStatus status : view.status()) {
            Instance instance = status.instance();
            json.append(separator).append("{\"id\":");
            Json.quote(instance.id(), json);
            json.append(",\"state\":\"").append(instance.state()).append("\",\"address\":");
            Json.quote(instance.address(), json);
            json.append(",\"zone\":");
            Json.quote(instance.zone(), json);
            json.append(",\"healthy\":").append(instance.healthy());
            json.append(",\"readOnly\":").append(instance.readOnly());
            json.append(",\"silentSeconds\":").append(status.silentMs() / 1000.0);
            json.append(",\"tokens\":").append(instance.tokens().size());
            json.append(",\"ownership\":").append(status.ownership()).append('}');
            separator = ",";
        }
        return json.append("]}\n").toString();
    }

    private String text() {
        StringBuilder text = new StringBuilder("INSTANCE\tSTATE\tHEALTH\tADDRESS\tZONE\tTOKENS\tOWNS\n");
        for (InstanceStatus status : view.status()) {
            text.append(String.join("\t", cells(status))).append('\n');
        }
        return text.append(age()).toString();
    }

    private static String[] cells(InstanceStatus status) {
        Instance instance = status.instance();
        return new String[] {
            instance.id(),
            instance.state() + (instance.readOnly() ? ", read-only" : ""),
            health(status),
            instance.address().isEmpty() ? "in-process" : instance.address(),
            instance.zone().isEmpty() ? "-" : instance.zone(),
            Integer.toString(instance.tokens().size()),
            String.format(Locale.ROOT, "%.2f%%", 100 * status.ownership())
        };
    }

    /** Where many are gone at once nobody is held unhealthy, and those who are silent are to be seen all the same. */
    private static String health(InstanceStatus status) {
        String silence = "not heard from for " + inSeconds(status.silentMs());
        if (!status.instance().healthy()) {
            return "unhealthy, " + silence;
        }
        return status.silentMs() > 0 ? silence : "healthy";
    }

    private String age() {
        return view.ageMs() == 0 ? "" : "As it was " + inSeconds(view.ageMs()) + " ago: ZooKeeper is away.\n";
    }

    private static String inSeconds(long durationMs) {
        return Durations.format(durationMs / 1000 * 1000);
    }

    private String html() {
        StringBuilder page = new StringBuilder("<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>")
                .append(ring)
                .append(
                        " ring</title><style>body{font-family:sans-serif}td,th{padding:.2em 1em;text-align:left}</style>")
                .append("</head><body><h1>Ring of the ")
                .append(ring)
                .append("s</h1><p>")
                .append(age())
                .append(
                        "</p><form method=\"post\"><table><tr><th>Instance</th><th>State</th><th>Health</th><th>Address")
                .append("</th><th>Zone</th><th>Tokens</th><th>Owns of its zone</th><th></th></tr>\n");
        for (InstanceStatus status : view.status()) {
            page.append("<tr>");
            for (String cell : cells(status)) {
                page.append("<td>").append(Html.escape(cell)).append("</td>");
            }
            page.append("<td>");
            buttons(status, page);
            page.append("</td></tr>\n");
        }
        return page.append("</table></form></body></html>\n").toString();
    }

    private static void buttons(InstanceStatus status, StringBuilder page) {
        Instance instance = status.instance();
        boolean leaving = instance.state() == Instance.State.LEAVING;
        boolean heard = instance.healthy() && status.silentMs() == 0;
        if (!heard || leaving) {
            button("forget", instance, page);
        }
        if (!leaving) {
            button("leave", instance, page);
        }
        if (heard) {
            button(instance.readOnly() ? "writable" : "read-only", instance, page);
        }
    }

    private static void button(String action, Instance instance, StringBuilder page) {
        page.append("<button name=\"")
                .append(action)
                .append("\" value=\"")
                .append(Html.escape(instance.id()))
                .append("\">")
                .append(action)
                .append("</button>");
    }
}
