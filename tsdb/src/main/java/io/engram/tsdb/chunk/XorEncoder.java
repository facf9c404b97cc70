package io.engram.tsdb.chunk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Builds one XOR chunk after the other in a buffer of its own. For one thread. */
public final class XorEncoder extends XorAppender {
    /** What the count in front of the stream can say. */
    public static final int MAX_SAMPLES = 0xFFFF;

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
        int end = length + tailBytes();
        byte[] chunk = Arrays.copyOf(out, Math.max(end, length + 8));
        LONG_BE.set(chunk, length, pending);
        chunk[0] = (byte) (count >>> 8);
        chunk[1] = (byte) count;
        return Arrays.copyOf(chunk, end);
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
