package io.engram.tsdb.wal;

import java.io.IOException;
import java.util.List;

/**
 * Where the log and the checkpoints live: the few file operations they need, so that tests can make each of them fail.
 * {@link DirectoryFolder} is the real one. Thread-safe; names are plain file names without a path.
 */
public interface LogFolder {
    /**
     * Creates a file for appending; fails where {@code name} exists.
     *
     * @param roomBytes how many zeros are written behind its end from time to time: while what follows fits into them, a
     *     sync need not record a new size, which costs as much again. They are cut off when the file is closed.
     */
    LogFile create(String name, int roomBytes) throws IOException;

    /** Opens a file for reading at any place. */
    LogSource open(String name) throws IOException;

    /** The names of all files, in no particular order. */
    List<String> names() throws IOException;

    /** Size in bytes. */
    long sizeBytes(String name) throws IOException;

    /** Renames within the folder, replacing {@code to} where it exists, in one atomic step. */
    void rename(String from, String to) throws IOException;

    /** Deletes a file; no error where it does not exist. */
    void delete(String name) throws IOException;

    /** Makes creations, renames and deletions so far survive a power cut. */
    void sync() throws IOException;
}
