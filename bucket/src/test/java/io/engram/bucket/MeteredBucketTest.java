package io.engram.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.Bucket.Depth;
import io.engram.bucket.testing.BucketConfigs;
import io.engram.bucket.testing.FaultyBucket;
import io.engram.bucket.testing.MemoryBucket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeteredBucketTest {
    @TempDir
    Path scratch;

    private final FaultyBucket faulty = new FaultyBucket(new MemoryBucket(() -> 0));
    private final List<String> calls = new ArrayList<>();
    private final RequestCounts counts = new RequestCounts();
    private final Bucket bucket = new MeteredBucket(faulty, (operation, outcome, bytes, nanos) -> {
        calls.add(operation + " " + outcome + " " + bytes);
        assertTrue(nanos >= 0);
        counts.ended(operation, outcome, bytes, nanos);
    });

    @Test
    void everyCallIsToldOnceWithItsOutcomeAndBytes() throws IOException {
        bucket.put("k", new byte[5]);
        bucket.upload("f", Files.write(scratch.resolve("f"), new byte[7]));
        bucket.putIf(Condition.ABSENT, "k", new byte[5]);
        bucket.putIf(Condition.ABSENT, "n", new byte[3]);
        bucket.stat("k");
        bucket.get("k", 5);
        bucket.getRange("k", 1, 2);
        assertThrows(NoSuchObject.class, () -> bucket.get("missing", 5));
        assertThrows(BucketUnavailable.class, () -> bucket.get("k", 4));
        bucket.list("", Depth.ALL, _ -> true);
        bucket.list("missing/", Depth.ALL, _ -> true);
        bucket.delete("k");
        faulty.failAll();
        assertThrows(BucketUnavailable.class, () -> bucket.delete("k"));
        assertThrows(BucketUnavailable.class, () -> bucket.list("", Depth.ALL, _ -> true));

        assertEquals(
                List.of(
                        "PUT DONE 5",
                        "UPLOAD DONE 7",
                        "PUT_IF UNMET 0",
                        "PUT_IF DONE 3",
                        "STAT DONE 0",
                        "GET DONE 5",
                        "GET_RANGE DONE 2",
                        "GET UNMET 0",
                        "GET FAILED 0",
                        "LIST DONE 0",
                        "LIST DONE 0",
                        "DELETE DONE 0",
                        "DELETE FAILED 0",
                        "LIST FAILED 0"),
                calls);
        assertEquals(3, counts.of(Operation.GET).calls());
        assertEquals(1, counts.of(Operation.GET).failed());
        assertEquals(5, counts.of(Operation.GET).bytes());
        assertEquals(14, counts.allCalls());
    }

    @Test
    void aListingCountsItsPages() throws IOException {
        for (int i = 0; i < 2500; i++) {
            bucket.put("t/" + i, new byte[0]);
        }
        calls.clear();

        bucket.list("t/", Depth.ALL, _ -> true);
        assertEquals(List.of("LIST DONE 0", "LIST DONE 0", "LIST DONE 0"), calls);
        calls.clear();
        bucket.list("t/", Depth.ALL, _ -> false);
        assertEquals(List.of("LIST DONE 0"), calls);
    }

    @Test
    void opensTheFolderBelowTheDataOrItsOwn() throws IOException {
        RequestObserver observer = counts;
        try (Bucket own = Buckets.open(BucketConfigs.filesystem(scratch.resolve("own")), scratch, observer)) {
            own.put("k", new byte[1]);
        }
        try (Bucket below = Buckets.open(BucketConfigs.filesystem(Path.of("")), scratch, observer)) {
            below.put("k", new byte[1]);
        }

        assertTrue(Files.exists(scratch.resolve("own/k")));
        assertTrue(Files.exists(scratch.resolve("bucket/k")));
        assertEquals(2, counts.of(Operation.PUT).calls());
        assertEquals(0, counts.of(Operation.PUT).failed());
    }
}
