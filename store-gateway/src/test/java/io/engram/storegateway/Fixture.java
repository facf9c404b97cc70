package io.engram.storegateway;

import io.engram.bucket.Bucket;
import io.engram.bucket.index.BucketIndexUpdater;
import io.engram.bucket.layout.BlockUploader;
import io.engram.bucket.layout.TenantBucket;
import io.engram.bucket.testing.FaultyBucket;
import io.engram.bucket.testing.MemoryBucket;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.block.ThanosSection;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.testing.ManualClock;
import io.engram.model.testing.TestLimits;
import io.engram.proto.Select;
import io.engram.proto.SelectBlocks;
import io.engram.server.config.ConfigLoader;
import io.engram.server.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A store-gateway over a bucket, in memory unless a test brings another. */
final class Fixture {
    static final TenantId TENANT = new TenantId("team-a");
    static final long SEED = 42;

    final ManualClock clock = new ManualClock(TestBlock.START_MS);
    final FaultyBucket faults;
    final RecordingBucket bucket;
    final Metrics metrics = new Metrics();
    final Path headers;
    final Path blocks;
    StoreGateway gateway;
    /** Whose blocks are whose. */
    volatile BlockOwnership ownership = BlockOwnership.ALL;

    Fixture(Path folder) throws IOException {
        this(folder, config());
    }

    Fixture(Path folder, StoreGatewayConfig config) throws IOException {
        this(folder, config, Map.of());
    }

    Fixture(Path folder, StoreGatewayConfig config, Map<String, ?> limits) throws IOException {
        this(folder, config, limits, new MemoryBucket(new ManualClock(TestBlock.START_MS)));
    }

    Fixture(Path folder, StoreGatewayConfig config, Map<String, ?> limits, Bucket behind) throws IOException {
        faults = new FaultyBucket(behind);
        bucket = new RecordingBucket(faults);
        Path own = Files.createTempDirectory(folder, "gateway");
        headers = own.resolve("headers");
        blocks = Files.createDirectories(own.resolve("blocks"));
        open(config, limits);
    }

    /** A new process on the same disk and bucket. */
    void open(StoreGatewayConfig config, Map<String, ?> limits) throws IOException {
        gateway = new StoreGateway(
                headers, config, bucket, new Owners(), SEED, _ -> TestLimits.with(limits), clock, metrics);
        gateway.headers().open();
    }

    private final class Owners implements BlockOwnership {
        @Override
        public boolean owns(TenantId tenant, BlockId block) {
            return ownership.owns(tenant, block);
        }

        @Override
        public Object basis() {
            return ownership;
        }
    }

    static StoreGatewayConfig config() {
        return ConfigLoader.defaults(StoreGatewayConfig.class);
    }

    /** Without caches, with many small ranges. */
    static StoreGatewayConfig bareConfig() {
        return new StoreGatewayConfig(
                "", Duration.ofMinutes(20), Duration.ofHours(1), Duration.ofMinutes(5), 4, 3, 2, 0, 64 << 10, 1, 1, 1);
    }

    BlockId upload(TestBlock block, SplittableRandom random) throws IOException {
        BlockId id = TestBlock.id(random);
        Path folder = block.write(blocks, id, random);
        new BlockUploader(new TenantBucket(bucket, TENANT)).upload(folder, ThanosSection.raw(Labels.EMPTY, "test"));
        return id;
    }

    void updateIndex() throws IOException {
        new BucketIndexUpdater(new TenantBucket(bucket, TENANT), clock).update();
    }

    SelectBlocks.Query query(List<BlockId> ids, Matcher... matchers) {
        return query(ids, Long.MIN_VALUE, Long.MAX_VALUE, List.of(matchers));
    }

    static SelectBlocks.Query query(List<BlockId> ids, long minMs, long maxMs, List<Matcher> matchers) {
        return new SelectBlocks.Query(new Select.Query(TENANT, matchers, minMs, maxMs), ids);
    }

    /** The sum of a metric over its labels. */
    double metric(String name) {
        double[] sum = new double[1];
        metrics.forEachSample((sample, _, value) -> {
            if (sample.equals("engram_store_gateway_" + name)) {
                sum[0] += value;
            }
        });
        return sum[0];
    }
}
