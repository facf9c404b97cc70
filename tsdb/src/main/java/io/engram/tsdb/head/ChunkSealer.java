package io.engram.tsdb.head;

import io.engram.model.read.ChunkEncoding;
import java.util.zip.CRC32C;

/** Moves open chunks into the files of sealed ones. For one thread. */
final class ChunkSealer {
    private final byte[] frame = new byte[ChunkFrame.HEADER_BYTES + OpenChunk.MAX_BYTES];
    private final CRC32C crc = new CRC32C();

    /** Seals what {@code chunk} holds and leaves it empty. The caller holds the stripe's lock. */
    void seal(HeadChunks to, OpenChunk chunk, int series, long fingerprintLo) {
        int length = chunk.copy(frame, ChunkFrame.HEADER_BYTES);
        long minMs = chunk.firstMs();
        long maxMs = chunk.lastMs();
        long previous = to.position(chunk.sealed());
        int frameLength =
                ChunkFrame.finish(frame, length, ChunkEncoding.XOR, series, minMs, maxMs, previous, fingerprintLo, crc);
        chunk.restart(to.append(frame, frameLength, minMs, maxMs));
    }
}
