package io.engram.bucket;

import java.nio.file.Path;
import java.util.Optional;

/**
 * An object store: whole objects under keys, written at once and seen whole or not at all. A key is 1 to 1024 bytes of
 * UTF-8, parts separated by {@code /}; no part is empty, {@code .} or {@code ..} ({@link Keys}).
 *
 * <p>All calls block until the store has answered, try again by themselves where that may help, and may come from any
 * number of threads. What was written is seen by every call that begins afterwards. Where a virtual thread is interrupted,
 * its call fails with {@link BucketUnavailable} at once, and the thread stays interrupted; a platform thread may wait for
 * the network all the same.
 *
 * <p>Every call throws {@link BucketUnavailable} where the store does not do what it is asked, and
 * {@link IllegalArgumentException} for what is no key.
 */
public interface Bucket extends AutoCloseable {
    /** For messages and logs: {@code s3://name} or the folder. */
    String name();

    /**
     * Stores the bytes of a file, of any size; replaces what was there.
     *
     * @throws BucketUnavailable also where {@code file} cannot be read, then not retryable
     */
    void upload(String key, Path file) throws BucketUnavailable;

    /** Stores {@code bytes}, which are borrowed until it returns; replaces what was there. */
    void put(String key, byte[] bytes) throws BucketUnavailable;

    /**
     * Stores {@code bytes} if {@code condition} holds at that moment; of several at a time, one succeeds. A success whose
     * answer got lost is recognised when it tries again.
     *
     * @return the version that is there now, or empty where the condition did not hold and nothing was written
     */
    Optional<String> putIf(Condition condition, String key, byte[] bytes) throws BucketUnavailable;

    /** @throws NoSuchObject where nothing is there */
    ObjectInfo stat(String key) throws NoSuchObject, BucketUnavailable;

    /**
     * The whole object.
     *
     * @param maxBytes more is refused before it is read, with a {@link BucketUnavailable} that is not retryable
     * @throws NoSuchObject where nothing is there
     */
    StoredObject get(String key, int maxBytes) throws NoSuchObject, BucketUnavailable;

    /**
     * The bytes {@code [offset, offset + length)} of an object, all of them: where it ends earlier, or the answer does, that
     * is a {@link BucketUnavailable}, not a short answer.
     *
     * @param length at least 1
     * @throws NoSuchObject where nothing is there
     */
    byte[] getRange(String key, long offset, int length) throws NoSuchObject, BucketUnavailable;

    /**
     * Walks over the keys that begin with {@code prefix}, page by page, in the order of their UTF-8 bytes. What is written
     * or deleted meanwhile may be seen or not.
     *
     * @param prefix empty for all, else ends in {@code /}
     * @param depth whether to look into folders
     */
    void list(String prefix, Depth depth, PageConsumer pages) throws BucketUnavailable;

    /** Removes an object; that nothing is there is no error. */
    void delete(String key) throws BucketUnavailable;

    /** Lets go of connections. Calls under way may fail. */
    @Override
    void close();

    /** How far a listing goes. */
    enum Depth {
        /** Objects directly below the prefix, and the names of folders. */
        FOLDER,
        /** Every object whose key begins with the prefix. */
        ALL
    }

    /** Receives a listing. */
    @FunctionalInterface
    interface PageConsumer {
        /** @return whether to go on */
        boolean accept(ListPage page) throws BucketUnavailable;
    }
}
