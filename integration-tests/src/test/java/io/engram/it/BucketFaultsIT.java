package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.testing.S3Fault;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * S3 fails in every way, while blocks are shipped, merged and read: all of it, then some requests. No sample that was
 * acknowledged is lost or there twice, no answer has a hole, operators are told, and when S3 is well again so is Engram, without
 * anybody's help.
 */
class BucketFaultsIT extends BucketFaultsScene {
    private static final int ROUNDS = Integer.getInteger("engram.test.fault-rounds", 1);
    private static final List<S3Fault> FAULTS = List.of(
            S3Fault.INTERNAL_ERROR,
            S3Fault.SLOW_DOWN,
            S3Fault.SLOW,
            S3Fault.TRUNCATED,
            S3Fault.RESET,
            S3Fault.DENIED,
            S3Fault.LOST_ANSWER);

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
                    compactWhileFails(fault, one(S3Target.COMPACTION));
                } else {
                    shipWhileFails(fault, one(S3Target.SHIPPING));
                    compactWhileAllFails(fault);
                }
            }
            loseTheDiskWhileAllFails(one(FAULTS));
            for (S3Fault fault : shuffled(FAULTS)) {
                queryWhileAllFails(fault);
                queryWhileFails(fault, one(S3Target.QUERIES));
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

    private void shipWhileFails(S3Fault fault, S3Target target) throws Exception {
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

    private void compactWhileFails(S3Fault fault, S3Target target) throws Exception {
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
        Runnable begin = s3.faults().always(S3Fault.DENIED, S3Target.READ_CHUNKS);
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
        if (random.nextBoolean()) {
            BlocksIT.delete(folder.resolve("data").resolve("bucket-indexes")); // else it is known what is missing
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

    private void queryWhileFails(S3Fault fault, S3Target target) throws Exception {
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
