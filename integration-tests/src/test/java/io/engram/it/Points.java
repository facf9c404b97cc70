package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.labels.Labels;
import io.engram.promql.engine.QueryResult;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** The samples of one series as a server answers them, by time. */
record Points(long[] timeMs, double[] value) {
    static final Points NONE = new Points(new long[0], new double[0]);

    /** The series of a range vector in {@code (untilMs - lengthMs, untilMs]}. */
    static Map<Labels, Points> raw(ServerProcess server, String path, String selector, long untilMs, long lengthMs)
            throws Exception {
        return ask(
                server,
                path + "query?time=" + seconds(untilMs) + "&query=" + Http.encode(selector + "[" + lengthMs + "ms]"));
    }

    /** The series of a range query with a step of a second. */
    static Map<Labels, Points> range(ServerProcess server, String path, String query, long fromMs, long untilMs)
            throws Exception {
        return ask(
                server,
                path + "query_range?start=" + seconds(fromMs) + "&end=" + seconds(untilMs) + "&step=1&query="
                        + Http.encode(query));
    }

    private static Map<Labels, Points> ask(ServerProcess server, String path) throws Exception {
        var response = Http.get(server.url(path));
        assertEquals(200, response.statusCode(), response::body);
        Map<Labels, Points> found = new TreeMap<>();
        QueryResult.Matrix matrix =
                (QueryResult.Matrix) ApiAnswer.parse(response.body()).queryValue();
        matrix.series().forEach(series -> found.put(series.labels(), new Points(series.timestampMs(), series.value())));
        return found;
    }

    static String seconds(long ms) {
        return "%d.%03d".formatted(ms / 1000, ms % 1000);
    }

    int size() {
        return timeMs.length;
    }

    /** The first at this time or later; the number of points where there is none. */
    int firstFrom(long atMs) {
        int i = Arrays.binarySearch(timeMs, atMs);
        return i < 0 ? -i - 1 : i;
    }

    /** Whether there is a point in each {@code mostMs} of {@code (fromMs, toMs]}. */
    boolean covers(long fromMs, long toMs, long mostMs) {
        long lastMs = fromMs;
        for (int i = firstFrom(fromMs + 1); i < timeMs.length && timeMs[i] <= toMs; i++) {
            if (timeMs[i] - lastMs > mostMs) {
                return false;
            }
            lastMs = timeMs[i];
        }
        return toMs - lastMs <= mostMs;
    }
}
