package io.engram.ring;

import java.util.function.Consumer;

/** A small shared memory of processes that must agree: rings are kept in it. Safe for all threads. */
public interface KeyValueStore {
    /**
     * A value with how often its key was written; immutable by convention: nobody changes the array.
     *
     * @param version 0 where the key does not exist, with an empty value
     */
    record Versioned(long version, byte[] value) {
        public static final Versioned ABSENT = new Versioned(0, new byte[0]);
    }

    /** The newest value, or {@link Versioned#ABSENT}. */
    Versioned get(String key);

    /**
     * Writes {@code value} where the key is still at {@code expectedVersion}.
     *
     * @return whether it was written
     */
    boolean compareAndSet(String key, long expectedVersion, byte[] value);

    /**
     * Calls {@code onChange} with the present value and after every change, in order; changes that follow each other
     * closely may come as one.
     *
     * @return ends the watch when closed
     */
    Watch watch(String key, Consumer<Versioned> onChange);

    /** Something to close. */
    @FunctionalInterface
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
