package io.engram.tsdb.wal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The group buffer: records between their append and their sync, in a ring of bytes. They stay until they are synced,
 * so that a failed segment can be written again elsewhere.
 *
 * <p>Places count bytes ever put, gaps included; an entry is its length (4 bytes), its bytes, and zeros up to a multiple
 * of 8. An entry never wraps around: where it would, a mark sends the reader to the begin of the array.
 *
 * <p>Thread rules: {@link #put} and {@link #release} under the log's lock. Entries before a head that was read under that
 * lock may then be read by the writer thread without it.
 */
final class RecordRing {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int WRAP = -1;
    private static final int LENGTH_BYTES = 4;

    private final byte[] bytes;
    private final int mask;
    private long head;
    private long tail;

    RecordRing(int capacity) {
        bytes = new byte[capacity];
        mask = capacity - 1;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Where the next record goes. */
    long head() {
        return head;
    }

    /** The oldest record that is kept. */
    long tail() {
        return tail;
    }

    long usedBytes() {
        return head - tail;
    }

    /** Copies a record in; returns false, and does nothing, where it does not fit now. */
    boolean put(byte[] source, int offset, int length) {
        int size = entryBytes(length);
        int index = (int) head & mask;
        int straight = bytes.length - index;
        int need = straight < size ? straight + size : size;
        if (head + need - tail > bytes.length) {
            return false;
        }
        if (straight < size) {
            INT.set(bytes, index, WRAP);
            index = 0;
        }
        INT.set(bytes, index, length);
        System.arraycopy(source, offset, bytes, index + LENGTH_BYTES, length);
        head += need;
        return true;
    }

    /** Gives the room before {@code place} back. */
    void release(long place) {
        tail = place;
    }

    /** The place of the entry at {@code place}, which may be a mark: behind that. */
    long settle(long place) {
        int index = (int) place & mask;
        return (int) INT.get(bytes, index) == WRAP ? place + bytes.length - index : place;
    }

    /** Length of the record at a settled place. */
    int length(long place) {
        return (int) INT.get(bytes, (int) place & mask);
    }

    /** Index in {@link #bytes} of the first byte of the record at a settled place. */
    int index(long place) {
        return ((int) place & mask) + LENGTH_BYTES;
    }

    static int entryBytes(int length) {
        return (length + LENGTH_BYTES + 7) & -8;
    }
}
