package io.engram.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What servers scrape: metrics whose values are functions of the time. Whoever scrapes it at the same time sees the same.
 *
 * <pre>
 * work_total                grows by 10 a second, from 0 where it begins and where it is reset
 * level                     goes up and down between 0 and 100 within a minute
 * latency_seconds_bucket    of 10 observations a second, a half is below 0.1 s and all are below 1 s
 * </pre>
 */
final class ScrapeTarget implements AutoCloseable {
    static final double WORK_PER_SECOND = 10;
    private static final double LEVEL_PERIOD_MS = 60_000;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile long sinceMs = System.currentTimeMillis();

    ScrapeTarget() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/metrics", this::answer);
        server.start();
    }

    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** All counters begin at 0 again. Returns when. */
    long reset() {
        sinceMs = System.currentTimeMillis();
        return sinceMs;
    }

    private void answer(HttpExchange exchange) throws IOException {
        long nowMs = System.currentTimeMillis();
        double work = WORK_PER_SECOND * (nowMs - sinceMs) / 1000.0;
        double level = 50 + 50 * Math.sin(2 * Math.PI * (nowMs % LEVEL_PERIOD_MS) / LEVEL_PERIOD_MS);
        String text = String.format(Locale.ROOT, """
                # TYPE work_total counter
                work_total %.3f
                # TYPE level gauge
                level %.6f
                # TYPE latency_seconds histogram
                latency_seconds_bucket{le="0.1"} %.3f
                latency_seconds_bucket{le="1"} %.3f
                latency_seconds_bucket{le="+Inf"} %.3f
                latency_seconds_sum %.3f
                latency_seconds_count %.3f
                """, work, level, work / 2, work, work, work * 0.3, work);
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
