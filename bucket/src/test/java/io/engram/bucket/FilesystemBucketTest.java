package io.engram.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.Bucket.Depth;
import io.engram.bucket.BucketUnavailable.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesystemBucketTest extends BucketContract {
    @TempDir
    Path root;

    private FilesystemBucket bucket;

    @BeforeEach
    void open() throws IOException {
        bucket = FilesystemBucket.open(root.resolve("bucket"));
    }

    @Override
    protected Bucket bucket() {
        return bucket;
    }

    /** Without the sync to disk of every one, which takes most of the time. */
    @Override
    protected void fill(List<String> keys) throws IOException {
        for (String key : keys) {
            Path file = root.resolve("bucket").resolve(key);
            Files.createDirectories(file.getParent());
            Files.write(file, bytes(1));
        }
    }

    @Test
    void leavesNoTemporaryFileBehind() throws IOException {
        bucket.put("k", bytes(10));
        bucket.putIf(Condition.ABSENT, "k", bytes(10));
        assertThrows(BucketUnavailable.class, () -> bucket.put("k/x", bytes(1)));

        try (Stream<Path> files = Files.walk(root).filter(Files::isRegularFile)) {
            assertEquals(
                    List.of("bucket/k", "bucket/~engram/lock"),
                    files.map(file -> root.relativize(file).toString()).sorted().toList());
        }
    }

    @Test
    void clearsAwayWhatAKilledProcessLeftADayAgo() throws IOException {
        Path old = Files.write(root.resolve("bucket/~engram/old.tmp"), bytes(1));
        Path young = Files.write(root.resolve("bucket/~engram/young.tmp"), bytes(1));
        long nowMs = Files.getLastModifiedTime(young).toMillis();
        Files.setLastModifiedTime(old, FileTime.fromMillis(nowMs - TimeUnit.HOURS.toMillis(25)));

        open();

        assertFalse(Files.exists(old));
        assertTrue(Files.exists(young));
    }

    @Test
    void aKeyCannotBeObjectAndFolder() throws IOException {
        bucket.put("a/b", bytes(1));

        for (String key : List.of("a", "a/b/c")) {
            BucketUnavailable refused = assertThrows(BucketUnavailable.class, () -> bucket.put(key, bytes(1)));
            assertEquals(Reason.REFUSED, refused.reason(), refused.getMessage());
        }
    }

    @Test
    void emptyFoldersAreNotSeen() throws IOException {
        Files.createDirectories(root.resolve("bucket/t/empty/chunks"));

        bucket.list("", Depth.FOLDER, page -> {
            throw new AssertionError("seen: " + page);
        });
    }

    @Test
    void twoBucketsOnOneFolderDoNotLoseConditionalPuts() throws Exception {
        FilesystemBucket other = FilesystemBucket.open(root.resolve("bucket"));
        int[] won = new int[2];
        Thread thread = Thread.ofPlatform().start(() -> won[1] = claims(other));
        won[0] = claims(bucket);
        thread.join();

        assertEquals(100, won[0] + won[1]);
    }

    private static int claims(Bucket bucket) {
        int won = 0;
        for (int i = 0; i < 100; i++) {
            try {
                won += bucket.putIf(Condition.ABSENT, "claim/" + i, bytes(1)).isPresent() ? 1 : 0;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        return won;
    }
}
