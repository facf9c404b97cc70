package io.engram.ingester.blocks;

import io.engram.model.TenantId;
import io.engram.server.http.Endpoint;
import io.engram.server.http.Exchange;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * {@code POST /ingester/flush}: cuts and ships what is in the heads, of {@code tenant} or of all. Answers 204 at once, or,
 * with {@code wait=true}, when it can be queried in the bucket; 500 where it could not be.
 */
public final class FlushEndpoint implements Endpoint {
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Supplier<BlockShipping> shipping;

    public FlushEndpoint(Supplier<BlockShipping> shipping) {
        this.shipping = shipping;
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        BlockShipping blocks = shipping.get();
        String tenant = exchange.parameter("tenant");
        List<TenantId> tenants = tenant == null ? blocks.tenants() : List.of(new TenantId(tenant));
        Future<?> flush = blocks.flush(tenants);
        if (!"true".equals(exchange.parameter("wait"))) {
            exchange.answer(204);
            return;
        }
        try {
            flush.get();
            exchange.answer(204);
        } catch (ExecutionException e) {
            exchange.answer(
                    500,
                    TEXT,
                    "not everything could be shipped: " + e.getCause().getMessage() + "\n");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exchange.answer(503, TEXT, "the server stops\n");
        }
    }
}
