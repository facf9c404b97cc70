package io.engram.server.http;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Names and values of a query string or a form, in the order in which they came. */
final class Parameters {
    /** More than any client sends; each costs more memory than its bytes. */
    static final int MAX_COUNT = 10_000;

    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private int count;

    /** @param query the part behind {@code ?}, as sent; null where there is none */
    void addQuery(String query) {
        if (query != null && !query.isEmpty()) {
            byte[] bytes = query.getBytes(StandardCharsets.UTF_8);
            add(bytes, bytes.length, "query");
        }
    }

    void addForm(ByteBuf form) {
        add(form.array(), form.length(), "form");
    }

    /** A part of a multipart form, whose value is text as it stands. */
    void addPart(String name, ByteBuf value) {
        put(name, PercentCoding.utf8(value.array(), value.length(), "form"), "form");
    }

    private void add(byte[] bytes, int length, String what) {
        int from = 0;
        while (from < length) {
            int end = indexOf(bytes, '&', from, length);
            if (end > from) {
                int equals = indexOf(bytes, '=', from, end);
                String name = PercentCoding.decode(bytes, from, equals, true, what);
                String value = PercentCoding.decode(bytes, Math.min(equals + 1, end), end, true, what);
                put(name, value, what);
            }
            from = end + 1;
        }
    }

    private void put(String name, String value, String what) {
        if (++count > MAX_COUNT) {
            throw new Failure(ErrorId.REQUEST_TOO_LARGE, "the " + what + " has more than " + MAX_COUNT + " parameters");
        }
        values.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
    }

    private static int indexOf(byte[] bytes, char wanted, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return to;
    }

    String first(String name) {
        List<String> all = values.get(name);
        return all == null ? null : all.getFirst();
    }

    List<String> all(String name) {
        return List.copyOf(values.getOrDefault(name, List.of()));
    }
}
