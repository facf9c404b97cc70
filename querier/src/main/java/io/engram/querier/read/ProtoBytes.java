package io.engram.querier.read;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A protobuf message while it is made, in an array that grows and is used again. Used by one thread. */
final class ProtoBytes {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;

    byte[] bytes = new byte[4096];
    int size;

    void clear() {
        size = 0;
    }

    void tagVarint(int field, long value) {
        varint(field << 3 | VARINT);
        varint(value);
    }

    void tagFixed64(int field, long bits) {
        varint(field << 3 | FIXED_64);
        fixed64(bits);
    }

    void fixed64(long bits) {
        ensureRoom(8);
        LONG.set(bytes, size, bits);
        size += 8;
    }

    /** The beginning of a field of {@code length} bytes, which the caller appends. */
    void tagLength(int field, int length) {
        varint(field << 3 | BYTES);
        varint(length);
    }

    void tagBytes(int field, byte[] from, int offset, int length) {
        tagLength(field, length);
        append(from, offset, length);
    }

    void append(byte[] from, int offset, int length) {
        ensureRoom(length);
        System.arraycopy(from, offset, bytes, size, length);
        size += length;
    }

    /** Each label as a message of name and value. */
    void labels(int field, Labels labels) {
        for (int i = 0; i < labels.size(); i++) {
            Label label = labels.at(i);
            byte[] name = label.name().getBytes(StandardCharsets.UTF_8);
            byte[] value = label.value().getBytes(StandardCharsets.UTF_8);
            tagLength(field, 2 + varintSize(name.length) + name.length + varintSize(value.length) + value.length);
            tagBytes(1, name, 0, name.length);
            tagBytes(2, value, 0, value.length);
        }
    }

    /** Ten bytes where it is negative. */
    void varint(long value) {
        ensureRoom(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }

    static int varintSize(long value) {
        return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
    }

    private void ensureRoom(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), (int) Math.min(2L * size, 1 << 30)));
        }
    }
}
