package io.engram.promql.parser;

import java.nio.charset.StandardCharsets;

/** Makes parse errors; columns count bytes of UTF-8 from 1, as Prometheus' do. */
final class Errors {
    private Errors() {}

    /**
     * @param at offset in the query, in UTF-16 units
     */
    static ParseException at(String query, int at, String message) {
        return new ParseException(position(query, at) + ": parse error: " + message);
    }

    private static String position(String query, int at) {
        if (query.isEmpty()) {
            return "unknown position";
        }
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < at; i++) {
            if (query.charAt(i) == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        int column = query.substring(lineStart, at).getBytes(StandardCharsets.UTF_8).length + 1;
        return line + ":" + column;
    }
}
