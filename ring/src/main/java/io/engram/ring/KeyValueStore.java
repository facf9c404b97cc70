package io.engram.ring;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A small shared memory of processes that must agree: rings, elections and the cluster's seed are kept in it. Keys are
 * paths without a leading slash ({@code ring/ingester/ingester-1}); what lies before the last slash is the key's folder,
 * which should be no key itself: where it is one it may exist, empty, before it is written.
 * Safe for all threads. Watchers are called one after the other and may not wait, nor write to the store themselves.
 *
 * <p>Every method that asks the store throws {@link StoreUnavailableException} where it cannot be reached; watches and
 * presences outlive that and catch up by themselves.
 */
public interface KeyValueStore extends AutoCloseable {
    /** Longer values are refused: a ZooKeeper server cuts the whole session off for one that is over its own limit of 1 MiB. */
    int MAX_VALUE_BYTES = 512 << 10;

    /**
     * A value with how often its key was written since it was made; immutable by convention: nobody changes the array.
     *
     * @param version 0 where the key does not exist, with an empty value
     */
    record Versioned(long version, byte[] value) {
        public static final Versioned ABSENT = new Versioned(0, new byte[0]);
    }

    /**
     * What is to be written to a key that is still at {@code expectedVersion}.
     *
     * @param value null where the key is to be deleted; else at most {@link #MAX_VALUE_BYTES}
     */
    record Change(String key, long expectedVersion, byte[] value) {
        public Change {
            if (value == null && expectedVersion == 0) {
                throw new IllegalArgumentException(key + " cannot be deleted: it is expected not to be there");
            }
            if (value != null && value.length > MAX_VALUE_BYTES) {
                throw new IllegalArgumentException("the value of " + key + " in the ring's store has " + value.length
                        + " bytes, and may have " + MAX_VALUE_BYTES);
            }
        }

        public static Change delete(String key, long expectedVersion) {
            return new Change(key, expectedVersion, null);
        }
    }

    /** The newest value, or {@link Versioned#ABSENT}. */
    Versioned get(String key);

    /** The newest values of all keys in a folder, by what stands behind its slash; not those in folders below it. */
    Map<String, Versioned> list(String folder);

    /**
     * Makes all changes, or none where one of the keys is not at its expected version. A connection that broke meanwhile may
     * hide that they were made; whoever hears false reads again.
     *
     * @return whether they were made
     */
    boolean commit(List<Change> changes);

    /** {@linkplain #commit Commits} one change. */
    default boolean compareAndSet(String key, long expectedVersion, byte[] value) {
        return commit(List.of(new Change(key, expectedVersion, value)));
    }

    /**
     * Calls {@code onChange} with the present value and after every change, in order; changes that follow each other
     * closely may come as one. Where the store cannot be reached the first call comes when it can; losing it later calls
     * nobody.
     *
     * @return ends the watch when closed
     */
    Watch watch(String key, Consumer<Versioned> onChange);

    /** The same for all keys of a folder together, as {@link #list} tells them. */
    Watch watchFolder(String folder, Consumer<Map<String, Versioned>> onChange);

    /**
     * Makes a key with an empty value that is there while this process is: it goes when the watch is closed, or some time
     * after the process died, and comes back by itself after a lost session. A key that another process left behind is
     * taken over.
     */
    Watch present(String key);

    /**
     * How long ago the store was last known to be there, in ms: 0 while it is connected. What watchers were told is at most
     * that old.
     */
    long lastHeardMs();

    /** After how long of silence others see that a process is not {@linkplain #present present}, in ms. */
    long sessionTimeoutMs();

    /** What is waited for, for people ({@code ZooKeeper at zk:2181, for 12 s}); null while the store is connected. */
    String awaited();

    @Override
    void close();

    /** Something to close. */
    @FunctionalInterface
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
