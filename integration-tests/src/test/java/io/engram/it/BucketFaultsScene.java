package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.Bucket;
import io.engram.bucket.index.BucketIndex;
import io.engram.bucket.index.BucketIndexUpdater;
import io.engram.bucket.layout.BlockPaths;
import io.engram.bucket.layout.BlockUploader;
import io.engram.bucket.layout.TenantBucket;
import io.engram.bucket.s3.S3Bucket;
import io.engram.bucket.testing.S3Fake;
import io.engram.bucket.testing.S3Fault;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.testing.Seeds;
import io.engram.model.time.Clock;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A server whose blocks are in an S3 that fails as tests say, and what they wait for and demand of it. */
abstract class BucketFaultsScene {
    static final int SERIES = 5;
    /** Never ends with a block: each flush leaves one that the next one's overlaps. */
    static final int BATCH_STEPS = 187;

    static final TenantId TENANT = new TenantId("faults");
    static final int ATTEMPTS = 2;
    static final long REQUEST_TIMEOUT_MS = 500;

    /** An error of a query tells by its id what kind it is, and by a block's or the index' name what is missing. */
    private static final Pattern NAMED = Pattern.compile(
            "(?=.*err-engram-(block-unavailable|blocks-unknown|blocks-missing|bucket-index-too-old))"
                    + "(?=.*([0-9A-HJKMNP-TV-Z]{26}|bucket-index.json.gz)).*",
            Pattern.DOTALL);

    final SplittableRandom random = Seeds.random();
    final NumberedSamples samples = new NumberedSamples(TENANT.value(), SERIES, BATCH_STEPS);
    S3Fake s3;
    Bucket bucket;
    Path folder;
    ServerProcess engram;

    @BeforeEach
    void start() throws IOException {
        s3 = S3Fake.start();
        s3.setSlowMs(REQUEST_TIMEOUT_MS * 3 / 2);
        folder = ServerProcess.folder(getClass());
        bucket = S3Bucket.open(s3.config());
        engram = ServerProcess.engram(
                folder,
                "--self-monitoring.enabled=false",
                "--limits.past-grace-period=0",
                "--limits.retention=0",
                "--bucket.backend=s3",
                "--bucket.s3.endpoint=" + s3.endpoint(),
                "--bucket.s3.bucket=" + S3Fake.BUCKET,
                "--bucket.s3.access-key-id=key",
                "--bucket.s3.secret-access-key=secret",
                "--bucket.s3.path-style=true",
                "--bucket.s3.request-timeout=" + REQUEST_TIMEOUT_MS + "ms",
                "--bucket.s3.max-attempts=" + ATTEMPTS,
                "--bucket.s3.retry-delay=5ms",
                "--ingester.ship-interval=50ms",
                "--ingester.late-blocks-interval=0s",
                "--querier.bucket-index-refresh=0s",
                // Every query asks the bucket.
                "--store-gateway.postings-cache-size=1",
                "--store-gateway.series-cache-size=1",
                "--store-gateway.chunks-cache-size=1",
                "--store-gateway.sync-interval=1h",
                "--compactor.interval=50ms",
                "--compactor.first-level-compaction-wait-period=0s",
                "--compactor.deletion-delay=1s");
    }

    @AfterEach
    void stop() {
        engram.close();
        bucket.close();
        s3.close();
    }

    /** So often that a call fails with all its attempts. @return how many requests failed before */
    long failFor(S3Fault fault, S3Target target) {
        long before = s3.faults().count();
        s3.faults().next(2 * ATTEMPTS, fault, target);
        return before;
    }

    void awaitFailure(long before, S3Fault fault, S3Target target) {
        ServerProcess.await(fault + " of " + target, () -> s3.faults().count() > before);
    }

    void heal() {
        s3.faults().clear();
    }

    void rightOrNamed(String when) throws Exception {
        int s = random.nextInt(SERIES);
        HttpResponse<String> response = samples.ask(engram, s);
        if (response.statusCode() == 200) {
            samples.check(response.body(), s);
        } else {
            assertNamed(response, when);
        }
    }

    void assertNamed(HttpResponse<String> response, String when) {
        assertEquals(503, response.statusCode(), () -> when + ": " + response.body());
        assertTrue(NAMED.matcher(response.body()).matches(), () -> when + ": " + response.body());
    }

    void awaitRight(String after) {
        awaitRight(random.nextInt(SERIES), after);
    }

    void awaitRight(int s, String after) {
        ServerProcess.await("an answer after " + after, () -> {
            HttpResponse<String> response = ask(s);
            if (response.statusCode() == 200) {
                samples.check(response.body(), s);
            }
            return response.statusCode() == 200;
        });
    }

    void awaitShipped(String after) {
        ServerProcess.await(
                "blocks to be shipped after " + after,
                () -> metric("engram_ingester_ship_failing_tenants") == 0
                        && metric("engram_ingester_blocks_waiting") == 0
                        && !text("/ready").contains("ingester:"));
        awaitRight(after);
    }

    /** Until each sample that was shipped lies in one block alone. */
    void awaitMerged(String after) {
        ServerProcess.await(
                "blocks to be merged after " + after,
                () -> samplesInBlocks() == samples.count() && text("/ready").equals("ready\n"));
        awaitRight(after);
    }

    long samplesInBlocks() {
        try {
            TenantBucket blocks = new TenantBucket(bucket, TENANT);
            BucketIndex index = new BucketIndexUpdater(blocks, Clock.system())
                    .make(BucketIndex.EMPTY)
                    .index();
            Set<BlockId> marked = new HashSet<>();
            index.deletionMarks().forEach(mark -> marked.add(mark.id()));
            long sum = 0;
            for (BucketIndex.Block block : index.blocks()) {
                if (!marked.contains(block.id())) {
                    String key = BlockPaths.meta(block.id());
                    sum += BlockMeta.read(
                                    blocks.get(key, BlockUploader.MAX_META_BYTES)
                                            .bytes(),
                                    key)
                            .stats()
                            .samples();
                }
            }
            return sum;
        } catch (IOException e) {
            return -1; // a block went while it was looked at
        }
    }

    HttpResponse<String> flush() {
        try {
            return Http.post(engram.url("/ingester/flush?wait=true"), new byte[0]);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    HttpResponse<String> ask(int s) {
        try {
            return samples.ask(engram, s);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    String text(String path) {
        try {
            return Http.get(engram.url(path)).body();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    double metric(String name) {
        Matcher line =
                Pattern.compile("^" + name + " (\\S+)$", Pattern.MULTILINE).matcher(text("/metrics"));
        assertTrue(line.find(), name);
        return Double.parseDouble(line.group(1));
    }
}
