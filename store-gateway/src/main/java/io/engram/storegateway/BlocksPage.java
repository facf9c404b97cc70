package io.engram.storegateway;

import io.engram.server.http.Endpoint;
import io.engram.server.http.Exchange;
import io.engram.server.http.Json;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;

/** Shows which blocks have an index-header here: a line each as text, or JSON where the header {@code Accept} asks for it. */
final class BlocksPage implements Endpoint {
    private static final String JSON = "application/json";

    private final HeaderStore headers;

    BlocksPage(HeaderStore headers) {
        this.headers = headers;
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        if (exchange.accepts(JSON)) {
            exchange.answer(200, JSON, json());
        } else {
            exchange.answer(200, "text/plain; charset=utf-8", text());
        }
    }

    private List<BlockKey> blocks() {
        return headers.onDisk().stream()
                .sorted(Comparator.comparing((BlockKey key) -> key.tenant().value())
                        .thenComparing(BlockKey::block))
                .toList();
    }

    String json() {
        StringBuilder json = new StringBuilder("{\"blocks\":[");
        String separator = "";
        for (BlockKey key : blocks()) {
            json.append(separator).append("{\"tenant\":");
            Json.quote(key.tenant().value(), json);
            json.append(",\"block\":\"").append(key.block()).append("\",\"loaded\":");
            json.append(headers.isLoaded(key)).append('}');
            separator = ",";
        }
        return json.append("]}\n").toString();
    }

    String text() {
        StringBuilder text = new StringBuilder("TENANT\tBLOCK\tINDEX-HEADER\n");
        for (BlockKey key : blocks()) {
            text.append(key.tenant().value()).append('\t').append(key.block()).append('\t');
            text.append(headers.isLoaded(key) ? "in memory" : "on disk").append('\n');
        }
        return text.toString();
    }
}
