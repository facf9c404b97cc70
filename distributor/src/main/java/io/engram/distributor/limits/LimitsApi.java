package io.engram.distributor.limits;

import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Matcher;
import io.engram.model.labels.SelectorReader;
import io.engram.model.limits.TenantLimits;
import io.engram.proto.Usage;
import io.engram.server.http.Exchange;
import io.engram.server.http.Routes;
import java.io.IOException;
import java.util.List;

/** Answers {@code /api/v1/user_limits} and {@code /api/v1/capacity}, with and without the query prefix. */
public final class LimitsApi {
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain; charset=utf-8";

    private final TenantLimits limits;
    private final Usage usage;
    private final SendingRate.Source rates;

    public LimitsApi(TenantLimits limits, Usage usage, SendingRate.Source rates) {
        this.limits = limits;
        this.usage = usage;
        this.rates = rates;
    }

    public void register(Routes routes) {
        for (String prefix : List.of("/api/v1", "/prometheus/api/v1")) {
            routes.add("GET", prefix + "/user_limits", Routes.Access.READ, this::userLimits);
            routes.add("GET", prefix + "/capacity", Routes.Access.READ, this::capacity);
        }
    }

    private void userLimits(Exchange exchange) throws IOException {
        TenantId tenant = exchange.tenant();
        exchange.answer(200, JSON, UserLimits.json(tenant, limits.of(tenant), usage.usage(tenant), rates.of(tenant)));
    }

    /** One line of text for {@code Accept: text/plain}: its first word is {@code fits} or {@code full}. */
    private void capacity(Exchange exchange) throws IOException {
        TenantId tenant = exchange.tenant();
        long series = series(exchange.parameter("series"));
        List<Matcher> match = match(exchange);
        Capacity capacity = Capacity.of(limits.of(tenant), usage, tenant, series, match);
        String accept = exchange.header("Accept");
        if (accept != null && accept.startsWith("text/plain")) {
            exchange.answer(200, TEXT, capacity.text() + "\n");
        } else {
            exchange.answer(200, JSON, capacity.json());
        }
    }

    private static long series(String text) {
        try {
            long series = Long.parseLong(String.valueOf(text));
            if (series >= 0) {
                return series;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new Failure(
                ErrorId.REQUEST_MALFORMED,
                "the parameter series says how many more there would be, a whole number; "
                        + (text == null ? "it is missing" : "not '" + text + "'"));
    }

    private static List<Matcher> match(Exchange exchange) {
        String selector = exchange.parameter("match");
        if (selector == null) {
            selector = exchange.parameter("match[]");
        }
        try {
            return selector == null ? List.of() : SelectorReader.selector(selector);
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    ErrorId.REQUEST_MALFORMED, "match is '" + selector + "' and should have " + e.getMessage(), e);
        }
    }
}
