package io.engram.bucket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * How objects get into a folder and out of it. The bytes are written and synced beside; what changes names is done under a
 * lock that processes share, so that a conditional put compares and replaces in one step, and nobody tidies a folder that
 * another is about to use.
 */
final class FolderWrites {
    /** No key begins like this ({@link Keys}). */
    static final String OWN_FOLDER = "~engram";

    private static final long LEFT_OVER_MS = TimeUnit.DAYS.toMillis(1);
    private static final long LOCK_RETRY_NANOS = 200_000;

    private final Path root;
    private final Path own;
    private final ReentrantLock threads = new ReentrantLock();

    /** Writes the bytes of an object to where they go. */
    @FunctionalInterface
    interface Source {
        void writeTo(FileChannel target) throws IOException;
    }

    private FolderWrites(Path root, Path own) {
        this.root = root;
        this.own = own;
    }

    /** Makes what it needs, shows that the folder can be written to, and clears away what a killed process left. */
    static FolderWrites open(Path root) throws IOException {
        Path own = Files.createDirectories(root.resolve(OWN_FOLDER));
        Path probe = Files.createTempFile(own, "probe", null);
        long nowMs = Files.getLastModifiedTime(probe).toMillis();
        Files.delete(probe);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(own, "*.tmp")) {
            for (Path file : files) {
                if (nowMs - modifiedMs(file, nowMs) > LEFT_OVER_MS) {
                    Files.deleteIfExists(file);
                }
            }
        }
        return new FolderWrites(root, own);
    }

    private static long modifiedMs(Path file, long otherwiseMs) throws IOException {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (NoSuchFileException _) {
            return otherwiseMs;
        }
    }

    static Source bytes(byte[] bytes) {
        return target -> {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                target.write(buffer);
            }
        };
    }

    /** Copies, and never links: the bucket must not change with a file on this side. */
    static Source copyOf(FileChannel from) {
        return target -> {
            long size = from.size();
            long done = 0;
            while (done < size) {
                long count = from.transferTo(done, size - done, target);
                if (count <= 0) {
                    throw new IOException("the file became shorter while it was copied");
                }
                done += count;
            }
        };
    }

    /**
     * Time, size and inode together. The new file is there before the old one goes, so that two in a row differ in the
     * inode even where the clock stood still.
     */
    static String version(BasicFileAttributes attributes) {
        return Long.toHexString(attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS)) + "-"
                + Long.toHexString(attributes.size()) + "-" + attributes.fileKey();
    }

    /** @return the version of what is there now */
    String write(Path target, Source source) throws IOException {
        return writeIf(target, source, _ -> true).orElseThrow();
    }

    /**
     * @param condition on the version of what is there, empty for nothing
     * @return the version of what is there now, empty where the condition did not hold
     */
    Optional<String> writeIf(Path target, Source source, Predicate<Optional<String>> condition) throws IOException {
        Path temporary = own.resolve(UUID.randomUUID() + ".tmp");
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                source.writeTo(channel);
                channel.force(true);
            }
            return locked(() -> {
                if (!condition.test(current(target))) {
                    return Optional.empty();
                }
                String version = version(Files.readAttributes(temporary, BasicFileAttributes.class));
                place(temporary, target);
                return Optional.of(version);
            });
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static Optional<String> current(Path target) throws IOException {
        return Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(version(Files.readAttributes(target, BasicFileAttributes.class)))
                : Optional.empty();
    }

    private void place(Path temporary, Path target) throws IOException {
        if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(target.toString(), null, "is the beginning of other keys");
        }
        makeFolders(target.getParent());
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        sync(target.getParent());
    }

    private void makeFolders(Path folder) throws IOException {
        if (folder.equals(root) || Files.isDirectory(folder)) {
            return;
        }
        makeFolders(folder.getParent());
        Files.createDirectory(folder);
        sync(folder.getParent());
    }

    void delete(Path file) throws IOException {
        locked(() -> {
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                Files.delete(file);
                sync(tidy(file.getParent()));
            }
            return null;
        });
    }

    /** Removes folders that became empty; returns the first one that stays. */
    private Path tidy(Path folder) throws IOException {
        Path left = folder;
        while (!left.equals(root)) {
            try {
                Files.delete(left);
            } catch (DirectoryNotEmptyException _) {
                return left;
            }
            left = left.getParent();
        }
        return left;
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private interface Step<T> {
        T run() throws IOException;
    }

    private <T> T locked(Step<T> step) throws IOException {
        threads.lock();
        try (FileChannel channel =
                        FileChannel.open(own.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var _ = lock(channel)) {
            return step.run();
        } finally {
            threads.unlock();
        }
    }

    private static FileLock lock(FileChannel channel) throws IOException {
        while (true) {
            try {
                return channel.lock();
            } catch (OverlappingFileLockException _) {
                // Another bucket of this process on the same folder has it; the system queues other processes only.
                LockSupport.parkNanos(LOCK_RETRY_NANOS);
                if (Thread.currentThread().isInterrupted()) {
                    throw new ClosedByInterruptException();
                }
            }
        }
    }
}
