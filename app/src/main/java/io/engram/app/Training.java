package io.engram.app;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.xerial.snappy.Snappy;

/**
 * Writes into a server of this machine and queries it, as its users will, while the JVM there records which classes it
 * loads and how its methods are used. The launcher runs it once, after a build: later starts load that record, answer
 * their first queries in a fraction of the time, and compile for seconds where it would be half a minute.
 */
final class Training {
    private static final int SENDERS = 4;
    private static final int ROUNDS = 400;
    private static final int SERIES = 500;
    private static final int INTERVAL_MS = 15_000;
    private static final int QUERY_ROUNDS = 100;
    private static final List<String> QUERIES = List.of(
            "up",
            "absent(up{job=\"none\"})",
            "1+1",
            "{__name__=~\"engram_.+\"}",
            "max_over_time(engram_server_connections[1m])",
            "sum by(pod)(rate(training_requests_total[5m]))",
            "histogram_quantile(0.9,sum by(le)(rate(engram_server_request_duration_seconds_bucket[1m])))");

    private final String server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Training(int port) {
        server = "http://127.0.0.1:" + port;
    }

    /** @param arguments the port of the server */
    public static void main(String[] arguments) throws Exception {
        Training training = new Training(Integer.parseInt(arguments[0]));
        training.write();
        training.query();
    }

    private void write() throws InterruptedException, ExecutionException {
        long firstMs = System.currentTimeMillis() - (long) ROUNDS * INTERVAL_MS;
        try (ExecutorService senders = Executors.newFixedThreadPool(SENDERS)) {
            List<Future<?>> sent = IntStream.range(0, SENDERS)
                    .<Future<?>>mapToObj(sender -> senders.submit(() -> {
                        for (int round = 0; round < ROUNDS; round++) {
                            push(body(sender, round, firstMs + (long) round * INTERVAL_MS));
                        }
                        return null;
                    }))
                    .toList();
            for (Future<?> each : sent) {
                each.get();
            }
        }
    }

    private void push(byte[] body) throws IOException, InterruptedException {
        answered(HttpRequest.newBuilder(URI.create(server + "/api/v1/push"))
                .header("Content-Type", "application/x-protobuf")
                .header("Content-Encoding", "snappy")
                .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Snappy.compress(body)))
                .build());
    }

    /** The fields of a protobuf message. */
    @FunctionalInterface
    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        fields.write(out);
        out.flush();
        return bytes.toByteArray();
    }

    /** A {@code prometheus.WriteRequest} with a sample for each of a sender's series. */
    private static byte[] body(int sender, int round, long timeMs) throws IOException {
        return message(request -> {
            for (int i = 0; i < SERIES; i++) {
                request.writeByteArray(1, series(sender, i, round, timeMs));
            }
        });
    }

    private static byte[] series(int sender, int i, int round, long timeMs) throws IOException {
        boolean counter = i % 2 == 0;
        double value = counter ? (double) round * i : Math.sin(round + i);
        return message(series -> {
            series.writeByteArray(1, label("__name__", counter ? "training_requests_total" : "training_queue_depth"));
            series.writeByteArray(1, label("instance", "10.0." + sender + "." + i + ":9090"));
            series.writeByteArray(1, label("job", "training"));
            series.writeByteArray(1, label("pod", "pod-" + i % 50));
            series.writeByteArray(2, message(sample -> {
                sample.writeDouble(1, value);
                sample.writeInt64(2, timeMs);
            }));
        });
    }

    private static byte[] label(String name, String value) throws IOException {
        return message(label -> {
            label.writeString(1, name);
            label.writeString(2, value);
        });
    }

    private void query() throws IOException, InterruptedException {
        long now = System.currentTimeMillis() / 1000;
        for (int round = 0; round < QUERY_ROUNDS; round++) {
            for (String query : QUERIES) {
                String encoded = URLEncoder.encode(query, StandardCharsets.UTF_8);
                get("/query?query=" + encoded);
                if (round % 4 == 0) {
                    get("/query_range?start=" + (now - 60) + "&end=" + now + "&step=1&query=" + encoded);
                }
            }
        }
    }

    private void get(String path) throws IOException, InterruptedException {
        answered(HttpRequest.newBuilder(URI.create(server + "/prometheus/api/v1" + path))
                .build());
    }

    private void answered(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IOException(request.uri() + " answered " + answer.statusCode() + ": " + answer.body());
        }
    }
}
