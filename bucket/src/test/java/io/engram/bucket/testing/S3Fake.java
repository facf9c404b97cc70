package io.engram.bucket.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.engram.bucket.BucketConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * An S3 server in this process, on 127.0.0.1, with one bucket in memory: puts and conditional puts, reads and ranges,
 * ListObjectsV2, multi-part uploads, checksums given back as they came. It fails as {@link #faults} says and counts what it
 * is asked. It does not check signatures.
 */
public final class S3Fake implements AutoCloseable {
    public static final String BUCKET = "blocks";

    static {
        // Without it each answer waits 40 ms for an acknowledgement; read when the server's class is loaded.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final S3Store store;
    private final S3Faults faults = new S3Faults();
    private final Map<S3Operation, LongAdder> requests = new EnumMap<>(S3Operation.class);
    private final LongAdder bytesReceived = new LongAdder();
    private final LongAdder bytesSent = new LongAdder();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile CountDownLatch hanging = new CountDownLatch(1);
    private volatile long latencyNanos;
    private volatile long slowMs = 1_000;

    /** What was asked so far; bodies only, and failed requests among them. */
    public record Counts(Map<S3Operation, Long> requests, long bytesReceived, long bytesSent) {
        public long requests(S3Operation operation) {
            return requests.get(operation);
        }

        public long allRequests() {
            return requests.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private S3Fake(HttpServer server, S3Store store) {
        this.server = server;
        this.store = store;
        for (S3Operation operation : S3Operation.values()) {
            requests.put(operation, new LongAdder());
        }
    }

    public static S3Fake start() {
        return start(1000);
    }

    /** @param pageSize how many entries a page of a listing has at most */
    public static S3Fake start(int pageSize) {
        try {
            HttpServer server =
                    HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
            S3Fake fake = new S3Fake(server, new S3Store(BUCKET, pageSize));
            server.setExecutor(fake.threads);
            server.createContext("/", fake::serve);
            server.start();
            return fake;
        } catch (IOException e) {
            throw new UncheckedIOException("start the S3 fake", e);
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Of a client that tries again fast. */
    public BucketConfig config() {
        return BucketConfigs.s3(endpoint().toString(), BUCKET, "key", "secret");
    }

    public S3Faults faults() {
        return faults;
    }

    /** Every answer takes this much longer, as over a network. */
    public void setLatencyMs(long ms) {
        latencyNanos = TimeUnit.MILLISECONDS.toNanos(ms);
    }

    /** How late {@link S3Fault#SLOW} answers are; 1 s unless told. */
    public void setSlowMs(long ms) {
        slowMs = ms;
    }

    /** Lets go of requests that {@link S3Fault#HANG hang}. */
    public void release() {
        hanging.countDown();
        hanging = new CountDownLatch(1);
    }

    public Counts counts() {
        Map<S3Operation, Long> sums = new EnumMap<>(S3Operation.class);
        requests.forEach((operation, count) -> sums.put(operation, count.sum()));
        return new Counts(sums, bytesReceived.sum(), bytesSent.sum());
    }

    public void resetCounts() {
        requests.values().forEach(LongAdder::reset);
        bytesReceived.reset();
        bytesSent.reset();
    }

    /** Multi-part uploads that were begun and neither completed nor aborted: they would cost money. */
    public int uploadsUnderWay() {
        return store.uploadsUnderWay();
    }

    /** Keys and sizes in bytes of what is stored now. */
    public SortedMap<String, Integer> objects() {
        SortedMap<String, Integer> sizes = new TreeMap<>();
        store.objects.forEach((key, object) -> sizes.put(key, object.bytes().length));
        return sizes;
    }

    @Override
    public void close() {
        closed.countDown();
        release();
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) {
        // Closing without an answer closes the connection.
        try (exchange) {
            S3Request request = S3Request.read(exchange);
            requests.get(request.operation()).increment();
            bytesReceived.add(request.body().length);
            if (latencyNanos > 0) {
                LockSupport.parkNanos(latencyNanos);
            }
            answer(exchange, request, faults.of(request));
        } catch (IOException e) {
            // The client went away.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange exchange, S3Request request, Optional<S3Fault> fault)
            throws IOException, InterruptedException {
        switch (fault.orElse(null)) {
            case null -> send(exchange, store.answer(request));
            case INTERNAL_ERROR -> send(exchange, S3Answer.error(500, "InternalError"));
            case SLOW_DOWN -> send(exchange, S3Answer.error(503, "SlowDown"));
            case DENIED -> send(exchange, S3Answer.error(403, "AccessDenied"));
            case RESET -> {}
            case LOST_ANSWER -> store.answer(request);
            case TRUNCATED -> sendHalf(exchange, store.answer(request));
            case SLOW -> sendSlowly(exchange, store.answer(request));
            case FLIPPED_BIT -> send(exchange, flipped(store.answer(request)));
            case HANG -> {
                if (closed.getCount() > 0) {
                    hanging.await();
                }
                send(exchange, store.answer(request));
            }
        }
    }

    private void send(HttpExchange exchange, S3Answer answer) throws IOException {
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Long.toString(answer.lengthBytes()));
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
        if (answer.body().length > 0) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(answer.body());
            }
        }
        bytesSent.add(answer.body().length);
    }

    private void sendHalf(HttpExchange exchange, S3Answer answer) throws IOException {
        if (answer.body().length < 2) {
            return;
        }
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(answer.status(), answer.body().length);
        OutputStream out = exchange.getResponseBody();
        out.write(answer.body(), 0, answer.body().length / 2);
        out.flush();
        bytesSent.add(answer.body().length / 2);
    }

    private void sendSlowly(HttpExchange exchange, S3Answer answer) throws IOException, InterruptedException {
        byte[] body = answer.body();
        if (body.length < 2) {
            closed.await(slowMs, TimeUnit.MILLISECONDS);
            send(exchange, answer);
            return;
        }
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(answer.status(), body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body, 0, body.length / 2);
            out.flush();
            closed.await(slowMs, TimeUnit.MILLISECONDS);
            out.write(body, body.length / 2, body.length - body.length / 2);
        }
        bytesSent.add(body.length);
    }

    private static S3Answer flipped(S3Answer answer) {
        byte[] body = Arrays.copyOf(answer.body(), answer.body().length);
        if (body.length > 0) {
            body[body.length / 2] ^= 1;
        }
        return new S3Answer(answer.status(), answer.headers(), body, answer.lengthBytes());
    }
}
