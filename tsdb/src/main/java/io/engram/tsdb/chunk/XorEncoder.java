package io.engram.tsdb.chunk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Builds one XOR chunk after the other in a buffer of its own. For one thread. */
public final class XorEncoder extends XorAppender {
    /** What the count in front of the stream can say. */
    public static final int MAX_SAMPLES = 0xFFFF;

    /** What is written behind the last full word. */
    private static final int ROOM = 9;

    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] out = new byte[256];
    private int length = 2;

    /** Begins a new chunk. */
    public void reset() {
        length = 2;
        count = 0;
        pending = 0;
        pendingBits = 0;
    }

    /**
     * @throws IllegalArgumentException for a timestamp that is not above the last one, or a sample that is one too many
     */
    public void append(long timestampMs, long valueBits) {
        if (count > 0 && timestampMs <= lastMs) {
            throw new IllegalArgumentException("timestamp " + timestampMs + " does not follow " + lastMs);
        }
        if (count == MAX_SAMPLES) {
            throw new IllegalArgumentException("a chunk holds " + MAX_SAMPLES + " samples");
        }
        add(timestampMs, valueBits);
    }

    /** Samples in the chunk so far. */
    public int count() {
        return count;
    }

    /** The chunk as Prometheus stores it, without encoding byte and checksum. */
    public byte[] toByteArray() {
        byte[] chunk = new byte[length + ROOM];
        return Arrays.copyOf(chunk, copy(chunk, 0));
    }

    /** Writes the same; {@code into} has nine bytes of room behind it. Returns the length. */
    public int copy(byte[] into, int at) {
        System.arraycopy(out, 0, into, at, length);
        into[at] = (byte) (count >>> 8);
        into[at + 1] = (byte) count;
        LONG_BE.set(into, at + length, pending);
        into[at + length + 8] = 0;
        return length + tailBytes();
    }

    @Override
    protected void word(long bits) {
        if (length + 8 > out.length) {
            out = Arrays.copyOf(out, 2 * out.length);
        }
        LONG_BE.set(out, length, bits);
        length += 8;
    }
}
