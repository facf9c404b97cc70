package io.engram.bucket;

import io.engram.bucket.BucketUnavailable.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * A folder as a bucket: a key is a path below it. A write goes to a temporary file, is synced, renamed into its place, and
 * the folder is synced: it survives a power cut once the call returns, and is never seen in part. Processes of one machine
 * may share the folder. Unlike in S3, a key cannot be an object and the beginning of another key at a time.
 */
public final class FilesystemBucket implements Bucket {
    private final Path root;
    private final FolderWrites writes;

    private FilesystemBucket(Path root, FolderWrites writes) {
        this.root = root;
        this.writes = writes;
    }

    /**
     * Makes the folder where it is missing.
     *
     * @throws IOException where it cannot be made or written to
     */
    public static FilesystemBucket open(Path folder) throws IOException {
        Path root = Files.createDirectories(folder).toRealPath();
        return new FilesystemBucket(root, FolderWrites.open(root));
    }

    @Override
    public String name() {
        return root.toString();
    }

    @Override
    public void upload(String key, Path file) throws BucketUnavailable {
        Path target = path(key);
        run(Operation.UPLOAD, key, () -> {
            try (FileChannel from = openSource(key, file)) {
                return writes.write(target, FolderWrites.copyOf(from));
            }
        });
    }

    private FileChannel openSource(String key, Path file) throws BucketUnavailable {
        try {
            return FileChannel.open(file, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new BucketUnavailable(Reason.LOCAL_FILE, Operation.UPLOAD, name(), key, "read " + file + ": " + e, e);
        }
    }

    @Override
    public void put(String key, byte[] bytes) throws BucketUnavailable {
        Path target = path(key);
        run(Operation.PUT, key, () -> writes.write(target, FolderWrites.bytes(bytes)));
    }

    @Override
    public Optional<String> putIf(Condition condition, String key, byte[] bytes) throws BucketUnavailable {
        Path target = path(key);
        return run(
                Operation.PUT_IF,
                key,
                () -> writes.writeIf(target, FolderWrites.bytes(bytes), current -> switch (condition) {
                    case Condition.Absent() -> current.isEmpty();
                    case Condition.Matches(String version) -> current.equals(Optional.of(version));
                }));
    }

    @Override
    public ObjectInfo stat(String key) throws NoSuchObject, BucketUnavailable {
        Path file = path(key);
        return read(Operation.STAT, key, () -> info(key, file));
    }

    @Override
    public StoredObject get(String key, int maxBytes) throws NoSuchObject, BucketUnavailable {
        Path file = path(key);
        return read(Operation.GET, key, () -> {
            while (true) {
                ObjectInfo before = info(key, file);
                if (before.sizeBytes() > maxBytes) {
                    throw unfit(Operation.GET, key, "has " + before.sizeBytes() + " bytes, may have " + maxBytes);
                }
                byte[] bytes = range(file, 0, (int) before.sizeBytes());
                // The name may come to mean another object at any moment.
                if (info(key, file).equals(before)) {
                    return new StoredObject(before, bytes);
                }
            }
        });
    }

    @Override
    public byte[] getRange(String key, long offset, int length) throws NoSuchObject, BucketUnavailable {
        Keys.checkRange(offset, length);
        Path file = path(key);
        return read(Operation.GET_RANGE, key, () -> range(file, offset, length));
    }

    private static byte[] range(Path file, long offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, offset + buffer.position()) < 0) {
                    throw new EOFException(
                            "asked for " + length + " bytes from " + offset + ", it ends at " + channel.size());
                }
            }
        }
        return buffer.array();
    }

    @Override
    public void list(String prefix, Depth depth, PageConsumer pages) throws BucketUnavailable {
        Keys.checkPrefix(prefix);
        try {
            new FolderListing(root, depth, pages).list(prefix);
        } catch (BucketUnavailable e) {
            throw e;
        } catch (IOException e) {
            throw unavailable(Operation.LIST, prefix, e);
        }
    }

    @Override
    public void delete(String key) throws BucketUnavailable {
        Path file = path(key);
        run(Operation.DELETE, key, () -> {
            writes.delete(file);
            return null;
        });
    }

    @Override
    public void close() {
        // Nothing is held open.
    }

    private Path path(String key) {
        Keys.check(key);
        return root.resolve(key);
    }

    private ObjectInfo info(String key, Path file) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isRegularFile()) {
            throw new NoSuchFileException(file.toString());
        }
        return new ObjectInfo(
                key, attributes.size(), attributes.lastModifiedTime().toMillis(), FolderWrites.version(attributes));
    }

    private interface Step<T> {
        T run() throws IOException;
    }

    private <T> T read(Operation operation, String key, Step<T> step) throws NoSuchObject, BucketUnavailable {
        try {
            return step.run();
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw new NoSuchObject(operation, name(), key);
        } catch (BucketUnavailable | NoSuchObject e) {
            throw e;
        } catch (IOException e) {
            if (isNotDirectory(e) || Files.isDirectory(path(key))) {
                throw new NoSuchObject(operation, name(), key);
            }
            throw unavailable(operation, key, e);
        }
    }

    /** That a part of the path is an object comes as a plain exception with the system's words. */
    private static boolean isNotDirectory(IOException e) {
        return e instanceof FileSystemException f && "Not a directory".equals(f.getReason());
    }

    private <T> T run(Operation operation, String key, Step<T> step) throws BucketUnavailable {
        try {
            return step.run();
        } catch (BucketUnavailable e) {
            throw e;
        } catch (IOException e) {
            throw unavailable(operation, key, e);
        }
    }

    private BucketUnavailable unfit(Operation operation, String key, String problem) {
        return new BucketUnavailable(Reason.UNFIT, operation, name(), key, problem, null);
    }

    private BucketUnavailable unavailable(Operation operation, String key, IOException e) {
        Reason reason = reason(e);
        return new BucketUnavailable(reason, operation, name(), key, e.toString(), e);
    }

    private static Reason reason(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> Reason.PERMISSION_DENIED;
            case ClosedByInterruptException _ -> Reason.INTERRUPTED;
            // An object where a folder must be, or a folder where the object must be.
            case FileAlreadyExistsException _ -> Reason.REFUSED;
            case EOFException _ -> Reason.UNFIT;
            case IOException _ when e.getMessage() != null && e.getMessage().contains("No space left") -> Reason.FULL;
            default -> Reason.FAILED;
        };
    }
}
