package io.engram.storegateway;

import io.engram.bucket.FilesystemBucket;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.read.ChunkBatch;
import io.engram.model.testing.TestLimits;
import io.engram.model.time.Clock;
import io.engram.proto.Select;
import io.engram.proto.SelectBlocks;
import io.engram.server.metrics.Metrics;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * What a select costs: {@code main(folder, series)} writes a block of metrics of a thousand series with twelve labels, one metric
 * with a day of samples every 15 s; then loads its header and selects that metric, cold and warm. The folder is kept and used
 * again.
 */
final class GatewayMeasurement {
    private static final TenantId TENANT = new TenantId("measured");
    private static final BlockId ID = BlockId.of(TestBlock.START_MS, 1, 1);
    private static final int WARM_ROUNDS = 300;
    private static final ChunkBatch BATCH = new ChunkBatch();

    private GatewayMeasurement() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        int series = Integer.parseInt(arguments[1]);
        Path tenant = folder.resolve("bucket").resolve(TENANT.value());
        if (!Files.exists(tenant.resolve(ID.toString()))) {
            write(tenant, series);
        }
        Metrics metrics = new Metrics();
        RecordingBucket bucket = new RecordingBucket(FilesystemBucket.open(folder.resolve("bucket")));
        StoreGateway gateway = new StoreGateway(
                folder.resolve("headers"),
                Fixture.config(),
                bucket,
                BlockOwnership.ALL,
                42,
                _ -> TestLimits.with(Map.of()),
                Clock.system(),
                metrics);
        header(gateway, bucket);
        bucket.clear();
        long chunkBytes = select(gateway);
        System.out.printf(
                "cold: %d requests, %d bytes for %d bytes of chunks: %s%n",
                bucket.reads().size(), bucket.rangeBytes(), chunkBytes, bucket.reads());
        for (int round = 0; round < 3; round++) {
            bucket.clear();
            long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            for (int i = 0; i < WARM_ROUNDS; i++) {
                select(gateway);
            }
            long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
            System.out.printf(
                    "warm: %.2f us CPU a series of 48 chunks, %d requests%n",
                    nanos / 1e3 / WARM_ROUNDS / 1000, bucket.reads().size());
        }
    }

    private static void write(Path tenant, int series) throws IOException {
        Files.createDirectories(tenant);
        TestBlock block = new TestBlock();
        for (int i = 0; i < series; i++) {
            int metric = i / 1000;
            String[] pairs = new String[24];
            pairs[0] = "__name__";
            pairs[1] = "metric_%04d".formatted(metric);
            for (int l = 1; l < 12; l++) {
                pairs[2 * l] = "label_" + l;
                pairs[2 * l + 1] =
                        l < 10 ? "value_" + l + "_" + (i % (1 << l)) : "pod-%d-%08d".formatted(l, i % 200_000);
            }
            block.series.put(Labels.of(pairs), TestBlock.times(TestBlock.START_MS, metric == 7 ? 5760 : 2, 15_000));
        }
        block.write(tenant, ID, new SplittableRandom(1));
    }

    private static void header(StoreGateway gateway, RecordingBucket bucket) throws IOException {
        BlockKey key = new BlockKey(TENANT, ID);
        long before = System.nanoTime();
        gateway.headers().open();
        gateway.headers().ensure(key);
        System.out.printf(
                "made in %d ms with %d requests and %d bytes%n",
                (System.nanoTime() - before) / 1_000_000, bucket.reads().size(), bucket.rangeBytes());
        long without = usedBytes();
        before = System.nanoTime();
        gateway.headers().acquire(key).release();
        long nanos = System.nanoTime() - before;
        System.out.printf("loaded in %d ms, %d KiB of heap%n", nanos / 1_000_000, (usedBytes() - without) >> 10);
    }

    private static long usedBytes() {
        for (int i = 0; i < 5; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static long select(StoreGateway gateway) {
        SelectBlocks.Query query = new SelectBlocks.Query(
                new Select.Query(
                        TENANT, List.of(Matcher.equal("__name__", "metric_0007")), Long.MIN_VALUE, Long.MAX_VALUE),
                List.of(ID));
        long bytes = 0;
        try (SelectBlocks.Cursor cursor = gateway.select(query)) {
            int size = cursor.series().size();
            int[] ordinals = IntStream.range(0, size).toArray();
            for (int from = 0; from < size; from += 256) {
                cursor.fetch(ordinals, from, Math.min(size, from + 256), BATCH);
                bytes += BATCH.dataLength;
            }
        }
        return bytes;
    }
}
