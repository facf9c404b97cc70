package io.engram.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The folder that holds everything, and the lock by which one process at a time has it. */
final class DataFolder implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;

    private DataFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Makes the folder where it is missing and takes its lock, which the operating system gives back when the process
     * ends, however it ends.
     *
     * @throws IOException where it cannot be made or written, or another process has it; the text says which
     */
    static DataFolder open(Path path) throws IOException {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new IOException("data.dir: cannot make the folder " + path.toAbsolutePath() + ": " + reason(e), e);
        }
        Path file = path.resolve("lock");
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException("data.dir: cannot write to " + file.toAbsolutePath() + ": " + reason(e), e);
        }
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new DataFolder(path, channel);
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw inUse(path, e);
        }
        channel.close();
        throw inUse(path, null);
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "there is a file of that name";
            case NoSuchFileException missing -> missing.getFile() + " cannot be made";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> e.toString();
        };
    }

    private static IOException inUse(Path path, Exception cause) {
        return new IOException(
                "data.dir: " + path.toAbsolutePath()
                        + " is in use by another Engram; stop it, or start this one with another --data.dir",
                cause);
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
