package io.engram.bucket.index;

import io.engram.model.TenantId;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * The bucket index of each tenant as it was last read, on the local disk: what a start knows while the bucket fails. May be
 * deleted while the process is stopped. Safe for many threads; the last one to save wins.
 *
 * <pre>
 * dir/tenant.gz   gzip of: when the bucket was asked (8, ms), the JSON of the index; nothing where there was none
 * </pre>
 */
public final class BucketIndexCopies {
    private static final String SUFFIX = ".gz";
    /** No tenant begins like this. */
    private static final String UNFINISHED = "~unfinished";

    private final Path dir;

    /** @param dir made when something is saved */
    public BucketIndexCopies(Path dir) {
        this.dir = dir;
    }

    /**
     * What the bucket had.
     *
     * @param index empty where the tenant had none
     * @param readMs when the bucket was asked
     */
    public record Copy(Optional<BucketIndex> index, long readMs) {}

    /** @throws IOException where there is a copy that cannot be read; the text names it */
    public Optional<Copy> load(TenantId tenant) throws IOException {
        Path file = file(tenant);
        byte[] gzipped;
        try {
            gzipped = Files.readAllBytes(file);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Gzip.inflate(gzipped, BucketIndexFile.MAX_JSON_BYTES);
        } catch (IOException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        if (bytes.length < Long.BYTES) {
            throw new IOException(file + ": " + bytes.length + " bytes, expected a time");
        }
        long readMs = ByteBuffer.wrap(bytes).getLong();
        Optional<BucketIndex> index = bytes.length == Long.BYTES
                ? Optional.empty()
                : Optional.of(
                        BucketIndexJson.read(Arrays.copyOfRange(bytes, Long.BYTES, bytes.length), file.toString()));
        return Optional.of(new Copy(index, readMs));
    }

    /** Returns when the copy is on the disk, in the place of an earlier one. */
    public synchronized void save(TenantId tenant, Copy copy) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(copy.readMs());
        if (copy.index().isPresent()) {
            out.write(BucketIndexJson.print(copy.index().get()));
        }
        Files.createDirectories(dir);
        Path temporary = dir.resolve(UNFINISHED); // one at a time is saved; what a killed process left is written over
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(Gzip.deflate(bytes.toByteArray()));
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(temporary, file(tenant), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder = FileChannel.open(dir, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    public void delete(TenantId tenant) throws IOException {
        Files.deleteIfExists(file(tenant));
    }

    private Path file(TenantId tenant) {
        return dir.resolve(tenant.value() + SUFFIX);
    }
}
