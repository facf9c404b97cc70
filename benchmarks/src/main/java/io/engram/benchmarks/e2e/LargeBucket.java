package io.engram.benchmarks.e2e;

import io.engram.bucket.FilesystemBucket;
import io.engram.bucket.index.BucketIndexUpdater;
import io.engram.bucket.layout.TenantBucket;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.time.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A bucket with a day's block of a million series and a thousand small ones: when a server is ready that has their
 * index-headers on disk, and what it reads to answer for one metric of the large block.
 */
final class LargeBucket {
    private static final TenantId TENANT = new TenantId("anonymous");
    private static final long DAY_MS = 24 * 3_600_000L;
    private static final int DAY_SAMPLES = (int) (DAY_MS / Trial.INTERVAL_MS);
    private static final int STEP_SECONDS = 300;
    private static final long LOOK_BACK_MS = 300_000;
    private static final int SMALL_SERIES = 1000;
    private static final int MOST_LOOKS = 600;

    private final Trial trial;
    private final ServerProcess server;

    LargeBucket(Trial trial) {
        this.trial = trial;
        this.server = trial.server();
    }

    /** The server does not run; when this returns it does. */
    void measure() throws IOException, InterruptedException {
        Blocks.delete(server.folder());
        Path tenant = server.folder().resolve("bucket").resolve(TENANT.value());
        Files.createDirectories(tenant);
        long dayMs = System.currentTimeMillis() / DAY_MS * DAY_MS - DAY_MS;
        FleetBlock.Written large = new FleetBlock(trial.arguments().number(Option.BUCKET_SERIES))
                .write(
                        tenant,
                        BlockId.of(dayMs, 1, 0),
                        dayMs,
                        Trial.INTERVAL_MS,
                        metric -> metric == 0 ? DAY_SAMPLES : 2);
        int count = trial.arguments().number(Option.BUCKET_BLOCKS);
        FleetBlock small = new FleetBlock(SMALL_SERIES);
        for (int b = 1; b < count; b++) {
            long startMs = dayMs - b * DAY_MS;
            small.write(tenant, BlockId.of(startMs, 1, b), startMs, DAY_MS - 1, _ -> 2);
        }
        TenantBucket bucket =
                new TenantBucket(FilesystemBucket.open(server.folder().resolve("bucket")), TENANT);
        new BucketIndexUpdater(bucket, Clock.system()).update();
        server.start();
        awaitHeaders(count);
        server.awaitQuiet();
        server.kill();
        trial.add(
                String.format(Locale.ROOT, "ready with %,d blocks, index-headers on disk, ms", count), server.start());
        server.awaitQuiet();
        BucketCounts before = BucketCounts.of(server);
        long firstMs = dayMs + 2 * LOOK_BACK_MS; // the block of the day before has the metric too
        new Queries(server, firstMs, dayMs + DAY_MS - Trial.INTERVAL_MS)
                .ask("sum(" + FleetBlock.metric(0) + ")", STEP_SECONDS);
        String what = String.format(
                Locale.ROOT,
                "%,d series of a day's block of %,d, ",
                FleetBlock.METRIC_SERIES,
                large.meta().stats().series());
        trial.add(what + "reads of the bucket", before.readsSince(server));
        trial.add(
                what + "bytes read, to those of the answer's chunks",
                before.bytesSince(server) / large.firstMetricChunkBytes());
    }

    private void awaitHeaders(int count) throws IOException, InterruptedException {
        for (int look = 0; server.metric("engram_store_gateway_index_headers") < count; look++) {
            if (look == MOST_LOOKS) {
                throw new IOException(
                        "the index-headers of " + count + " blocks were not made in " + MOST_LOOKS / 10 + " s");
            }
            Thread.sleep(100);
        }
    }
}
