package io.engram.server.http;

import java.util.Arrays;

/** A byte array that grows and is used again: request bodies are gathered in one. Used by one thread. */
public final class ByteBuf {
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

    /** Makes room for {@code more} bytes behind {@link #length()}. */
    public void ensureRoom(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    /** Says that {@code more} bytes were written into {@link #array()} behind {@link #length()}. */
    public void advance(int more) {
        length += more;
    }
}
