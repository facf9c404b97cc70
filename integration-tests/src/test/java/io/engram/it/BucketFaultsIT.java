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
import io.engram.bucket.testing.S3Operation;
import io.engram.bucket.testing.S3Request;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.testing.Seeds;
import io.engram.model.time.Clock;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * S3 fails in every way, while blocks are shipped, merged and read: all of it, then some requests. No sample that was
 * acknowledged is lost or there twice, no answer has a hole, operators are told, and when S3 is well again so is Engram, without
 * anybody's help.
 */
class BucketFaultsIT {
    private static final int ROUNDS = Integer.getInteger("engram.test.fault-rounds", 1);
    private static final int SERIES = 5;
    /** Never ends with a block: each flush leaves one that the next one's overlaps. */
    private static final int BATCH_STEPS = 187;

    private static final TenantId TENANT = new TenantId("faults");
    private static final int ATTEMPTS = 2;
    private static final long REQUEST_TIMEOUT_MS = 500;

    private static final List<S3Fault> FAULTS = List.of(
            S3Fault.INTERNAL_ERROR,
            S3Fault.SLOW_DOWN,
            S3Fault.SLOW,
            S3Fault.TRUNCATED,
            S3Fault.RESET,
            S3Fault.DENIED,
            S3Fault.LOST_ANSWER);

    private static final Target LISTINGS = new Target(S3Operation.LIST, "");
    private static final Target READ_INDEX = new Target(S3Operation.GET, "/index");
    private static final Target READ_CHUNKS = new Target(S3Operation.GET, "/chunks/000001");
    private static final Target READ_META = new Target(S3Operation.GET, "/meta.json");
    private static final Target READ_BUCKET_INDEX = new Target(S3Operation.GET, "/bucket-index.json.gz");
    private static final Target WRITE_INDEX = new Target(S3Operation.PUT, "/index");
    private static final Target WRITE_CHUNKS = new Target(S3Operation.PUT, "/chunks/000001");
    private static final Target WRITE_META = new Target(S3Operation.PUT, "/meta.json");
    private static final Target WRITE_BUCKET_INDEX = new Target(S3Operation.PUT, "/bucket-index.json.gz");
    private static final Target WRITE_MARK = new Target(S3Operation.PUT, "deletion-mark.json");
    private static final Target DELETE = new Target(S3Operation.DELETE, "");

    private static final List<Target> SHIPPING =
            List.of(LISTINGS, WRITE_CHUNKS, WRITE_INDEX, WRITE_META, READ_META, READ_BUCKET_INDEX, WRITE_BUCKET_INDEX);
    private static final List<Target> COMPACTION = List.of(
            LISTINGS,
            READ_CHUNKS,
            READ_INDEX,
            READ_META,
            WRITE_CHUNKS,
            WRITE_INDEX,
            WRITE_META,
            WRITE_MARK,
            WRITE_BUCKET_INDEX,
            DELETE);
    private static final List<Target> QUERIES = List.of(READ_BUCKET_INDEX, READ_INDEX, READ_CHUNKS);

    /** An error of a query tells by its id what kind it is, and by a block's or the index' name what is missing. */
    private static final Pattern NAMED = Pattern.compile(
            "(?=.*err-engram-(block-unavailable|blocks-unknown|blocks-missing|bucket-index-too-old))"
                    + "(?=.*([0-9A-HJKMNP-TV-Z]{26}|bucket-index.json.gz)).*",
            Pattern.DOTALL);

    private final SplittableRandom random = Seeds.random();
    private final NumberedSamples samples = new NumberedSamples(TENANT.value(), SERIES, BATCH_STEPS);
    private S3Fake s3;
    private Bucket bucket;
    private Path folder;
    private ServerProcess engram;

    /** Requests of one kind. */
    private record Target(S3Operation operation, String keyEnd) implements Predicate<S3Request> {
        @Override
        public boolean test(S3Request request) {
            return request.operation() == operation && request.key().endsWith(keyEnd);
        }
    }

    @BeforeEach
    void start() throws IOException {
        s3 = S3Fake.start();
        s3.setSlowMs(REQUEST_TIMEOUT_MS * 3 / 2);
        folder = ServerProcess.folder(BucketFaultsIT.class);
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

    @Test
    void nothingIsLostNorTwiceNorSilentlyMissingWhateverTheBucketDoes() throws Exception {
        engram.startAndAwait("/ready");
        samples.send(engram);
        samples.check(engram, 0); // from now on it is known which blocks there are
        for (int round = 0; round < ROUNDS; round++) {
            for (S3Fault fault : shuffled(FAULTS)) {
                // One of them is enough at a time: the next round swaps them.
                if ((FAULTS.indexOf(fault) + round) % 2 == 0) {
                    shipWhileAllFails(fault);
                    compactWhileFails(fault, one(COMPACTION));
                } else {
                    shipWhileFails(fault, one(SHIPPING));
                    compactWhileAllFails(fault);
                }
            }
            loseTheDiskWhileAllFails(one(FAULTS));
            for (S3Fault fault : shuffled(FAULTS)) {
                queryWhileAllFails(fault);
                queryWhileFails(fault, one(QUERIES));
                queryWhileSomeFails(fault);
            }
        }
        for (int s = 0; s < SERIES; s++) {
            awaitRight(s, "all");
        }
        assertEquals(0, engram.terminate(), engram::output);
    }

    private void shipWhileAllFails(S3Fault fault) throws Exception {
        samples.send(engram);
        s3.faults().always(fault, _ -> true);
        HttpResponse<String> refused = flush();
        assertEquals(500, refused.statusCode(), () -> fault + ": " + refused.body());
        assertTrue(refused.body().contains("'" + TENANT), () -> fault + ": " + refused.body());
        String ready = Http.get(engram.url("/ready")).body();
        assertTrue(
                ready.startsWith("ready\ningester: blocks of 1 tenants wait, tenant " + TENANT), fault + ": " + ready);
        assertEquals(1, metric("engram_ingester_ship_failing_tenants"));
        assertTrue(metric("engram_ingester_blocks_waiting") > 0);
        samples.send(engram);
        samples.checkLast(engram, random.nextInt(SERIES));
        rightOrNamed("while all is shipped with " + fault);
        heal();
        awaitShipped(fault + " while all was shipped");
    }

    private void shipWhileFails(S3Fault fault, Target target) throws Exception {
        samples.send(engram);
        long before = failFor(fault, target);
        flush();
        awaitFailure(before, fault, target);
        rightOrNamed(fault + " of " + target);
        heal();
        awaitShipped(fault + " of " + target);
    }

    private void compactWhileAllFails(S3Fault fault) throws Exception {
        Runnable begin = bringWorkForTheCompactor();
        s3.faults().always(fault, _ -> true);
        begin.run();
        ServerProcess.await("the compactor to say that it cannot go on: " + fault, () -> text("/ready")
                .contains("\ncompactor: not all tenants could be looked at: "));
        rightOrNamed("while all is compacted with " + fault);
        heal();
        awaitMerged(fault + " while all was compacted");
    }

    private void compactWhileFails(S3Fault fault, Target target) throws Exception {
        Runnable begin = bringWorkForTheCompactor();
        long before = failFor(fault, target);
        begin.run();
        awaitFailure(before, fault, target);
        rightOrNamed(fault + " of " + target);
        heal();
        awaitMerged(fault + " of " + target);
    }

    /** Ships blocks that are to be merged. @return lets the compactor read them */
    private Runnable bringWorkForTheCompactor() throws Exception {
        Runnable begin = s3.faults().always(S3Fault.DENIED, READ_CHUNKS);
        samples.send(engram);
        ServerProcess.await("a flush", () -> flush().statusCode() == 204);
        ServerProcess.await("a merge that fails", () -> metric("engram_compactor_jobs_failing") > 0);
        ServerProcess.await("the compactor to say so", () -> text("/ready")
                .contains(" merges of blocks failed and are tried again"));
        return begin;
    }

    /** What is in the bucket is all there is now, and the bucket does not answer. */
    private void loseTheDiskWhileAllFails(S3Fault fault) throws Exception {
        ServerProcess.await("a flush", () -> flush().statusCode() == 204);
        awaitMerged("nothing");
        engram.kill();
        for (String lost : List.of("wal", "chunks", "blocks", "store-gateway", "compactor")) {
            BlocksIT.delete(folder.resolve("data").resolve(lost));
        }
        s3.faults().always(fault, _ -> true);
        engram.startAndAwait("/ready");
        assertNamed(samples.ask(engram, 0), fault + " since the start");
        heal();
        awaitRight("after a start with " + fault);
    }

    private void queryWhileAllFails(S3Fault fault) throws Exception {
        s3.faults().always(fault, _ -> true);
        assertNamed(samples.ask(engram, random.nextInt(SERIES)), "while all fails with " + fault);
        heal();
        awaitRight(fault.toString());
    }

    private void queryWhileFails(S3Fault fault, Target target) throws Exception {
        long before = failFor(fault, target);
        rightOrNamed(fault + " of " + target);
        awaitFailure(before, fault, target);
        heal();
        awaitRight(fault + " of " + target);
    }

    private void queryWhileSomeFails(S3Fault fault) throws Exception {
        s3.faults().randomly(random.split(), 0.2, fault);
        for (int i = 0; i < 3; i++) {
            rightOrNamed("while some fails with " + fault);
        }
        heal();
        awaitRight("some " + fault);
    }

    /** So often that a call fails with all its attempts. @return how many requests failed before */
    private long failFor(S3Fault fault, Target target) {
        long before = s3.faults().count();
        s3.faults().next(2 * ATTEMPTS, fault, target);
        return before;
    }

    private void awaitFailure(long before, S3Fault fault, Target target) {
        ServerProcess.await(fault + " of " + target, () -> s3.faults().count() > before);
    }

    private void heal() {
        s3.faults().clear();
    }

    private void rightOrNamed(String when) throws Exception {
        int s = random.nextInt(SERIES);
        HttpResponse<String> response = samples.ask(engram, s);
        if (response.statusCode() == 200) {
            samples.check(response.body(), s);
        } else {
            assertNamed(response, when);
        }
    }

    private void assertNamed(HttpResponse<String> response, String when) {
        assertEquals(503, response.statusCode(), () -> when + ": " + response.body());
        assertTrue(NAMED.matcher(response.body()).matches(), () -> when + ": " + response.body());
    }

    private void awaitRight(String after) {
        awaitRight(random.nextInt(SERIES), after);
    }

    private void awaitRight(int s, String after) {
        ServerProcess.await("an answer after " + after, () -> {
            HttpResponse<String> response = ask(s);
            if (response.statusCode() == 200) {
                samples.check(response.body(), s);
            }
            return response.statusCode() == 200;
        });
    }

    private void awaitShipped(String after) {
        ServerProcess.await(
                "blocks to be shipped after " + after,
                () -> metric("engram_ingester_ship_failing_tenants") == 0
                        && metric("engram_ingester_blocks_waiting") == 0
                        && !text("/ready").contains("ingester:"));
        awaitRight(after);
    }

    /** Until each sample that was shipped lies in one block alone. */
    private void awaitMerged(String after) {
        ServerProcess.await(
                "blocks to be merged after " + after,
                () -> samplesInBlocks() == samples.count() && text("/ready").equals("ready\n"));
        awaitRight(after);
    }

    private long samplesInBlocks() {
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

    private HttpResponse<String> flush() {
        try {
            return Http.post(engram.url("/ingester/flush?wait=true"), new byte[0]);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private HttpResponse<String> ask(int s) {
        try {
            return samples.ask(engram, s);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private String text(String path) {
        try {
            return Http.get(engram.url(path)).body();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private double metric(String name) {
        Matcher line =
                Pattern.compile("^" + name + " (\\S+)$", Pattern.MULTILINE).matcher(text("/metrics"));
        assertTrue(line.find(), name);
        return Double.parseDouble(line.group(1));
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private <T> List<T> shuffled(List<T> list) {
        List<T> copy = new ArrayList<>(list);
        long[] order = new long[copy.size()];
        Arrays.setAll(order, _ -> random.nextLong());
        copy.sort(Comparator.comparingLong(element -> order[list.indexOf(element)]));
        return copy;
    }
}
