package io.engram.benchmarks.e2e;

import io.engram.model.block.BlockMeta;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Two hours of samples become a block: its bytes, beside those of the block that Prometheus makes of the same samples, and
 * what queries cost from the head, then, when the head is gone, from the block. After that {@link LargeBucket}. Of
 * VictoriaMetrics, which has no blocks, nothing.
 */
final class Blocks {
    private static final long RANGE_MS = 2 * 3_600_000;
    private static final int ROUNDS = (int) (RANGE_MS / Trial.INTERVAL_MS);
    private static final int STEP_SECONDS = 60;

    private final Trial trial;
    private final ServerProcess server;

    Blocks(Trial trial) {
        this.trial = trial;
        this.server = trial.server();
    }

    void measure() throws IOException, InterruptedException {
        if (server.peer() == Peer.VICTORIAMETRICS) {
            return;
        }
        long firstMs = System.currentTimeMillis() / RANGE_MS * RANGE_MS - RANGE_MS;
        try (Sender sender = new Sender(server, trial.shape(20, firstMs), 0)) {
            sender.send(sender.load(Workload.series(trial.arguments().number(Option.BLOCK_SERIES), 0)), 0, ROUNDS);
        }
        if (server.peer() == Peer.PROMETHEUS) {
            server.post("/api/v1/admin/tsdb/snapshot"); // makes a block of the head
            bytesPerSample(server.folder().resolve("snapshots"));
            return;
        }
        Queries queries = new Queries(server, firstMs, firstMs + (ROUNDS - 1) * Trial.INTERVAL_MS);
        double fromHead = cpuMs(queries, "head");
        server.post("/ingester/flush?wait=true");
        bytesPerSample(server.folder().resolve("bucket"));
        server.kill();
        for (String part : List.of("wal", "chunks", "blocks")) {
            delete(server.folder().resolve(part));
        }
        server.start();
        BucketCounts counts = BucketCounts.of(server);
        queries.ask(Queries.RANGE.getFirst(), STEP_SECONDS);
        trial.add("`" + Queries.RANGE.getFirst() + "` from a cold bucket, reads", counts.readsSince(server));
        trial.add("the same, KiB read", counts.bytesSince(server) / 1024);
        double fromBlocks = cpuMs(queries, "blocks, warm");
        trial.add("range queries from blocks, warm, against the head: CPU", fromBlocks / fromHead);
        server.kill();
        new LargeBucket(trial).measure();
    }

    /** The geometric mean of the range queries' CPU, after all of them have run some times. */
    private double cpuMs(Queries queries, String where) throws IOException, InterruptedException {
        int runs = trial.arguments().number(Option.RUNS);
        for (String query : Queries.RANGE) {
            queries.range(query, STEP_SECONDS, runs);
        }
        server.awaitQuiet();
        BucketCounts counts = BucketCounts.of(server);
        List<Double> cpu = new ArrayList<>();
        for (String query : Queries.RANGE) {
            cpu.add(queries.range(query, STEP_SECONDS, runs).cpuMs());
        }
        double mean = QueryTimes.geometricMean(cpu);
        trial.add("range queries over 2 h from the " + where + ", geometric mean, CPU ms", mean);
        trial.add("the same from the " + where + ", reads of the bucket", counts.readsSince(server));
        return mean;
    }

    /** Of index and chunks of the blocks below a folder, as many samples as they say they have. */
    private void bytesPerSample(Path folder) throws IOException {
        long indexBytes = 0;
        long chunkBytes = 0;
        long samples = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                if (name.equals(BlockMeta.FILE)) {
                    samples += BlockMeta.read(Files.readAllBytes(file), file.toString())
                            .stats()
                            .samples();
                } else if (name.equals("index")) {
                    indexBytes += Files.size(file);
                } else if (file.getParent().endsWith("chunks") && !file.startsWith(folder.resolve("chunks_head"))) {
                    chunkBytes += Files.size(file);
                }
            }
        }
        trial.add("2 h block, samples", samples);
        trial.add("2 h block, bytes per sample, index and chunks", (indexBytes + chunkBytes) / (double) samples);
        trial.add("2 h block, bytes per sample, index alone", indexBytes / (double) samples);
    }

    static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
