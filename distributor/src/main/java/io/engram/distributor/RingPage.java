package io.engram.distributor;

import io.engram.ring.Instance;
import io.engram.ring.Ring;
import io.engram.server.http.Endpoint;
import io.engram.server.http.Exchange;
import io.engram.server.http.Json;
import java.io.IOException;
import java.util.Locale;
import java.util.function.Supplier;

/** Shows the ring to operators: a line per instance as text, or JSON where the header {@code Accept} asks for it. */
public final class RingPage implements Endpoint {
    private static final String JSON = "application/json";

    private final Supplier<Ring> ring;

    public RingPage(Supplier<Ring> ring) {
        this.ring = ring;
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        if (exchange.accepts(JSON)) {
            exchange.answer(200, JSON, json(ring.get()));
        } else {
            exchange.answer(200, "text/plain; charset=utf-8", text(ring.get()));
        }
    }

    static String json(Ring ring) {
        StringBuilder json = new StringBuilder("{\"instances\":[");
        String separator = "";
        for (Instance instance : ring.instances()) {
            json.append(separator).append("{\"id\":");
            Json.quote(instance.id(), json);
            json.append(",\"state\":\"").append(instance.state()).append("\",\"address\":");
            Json.quote(instance.address(), json);
            json.append(",\"zone\":");
            Json.quote(instance.zone(), json);
            json.append(",\"tokens\":").append(instance.tokens().size());
            json.append(",\"ownership\":").append(ring.ownership(instance.id())).append('}');
            separator = ",";
        }
        return json.append("]}\n").toString();
    }

    static String text(Ring ring) {
        StringBuilder text = new StringBuilder("INSTANCE\tSTATE\tADDRESS\tZONE\tTOKENS\tOWNS\n");
        for (Instance instance : ring.instances()) {
            text.append(instance.id()).append('\t');
            text.append(instance.state()).append('\t');
            text.append(instance.address().isEmpty() ? "in-process" : instance.address())
                    .append('\t');
            text.append(instance.zone().isEmpty() ? "-" : instance.zone()).append('\t');
            text.append(instance.tokens().size()).append('\t');
            text.append(String.format(Locale.ROOT, "%.2f%%%n", 100 * ring.ownership(instance.id())));
        }
        return text.toString();
    }
}
