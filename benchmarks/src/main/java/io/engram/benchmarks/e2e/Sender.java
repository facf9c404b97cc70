package io.engram.benchmarks.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends workloads over some connections, as fast as the server answers or at a given rate. Series are dealt to the
 * connections one by one, as Prometheus deals them to its shards: neighbours of a scrape go different ways.
 */
final class Sender implements AutoCloseable {
    private final List<PushConnection> connections = new ArrayList<>();
    private final ExecutorService threads;
    private final Shape shape;
    private final double samplesPerNsAndConnection;

    /** How requests are cut, how they are written, and when their samples lie. */
    record Shape(
            int connections,
            int seriesPerRequest,
            int samplesPerSeries,
            long firstTimeMs,
            long intervalMs,
            Protocol protocol) {
        Shape with(Protocol other) {
            return new Shape(connections, seriesPerRequest, samplesPerSeries, firstTimeMs, intervalMs, other);
        }
    }

    /** The requests of some series, by connection. */
    record Load(List<List<Body>> perConnection) {}

    /** What a run of rounds came to. With a rate, a latency counts from when the request should have gone. */
    record Sent(long samples, double wallSeconds, long sentBytes, Latencies latencies) {
        double p(double quantile) {
            return latencies.p(quantile);
        }
    }

    /** @param samplesPerSecond of all connections together; 0 is as fast as the server answers */
    Sender(ServerProcess server, Shape shape, long samplesPerSecond) throws IOException {
        this.shape = shape;
        this.samplesPerNsAndConnection = samplesPerSecond / 1e9 / shape.connections();
        this.threads = Executors.newFixedThreadPool(shape.connections());
        for (int c = 0; c < shape.connections(); c++) {
            connections.add(new PushConnection(server.port(), server.peer().pushPath(), shape.protocol()));
        }
    }

    /** Makes the requests of these series; costs no time while they are sent. */
    Load load(List<Workload.Series> series) {
        List<List<Body>> perConnection = new ArrayList<>();
        for (int c = 0; c < shape.connections(); c++) {
            List<Workload.Series> mine = new ArrayList<>();
            for (int i = c; i < series.size(); i += shape.connections()) {
                mine.add(series.get(i));
            }
            List<Body> bodies = new ArrayList<>();
            for (int from = 0; from < mine.size(); from += shape.seriesPerRequest()) {
                int to = Math.min(mine.size(), from + shape.seriesPerRequest());
                bodies.add(new Body(shape.protocol(), mine.subList(from, to), shape.samplesPerSeries()));
            }
            perConnection.add(bodies);
        }
        return new Load(perConnection);
    }

    /** Sends the rounds {@code from .. to-1}; {@code to - from} is a multiple of the samples per series. */
    Sent send(Load load, int from, int to) throws IOException, InterruptedException {
        long beganNs = System.nanoTime();
        List<Callable<Part>> tasks = new ArrayList<>();
        for (int c = 0; c < connections.size(); c++) {
            List<Body> bodies = load.perConnection().get(c);
            PushConnection connection = connections.get(c);
            tasks.add(() -> sendAll(bodies, connection, from, to));
        }
        List<Double> latencies = new ArrayList<>();
        long samples = 0;
        long bytes = 0;
        try {
            for (Future<Part> done : threads.invokeAll(tasks)) {
                Part part = done.get();
                latencies.addAll(part.latencyMs);
                samples += part.samples;
                bytes += part.bytes;
            }
        } catch (ExecutionException e) {
            throw new IOException("sending failed: " + e.getCause().getMessage(), e.getCause());
        }
        double wallSeconds = (System.nanoTime() - beganNs) / 1e9;
        return new Sent(samples, wallSeconds, bytes, Latencies.of(latencies));
    }

    /** What one connection sent. */
    private static final class Part {
        final List<Double> latencyMs = new ArrayList<>();
        long samples;
        long bytes;
    }

    private Part sendAll(List<Body> bodies, PushConnection connection, int from, int to) throws IOException {
        Part part = new Part();
        byte[] compressed = new byte
                [bodies.stream().mapToInt(Body::maxCompressedLength).max().orElse(0)];
        long beganNs = System.nanoTime();
        for (int round = from; round < to; round += shape.samplesPerSeries()) {
            for (Body body : bodies) {
                int length = body.make(round, shape.firstTimeMs(), shape.intervalMs(), compressed);
                long sendNs = awaitTurn(beganNs, part.samples);
                connection.post(compressed, length);
                part.latencyMs.add((System.nanoTime() - sendNs) / 1e6);
                part.samples += body.samples();
                part.bytes += length;
            }
        }
        return part;
    }

    /** Returns when the next request was to go, in the past where it is late. */
    private long awaitTurn(long beganNs, long samplesBefore) {
        if (samplesPerNsAndConnection == 0) {
            return System.nanoTime();
        }
        long turnNs = beganNs + (long) (samplesBefore / samplesPerNsAndConnection);
        for (long leftNs = turnNs - System.nanoTime(); leftNs > 0; leftNs = turnNs - System.nanoTime()) {
            LockSupport.parkNanos(leftNs);
        }
        return turnNs;
    }

    @Override
    public void close() throws IOException {
        threads.shutdown();
        for (PushConnection connection : connections) {
            connection.close();
        }
    }
}
