package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Samples that count: each value says which sample it is, so that one that is missing, there twice or another's is seen. */
final class NumberedSamples {
    private static final long STEP_MS = 60_000;
    private static final Pattern POINT = Pattern.compile("\\[(\\d+(?:\\.\\d+)?),\"([^\"]*)\"]");

    private final String tenant;
    private final int series;
    private final int batchSteps;
    private final long firstMs;
    private volatile long acknowledged; // one thread sends, others may ask

    /**
     * Of a month ago.
     *
     * @param batchSteps how many minutes each {@link #send} goes on
     */
    NumberedSamples(String tenant, int series, int batchSteps) {
        this(tenant, series, batchSteps, System.currentTimeMillis() / 86_400_000 * 86_400_000 - 30 * 86_400_000L);
    }

    /** @param firstMs the time of the first ones */
    NumberedSamples(String tenant, int series, int batchSteps, long firstMs) {
        this.firstMs = firstMs;
        this.tenant = tenant;
        this.series = series;
        this.batchSteps = batchSteps;
    }

    long perSeries() {
        return acknowledged;
    }

    /** Of all series. */
    long count() {
        return acknowledged * series;
    }

    /** Sends the next batch of all series, which must be taken. */
    void send(Server engram) throws IOException, InterruptedException {
        RemoteWrite write = new RemoteWrite();
        long sent = acknowledged;
        for (int s = 0; s < series; s++) {
            long[] times = new long[batchSteps];
            double[] values = new double[batchSteps];
            for (int i = 0; i < batchSteps; i++) {
                times[i] = firstMs + (sent + i) * STEP_MS;
                values[i] = (sent + i) * 10.0 + s;
            }
            write.add(Map.of("__name__", "numbered", "series", "s" + s), times, values);
        }
        var response = write.send(engram, tenant);
        assertEquals(2, response.statusCode() / 100, response::body);
        acknowledged = sent + batchSteps;
    }

    /** Asks for all samples of a series. */
    HttpResponse<String> ask(Server engram, int s) throws IOException, InterruptedException {
        return ask(engram, s, acknowledged);
    }

    private HttpResponse<String> ask(Server engram, int s, long count) throws IOException, InterruptedException {
        return ask(engram, "numbered{series=\"s" + s + "\"}[" + count * STEP_MS + "ms]");
    }

    /** Evaluates at the time of the last sample. */
    private HttpResponse<String> ask(Server engram, String query) throws IOException, InterruptedException {
        long lastMs = firstMs + (acknowledged - 1) * STEP_MS;
        return Http.get(
                engram.url("/prometheus/api/v1/query?time=" + lastMs / 1000.0 + "&query=" + Http.encode(query)),
                "X-Scope-OrgID",
                tenant);
    }

    /** Asks for count and sum of all samples of all series. */
    void checkSums(Server engram) throws IOException, InterruptedException {
        long n = acknowledged;
        long each = n * (n - 1) / 2 * 10; // of the series whose samples count from 0
        checkSum(engram, "count_over_time", n * series);
        checkSum(engram, "sum_over_time", each * series + n * series * (series - 1) / 2);
    }

    private void checkSum(Server engram, String function, long expected) throws IOException, InterruptedException {
        String query = "sum(" + function + "(numbered[" + acknowledged * STEP_MS + "ms]))";
        HttpResponse<String> response = ask(engram, query);
        assertEquals(200, response.statusCode(), response::body);
        Matcher point = POINT.matcher(response.body());
        assertTrue(point.find(), response::body);
        assertEquals(expected, Double.parseDouble(point.group(2)), () -> query + ": " + response.body());
    }

    /** Asks for all samples of a series, and finds each that was acknowledged exactly once. */
    void check(Server engram, int s) throws IOException, InterruptedException {
        HttpResponse<String> response = ask(engram, s);
        assertEquals(200, response.statusCode(), response::body);
        check(response.body(), s);
    }

    /** The same of the last batch alone. */
    void checkLast(Server engram, int s) throws IOException, InterruptedException {
        HttpResponse<String> response = ask(engram, s, batchSteps);
        assertEquals(200, response.statusCode(), response::body);
        check(response.body(), s, acknowledged - batchSteps);
    }

    /** @param answer to {@link #ask} */
    void check(String answer, int s) {
        check(answer, s, 0);
    }

    private void check(String answer, int s, long first) {
        Matcher point = POINT.matcher(answer);
        long number = first;
        while (point.find()) {
            assertEquals(firstMs + number * STEP_MS, Math.round(Double.parseDouble(point.group(1)) * 1000), "time");
            assertEquals(number * 10.0 + s, Double.parseDouble(point.group(2)), "value");
            number++;
        }
        assertEquals(acknowledged, number, () -> answer.substring(0, Math.min(500, answer.length())));
    }
}
