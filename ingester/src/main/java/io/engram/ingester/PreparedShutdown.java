package io.engram.ingester;

import io.engram.server.http.Endpoint;
import io.engram.server.http.Exchange;
import io.engram.server.http.Routes;
import java.io.IOException;

/**
 * {@code /ingester/prepare-shutdown}: whether the next stop is for good. POST says that it is, DELETE takes that back, GET
 * tells ({@code set} or {@code unset}). A stop for good ships everything to the bucket, and leaves the ring with its tokens.
 */
final class PreparedShutdown implements Endpoint {
    private static final String PATH = "/ingester/prepare-shutdown";

    private volatile boolean set;

    void register(Routes routes) {
        for (String method : new String[] {"GET", "POST", "DELETE"}) {
            routes.add(method, PATH, Routes.Access.OPERATE, this);
        }
    }

    boolean isSet() {
        return set;
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        if (exchange.method().equals("GET")) {
            exchange.answer(200, "text/plain; charset=utf-8", set ? "set\n" : "unset\n");
            return;
        }
        set = exchange.method().equals("POST");
        exchange.answer(204);
    }
}
