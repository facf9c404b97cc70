package io.engram.server.http;

import java.util.Arrays;

/** A byte array that grows and is used again: request bodies are gathered in one. Used by one thread. */
public final class ByteBuf {
    /** What every JVM can allocate in one array. */
    private static final long MAX_CAPACITY = Integer.MAX_VALUE - 8;

    private byte[] bytes;
    private int length;

    public ByteBuf(int initialCapacity) {
        this.bytes = new byte[initialCapacity];
    }

    public byte[] array() {
        return bytes;
    }

    public int length() {
        return length;
    }

    public void clear() {
        length = 0;
    }

    /**
     * Makes room for {@code more} bytes behind {@link #length()}.
     *
     * @throws IllegalArgumentException where no array is that long
     */
    public void ensureRoom(int more) {
        if (bytes.length - length < more) {
            if (more > MAX_CAPACITY - length) {
                throw new IllegalArgumentException("no array holds " + length + " + " + more + " bytes");
            }
            bytes = Arrays.copyOf(
                    bytes, (int) Math.min(MAX_CAPACITY, Math.max(2L * bytes.length, (long) length + more)));
        }
    }

    /** Says that {@code more} bytes were written into {@link #array()} behind {@link #length()}. */
    public void advance(int more) {
        length += more;
    }
}
