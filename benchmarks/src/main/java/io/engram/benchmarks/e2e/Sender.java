package io.engram.benchmarks.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Sends a workload over some connections, as fast as the server answers. Series are split over them as Prometheus' shards do. */
final class Sender implements AutoCloseable {
    private final List<List<Body>> bodiesPerConnection = new ArrayList<>();
    private final List<PushConnection> connections = new ArrayList<>();
    private final ExecutorService threads;
    private final int samplesPerSeries;
    private final long firstTimeMs;
    private final long intervalMs;

    /** What a run of rounds came to. */
    record Sent(long samples, double wallSeconds, long rawBytes, double[] latencyMs) {
        double p(double quantile) {
            return latencyMs[Math.min(latencyMs.length - 1, (int) (quantile * latencyMs.length))];
        }
    }

    Sender(ServerProcess server, List<Workload.Series> series, Shape shape) throws IOException {
        this.samplesPerSeries = shape.samplesPerSeries();
        this.firstTimeMs = shape.firstTimeMs();
        this.intervalMs = shape.intervalMs();
        this.threads = Executors.newFixedThreadPool(shape.connections());
        for (int c = 0; c < shape.connections(); c++) {
            connections.add(new PushConnection(server.port(), server.peer().pushPath()));
            bodiesPerConnection.add(new ArrayList<>());
        }
        for (int from = 0, i = 0; from < series.size(); from += shape.seriesPerRequest(), i++) {
            int to = Math.min(series.size(), from + shape.seriesPerRequest());
            bodiesPerConnection.get(i % shape.connections()).add(new Body(series.subList(from, to), samplesPerSeries));
        }
    }

    /** How requests are cut and when their samples lie. */
    record Shape(int connections, int seriesPerRequest, int samplesPerSeries, long firstTimeMs, long intervalMs) {}

    /** Sends the rounds {@code from .. to-1}; {@code to - from} is a multiple of the samples per series. */
    Sent send(int from, int to) throws IOException, InterruptedException {
        long began = System.nanoTime();
        List<Callable<List<Double>>> tasks = new ArrayList<>();
        for (int c = 0; c < connections.size(); c++) {
            List<Body> bodies = bodiesPerConnection.get(c);
            PushConnection connection = connections.get(c);
            tasks.add(() -> sendAll(bodies, connection, from, to));
        }
        List<Double> latencies = new ArrayList<>();
        try {
            for (Future<List<Double>> done : threads.invokeAll(tasks)) {
                latencies.addAll(done.get());
            }
        } catch (ExecutionException e) {
            throw new IOException("sending failed: " + e.getCause().getMessage(), e.getCause());
        }
        double wall = (System.nanoTime() - began) / 1e9;
        long samples = 0;
        long raw = 0;
        for (List<Body> bodies : bodiesPerConnection) {
            for (Body body : bodies) {
                samples += (long) body.samples() * ((to - from) / samplesPerSeries);
                raw += (long) body.rawLength() * ((to - from) / samplesPerSeries);
            }
        }
        return new Sent(
                samples,
                wall,
                raw,
                latencies.stream().mapToDouble(d -> d).sorted().toArray());
    }

    private List<Double> sendAll(List<Body> bodies, PushConnection connection, int from, int to) throws IOException {
        List<Double> latencies = new ArrayList<>();
        for (int round = from; round < to; round += samplesPerSeries) {
            for (Body body : bodies) {
                body.make(round, firstTimeMs, intervalMs);
                long began = System.nanoTime();
                connection.post(body.compressed(), body.compressedLength());
                latencies.add((System.nanoTime() - began) / 1e6);
            }
        }
        return latencies;
    }

    @Override
    public void close() throws IOException {
        threads.shutdown();
        for (PushConnection connection : connections) {
            connection.close();
        }
    }
}
