package io.engram.server.lifecycle;

import io.engram.server.http.RouteTable;
import io.engram.server.http.Routes;
import io.engram.server.metrics.Exposition;
import io.engram.server.metrics.Metrics;
import java.util.ArrayList;
import java.util.List;

/** The pages that every process has: {@code /}, {@code /ready}, {@code /healthz}, {@code /metrics}, {@code /services}. */
public final class OperationsPages {
    private static final String TEXT = "text/plain; charset=utf-8";

    private OperationsPages() {}

    /** @param intro what {@code /} says above the list of paths */
    public static void register(RouteTable routes, Lifecycle lifecycle, Metrics metrics, String intro) {
        routes.add(
                "GET",
                "/metrics",
                Routes.Access.OBSERVE,
                exchange -> exchange.answer(200, Exposition.CONTENT_TYPE, Exposition.text(metrics)));
        routes.add("GET", "/healthz", Routes.Access.OPEN, exchange -> exchange.answer(200, TEXT, "OK\n"));
        routes.add("GET", "/ready", Routes.Access.OPEN, exchange -> {
            String awaited = lifecycle.awaited();
            if (awaited == null) {
                // Trouble is no reason to take traffic away, but whoever looks should see it.
                List<String> lines = new ArrayList<>(List.of("ready"));
                lines.addAll(lifecycle.troubles());
                exchange.answer(200, TEXT, String.join("\n", lines) + "\n");
            } else {
                exchange.answer(503, TEXT, awaited + "\n");
            }
        });
        routes.add(
                "GET", "/services", Routes.Access.OBSERVE, exchange -> exchange.answer(200, TEXT, services(lifecycle)));
        routes.add(
                "GET",
                "/",
                Routes.Access.OPEN,
                exchange -> exchange.answer(200, TEXT, intro + "\n\n" + String.join("\n", routes.list()) + "\n"));
    }

    private static String services(Lifecycle lifecycle) {
        StringBuilder page = new StringBuilder();
        for (Lifecycle.Status status : lifecycle.statuses()) {
            page.append(String.format("%-20s %-10s", status.name(), status.state()));
            page.append(status.awaited() == null ? "" : " " + status.awaited());
            page.append(status.trouble() == null ? "" : " " + status.trouble());
            page.append('\n');
        }
        return page.toString();
    }
}
