package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers of queries, to be compared with those of another server. */
final class RoundedAnswer {
    private static final Pattern SERIES =
            Pattern.compile("\\{\"metric\":\\{(.*?)},\"(?:value|values)\":(\\[.*?])}(?=,\\{\"metric\"|])");
    private static final Pattern NUMBER = Pattern.compile("\"([-+0-9.e]+)\"");

    private RoundedAnswer() {}

    /** Series with their values, numbers rounded where the last digits may differ with the order of a sum. */
    static Map<String, String> ask(ServerProcess server, String path, String... headers) throws Exception {
        var response = Http.get(server.url(path), headers);
        assertEquals(200, response.statusCode(), response::body);
        assertTrue(response.body().startsWith("{\"status\":\"success\""), response::body);
        Map<String, String> answer = new TreeMap<>();
        Matcher series = SERIES.matcher(response.body());
        while (series.find()) {
            answer.put(
                    series.group(1),
                    NUMBER.matcher(series.group(2))
                            .replaceAll(m -> String.format(Locale.ROOT, "%.9g", Double.parseDouble(m.group(1)))));
        }
        return answer;
    }
}
