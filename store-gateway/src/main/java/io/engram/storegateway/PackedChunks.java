package io.engram.storegateway;

import io.engram.tsdb.block.ChunkList;
import java.util.Arrays;

/**
 * Lists of chunks, one behind the other, some seven bytes a chunk: a query that finds a million series knows fifty million
 * chunks. One thread fills it; many may read then.
 *
 * <pre>
 * list   (varint minMs − maxMs of the one before, varint maxMs − minMs, varint reference − reference before)*, from zeros
 * </pre>
 */
final class PackedChunks {
    /** Three varints. */
    private static final int MAX_CHUNK_BYTES = 30;

    private byte[] bytes = new byte[1 << 10];
    private int end;

    /** Where the next list begins. */
    int position() {
        return end;
    }

    /** Adds those chunks that have samples in {@code [minMs, maxMs]}, as far as the index says; returns how many. */
    int add(ChunkList chunks, long minMs, long maxMs) {
        int added = 0;
        long time = 0;
        long ref = 0;
        for (int c = 0; c < chunks.count; c++) {
            if (chunks.maxMs[c] < minMs || chunks.minMs[c] > maxMs) {
                continue;
            }
            if (bytes.length - end < MAX_CHUNK_BYTES) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length + (bytes.length >> 1), end + MAX_CHUNK_BYTES));
            }
            put(chunks.minMs[c] - time);
            put(chunks.maxMs[c] - chunks.minMs[c]);
            put(chunks.ref[c] - ref);
            time = chunks.maxMs[c];
            ref = chunks.ref[c];
            added++;
        }
        return added;
    }

    private void put(long value) {
        long rest = value << 1 ^ value >> 63;
        while ((rest & ~0x7FL) != 0) {
            bytes[end++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[end++] = (byte) rest;
    }

    /** Reads {@code count} chunks of the list at {@code position}; {@code into} is cleared first. */
    void read(int position, int count, ChunkList into) {
        into.clear();
        int at = position;
        long[] values = new long[3];
        long time = 0;
        long ref = 0;
        for (int c = 0; c < count; c++) {
            for (int v = 0; v < 3; v++) {
                long zigzag = 0;
                for (int shift = 0; ; shift += 7) {
                    byte b = bytes[at++];
                    zigzag |= (long) (b & 0x7F) << shift;
                    if (b >= 0) {
                        break;
                    }
                }
                values[v] = zigzag >>> 1 ^ -(zigzag & 1);
            }
            long min = time + values[0];
            time = min + values[1];
            ref += values[2];
            into.add(min, time, ref);
        }
    }

    /** Gives back what it has room for and does not need. */
    void trim() {
        bytes = Arrays.copyOf(bytes, end);
    }
}
