package io.engram.ingester.replicas;

import io.engram.server.http.Endpoint;
import io.engram.server.http.Exchange;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/** The page {@code /replicas}: HTML, or JSON with {@code format=json} or where {@code Accept} asks for it; {@code tenant=} shows one. */
final class ReplicasPage implements Endpoint {
    private static final String JSON = "application/json";

    private final Supplier<List<TenantReplicas>> replicas;

    ReplicasPage(Supplier<List<TenantReplicas>> replicas) {
        this.replicas = replicas;
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        String tenant = exchange.parameter("tenant");
        List<TenantReplicas> shown = replicas.get().stream()
                .filter(of -> tenant == null || of.tenant().value().equals(tenant))
                .toList();
        if ("json".equals(exchange.parameter("format")) || exchange.accepts(JSON)) {
            exchange.answer(200, JSON, ReplicasJson.print(shown));
        } else {
            exchange.answer(200, "text/html; charset=utf-8", ReplicasHtml.print(shown));
        }
    }
}
