package io.engram.bucket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.engram.bucket.Bucket.Depth;
import io.engram.bucket.BucketUnavailable.Reason;
import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link Bucket} does, whatever is behind it. */
public abstract class BucketContract {
    @TempDir
    protected Path scratch;

    /** Empty below what the tests use; the same one throughout a test. */
    protected abstract Bucket bucket();

    /** Enough that the store lists them in several pages. */
    protected int manyObjects() {
        return 1100;
    }

    /** Big enough that the store takes them in several parts. */
    protected int bigFileBytes() {
        return 20 << 20;
    }

    /** Whether the server compares and writes in one step, as S3 does. */
    protected boolean putsConditionsAtomically() {
        return true;
    }

    /** Stores something under each key. */
    protected void fill(List<String> keys) throws IOException {
        for (String key : keys) {
            bucket().put(key, bytes(1));
        }
    }

    @Test
    void getsWhatWasPut() throws IOException {
        for (int size : new int[] {0, 1, 70_000}) {
            byte[] bytes = bytes(size);
            bucket().put("tenant/a b+c%/é'(x)", bytes);

            StoredObject read = bucket().get("tenant/a b+c%/é'(x)", size);

            assertArrayEquals(bytes, read.bytes());
            assertEquals(size, read.info().sizeBytes());
            assertEquals(read.info(), bucket().stat("tenant/a b+c%/é'(x)"));
            assertTrue(read.info().lastModifiedMs() > 1_700_000_000_000L, read.info()::toString);
        }
    }

    @Test
    void aPutOfOtherBytesReplacesAndChangesTheVersion() throws IOException {
        bucket().put("k", bytes(3));
        String before = bucket().stat("k").version();
        bucket().put("k", "other".getBytes(UTF_8));

        assertNotEquals(before, bucket().stat("k").version());
        assertArrayEquals("other".getBytes(UTF_8), bucket().get("k", 5).bytes());
    }

    @Test
    void whatIsNotThereIsNoSuchObject() throws IOException {
        bucket().put("there/x", bytes(1));

        for (String key : List.of("missing", "there", "there/y", "there/x/z")) {
            NoSuchObject stat = assertThrows(NoSuchObject.class, () -> bucket().stat(key), key);
            assertTrue(stat.getMessage().contains("'" + key + "'"), stat.getMessage());
            assertTrue(stat.getMessage().contains(bucket().name()), stat.getMessage());
            assertThrows(NoSuchObject.class, () -> bucket().get(key, 10), key);
            assertThrows(NoSuchObject.class, () -> bucket().getRange(key, 0, 1), key);
            bucket().delete(key);
        }
        assertEquals(1, bucket().stat("there/x").sizeBytes());
    }

    @Test
    void getRefusesMoreThanAskedFor() throws IOException {
        bucket().put("k", bytes(11));

        BucketUnavailable refused = assertThrows(BucketUnavailable.class, () -> bucket().get("k", 10));

        assertEquals(Reason.UNFIT, refused.reason());
        assertFalse(refused.retryable());
        assertTrue(refused.getMessage().contains("11 bytes"), refused.getMessage());
    }

    @Test
    void rangesAreExact() throws IOException {
        byte[] bytes = bytes(1000);
        bucket().put("k", bytes);

        Seeds.check(20, random -> {
            int from = random.nextInt(1000);
            int length = random.nextInt(1, 1001 - from);
            assertArrayEquals(Arrays.copyOfRange(bytes, from, from + length), bucket().getRange("k", from, length));
        });
        for (int[] range : new int[][] {{0, 1001}, {999, 2}, {1000, 1}, {5000, 10}}) {
            BucketUnavailable refused =
                    assertThrows(BucketUnavailable.class, () -> bucket().getRange("k", range[0], range[1]));
            assertEquals(Reason.UNFIT, refused.reason(), refused.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> bucket().getRange("k", 0, 0));
        assertThrows(IllegalArgumentException.class, () -> bucket().getRange("k", -1, 1));
    }

    @Test
    void uploadsFilesOfEverySize() throws IOException {
        for (int size : new int[] {0, 1, bigFileBytes()}) {
            byte[] bytes = bytes(size);
            Path file = Files.write(scratch.resolve("file"), bytes);

            bucket().upload("tenant/block/chunks/000001", file);

            assertArrayEquals(
                    bytes, bucket().get("tenant/block/chunks/000001", size).bytes());
            Files.write(file, bytes(7));
            assertEquals(size, bucket().stat("tenant/block/chunks/000001").sizeBytes());
        }
    }

    @Test
    void downloadsWhatWasUploaded() throws IOException {
        for (int size : new int[] {0, 1, bigFileBytes()}) {
            bucket().put("k", bytes(size));
            Path file = Files.write(scratch.resolve("file"), bytes(size + 5));

            assertEquals(size, Download.toFile(bucket(), "k", file));
            assertArrayEquals(bytes(size), Files.readAllBytes(file));
        }
        assertThrows(NoSuchObject.class, () -> Download.toFile(bucket(), "missing", scratch.resolve("x")));
        assertEquals(
                Reason.LOCAL_FILE,
                assertThrows(BucketUnavailable.class, () -> Download.toFile(bucket(), "k", scratch))
                        .reason());
    }

    @Test
    void aFileThatCannotBeReadIsNotTheStoresFault() {
        BucketUnavailable refused =
                assertThrows(BucketUnavailable.class, () -> bucket().upload("k", scratch.resolve("missing")));

        assertEquals(Reason.LOCAL_FILE, refused.reason());
        assertThrows(NoSuchObject.class, () -> bucket().stat("k"));
    }

    @Test
    void putIfAbsentWritesOnce() throws IOException {
        Optional<String> first = bucket().putIf(Condition.ABSENT, "a/k", bytes(1));

        assertEquals(Optional.of(bucket().stat("a/k").version()), first);
        assertEquals(Optional.empty(), bucket().putIf(Condition.ABSENT, "a/k", bytes(2)));
        assertEquals(1, bucket().stat("a/k").sizeBytes());
        bucket().delete("a/k");
        assertTrue(bucket().putIf(Condition.ABSENT, "a/k", bytes(2)).isPresent());
    }

    @Test
    void putIfMatchesWritesOverThatVersionOnly() throws IOException {
        bucket().put("k", bytes(1));
        String first = bucket().stat("k").version();
        Optional<String> second = bucket().putIf(Condition.matches(first), "k", bytes(2));

        assertEquals(Optional.of(bucket().stat("k").version()), second);
        assertEquals(Optional.empty(), bucket().putIf(Condition.matches(first), "k", bytes(3)));
        assertEquals(Optional.empty(), bucket().putIf(Condition.matches(first), "missing", bytes(3)));
        assertEquals(2, bucket().stat("k").sizeBytes());
        assertThrows(NoSuchObject.class, () -> bucket().stat("missing"));
    }

    @Test
    void ofManyConditionalPutsAtOnceNoneIsLost() throws Exception {
        assumeTrue(putsConditionsAtomically());
        int threads = 8;
        int each = 5;
        bucket().put("counter", "0".getBytes(UTF_8));
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Callable<Void>> tasks = IntStream.range(0, threads)
                    .<Callable<Void>>mapToObj(_ -> () -> {
                        for (int i = 0; i < each; ) {
                            StoredObject now = bucket().get("counter", 10);
                            String next = Integer.toString(Integer.parseInt(new String(now.bytes(), UTF_8)) + 1);
                            i += bucket().putIf(
                                                    Condition.matches(now.info().version()),
                                                    "counter",
                                                    next.getBytes(UTF_8))
                                            .isPresent()
                                    ? 1
                                    : 0;
                        }
                        return null;
                    })
                    .toList();
            for (Future<Void> future : executor.invokeAll(tasks)) {
                future.get();
            }
        }
        assertEquals(
                threads * each,
                Integer.parseInt(new String(bucket().get("counter", 10).bytes(), UTF_8)));
    }

    @Test
    void listsInTheOrderOfKeysByPages() throws IOException {
        List<String> keys = IntStream.range(0, manyObjects())
                .mapToObj(i -> "t/%s/%06d".formatted(i % 2 == 0 ? "even" : "odd", i))
                .sorted()
                .toList();
        fill(keys);
        bucket().put("other/x", bytes(1));

        assertEquals(keys, list("t/", Depth.ALL).stream().map(ObjectInfo::key).toList());
        assertEquals(
                keys.subList(0, manyObjects() / 2),
                list("t/even/", Depth.FOLDER).stream().map(ObjectInfo::key).toList());
        assertEquals(List.of("t/even/", "t/odd/"), folders("t/"));
        assertEquals(List.of("other/", "t/"), folders(""));
        int[] pages = {0};
        bucket().list("t/", Depth.ALL, _ -> {
            pages[0]++;
            return false;
        });
        assertEquals(1, pages[0]);
    }

    @Test
    void listsObjectsBesideFolders() throws IOException {
        List<String> sorted = List.of("t/a!", "t/a/1", "t/a/2/x", "t/a0", "t/b", "t/é");
        for (String key : sorted.reversed()) {
            bucket().put(key, key.getBytes(UTF_8));
        }

        assertEquals(sorted, list("t/", Depth.ALL).stream().map(ObjectInfo::key).toList());
        assertEquals(
                List.of("t/a!", "t/a0", "t/b", "t/é"),
                list("t/", Depth.FOLDER).stream().map(ObjectInfo::key).toList());
        assertEquals(List.of("t/a/"), folders("t/"));
        assertEquals(List.of(), list("missing/", Depth.ALL));
        assertEquals(List.of(), list("t/b/", Depth.ALL));
        for (ObjectInfo info : list("t/", Depth.ALL)) {
            assertEquals(bucket().stat(info.key()).version(), info.version());
            assertEquals(info.key().getBytes(UTF_8).length, info.sizeBytes());
        }
    }

    @Test
    void whatIsDeletedIsGoneWithItsFolders() throws IOException {
        bucket().put("t/block/chunks/1", bytes(1));
        bucket().put("t/x", bytes(1));
        bucket().delete("t/block/chunks/1");
        bucket().delete("t/block/chunks/1");

        assertEquals(List.of(), folders("t/"));
        assertEquals(
                List.of("t/x"),
                list("", Depth.ALL).stream().map(ObjectInfo::key).toList());
    }

    @Test
    void refusesWhatIsNoKey() {
        for (String key :
                List.of("", "/a", "a/", "a//b", "../a", "a/../b", "a/./b", "a\u0000b", "a\\b", "~a", "x".repeat(256))) {
            assertThrows(IllegalArgumentException.class, () -> bucket().put(key, bytes(1)), key);
            assertThrows(IllegalArgumentException.class, () -> bucket().stat(key), key);
            assertThrows(IllegalArgumentException.class, () -> bucket().delete(key), key);
        }
        assertThrows(IllegalArgumentException.class, () -> list("a", Depth.ALL));
        assertThrows(IllegalArgumentException.class, () -> list("../", Depth.ALL));
    }

    private List<ObjectInfo> list(String prefix, Depth depth) throws IOException {
        List<ObjectInfo> all = new ArrayList<>();
        bucket().list(prefix, depth, page -> all.addAll(page.objects()) || true);
        return all;
    }

    private List<String> folders(String prefix) throws IOException {
        List<String> all = new ArrayList<>();
        bucket().list(prefix, Depth.FOLDER, page -> all.addAll(page.folders()) || true);
        return all;
    }

    /** Not compressible, the same for the same size. */
    protected static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new SplittableRandom(size).nextBytes(bytes);
        return bytes;
    }
}
