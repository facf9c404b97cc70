package io.engram.querier;

import io.engram.server.http.Exchange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** The success envelope of Prometheus' API, streamed. Used by one thread. */
final class Answer {
    static final String JSON = "application/json";
    /** The stream gathers what is sent; this only keeps calls to it few. */
    private static final int BUFFER_BYTES = 2 << 10;

    /** Writes one JSON value. */
    @FunctionalInterface
    interface Data {
        void writeTo(JsonWriter json) throws IOException;
    }

    private final Exchange exchange;
    private boolean begun;

    Answer(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Whether bytes may have gone out, so that no error can be told any more. */
    boolean begun() {
        return begun;
    }

    void send(Data data) throws IOException {
        send(data, List.of(), List.of());
    }

    /** Sends {@code {"status":"success","data":…}}, with the annotations where there are any. */
    void send(Data data, List<String> warnings, List<String> infos) throws IOException {
        begun = true;
        OutputStream out = exchange.stream(200, JSON);
        JsonWriter json = new JsonWriter(out, BUFFER_BYTES);
        json.beginObject().name("status").string("success").name("data");
        data.writeTo(json);
        strings(json, "warnings", warnings);
        strings(json, "infos", infos);
        json.endObject().flush();
        out.close(); // not where writing failed: half an answer must not look whole
    }

    /** Sends one JSON value without envelope. */
    void sendBare(Data data) throws IOException {
        begun = true;
        OutputStream out = exchange.stream(200, JSON);
        JsonWriter json = new JsonWriter(out, BUFFER_BYTES);
        data.writeTo(json);
        json.flush();
        out.close(); // not where writing failed: half an answer must not look whole
    }

    private static void strings(JsonWriter json, String name, List<String> texts) throws IOException {
        if (!texts.isEmpty()) {
            json.name(name);
            strings(json, texts);
        }
    }

    static void strings(JsonWriter json, List<String> texts) throws IOException {
        json.beginArray();
        for (String text : texts) {
            json.string(text);
        }
        json.endArray();
    }
}
