package io.engram.bucket;

import io.engram.bucket.BucketUnavailable.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Brings an object of any size into a file, range by range, so that a failure costs one range and memory one too. */
public final class Download {
    private static final int RANGE_BYTES = 16 << 20;

    private Download() {}

    /**
     * Writes the object to {@code file}, which is made or replaced, and syncs it. What a failure leaves is no whole object.
     *
     * @return its size in bytes
     * @throws NoSuchObject where nothing is there
     * @throws BucketUnavailable also where the file cannot be written
     */
    public static long toFile(Bucket bucket, String key, Path file) throws NoSuchObject, BucketUnavailable {
        long size = bucket.stat(key).sizeBytes();
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            for (long at = 0; at < size; at += RANGE_BYTES) {
                ByteBuffer bytes = ByteBuffer.wrap(bucket.getRange(key, at, (int) Math.min(RANGE_BYTES, size - at)));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
            out.force(true);
            return size;
        } catch (NoSuchObject | BucketUnavailable e) {
            throw e;
        } catch (IOException e) {
            throw new BucketUnavailable(
                    Reason.LOCAL_FILE, Operation.GET_RANGE, bucket.name(), key, "write " + file + ": " + e, e);
        }
    }
}
