package io.engram.tsdb.block;

import io.engram.model.read.ChunkEncoding;

/** Counts what chunks say they hold, without decoding them. */
final class SampleCounts {
    long chunks;
    long floats;
    long histograms;

    void add(byte encoding, byte[] data, int from, int length) {
        if (length < 2) {
            throw new IllegalArgumentException("a chunk of " + length + " bytes has no sample count");
        }
        if (!ChunkEncoding.isKnown(encoding)) {
            throw new IllegalArgumentException("chunk of the unknown encoding " + encoding);
        }
        int count = of(encoding, data, from);
        chunks++;
        if (ChunkEncoding.isFloat(encoding)) {
            floats += count;
        } else {
            histograms += count;
        }
    }

    /** All encodings begin with two bytes of which at least 14 bits are the count. */
    static int of(byte encoding, byte[] data, int from) {
        int bits = (data[from] & 0xFF) << 8 | data[from + 1] & 0xFF;
        return encoding == ChunkEncoding.HISTOGRAM_ST || encoding == ChunkEncoding.FLOAT_HISTOGRAM_ST
                ? bits & 0x3FFF
                : bits;
    }
}
