package io.engram.tsdb.head;

import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import java.util.zip.CRC32C;

/** Moves open chunks into the files of sealed ones. The caller holds the stripe's lock of the series. For one thread. */
final class ChunkSealer {
    private final byte[] frame = new byte[ChunkFrame.HEADER_BYTES + OpenChunk.MAX_BYTES + ChunkBatch.SLACK];
    private final CRC32C crc = new CRC32C();
    private PieceJoin pieces; // made where there are any

    /** Seals what {@code chunk} holds and leaves it empty. */
    void seal(HeadChunks to, OpenChunk chunk, int series, long fingerprintLo) {
        seal(to, chunk, series, fingerprintLo, false);
    }

    /** The same before the chunk's cell ends. */
    void sealPiece(HeadChunks to, OpenChunk chunk, int series, long fingerprintLo) {
        seal(to, chunk, series, fingerprintLo, true);
    }

    /** The same where the cell ends: together with the pieces of it. */
    void sealCell(TenantHead head, OpenChunk chunk, int series, long fingerprintLo) {
        if (chunk.hasPieces()) {
            pieces = pieces == null ? new PieceJoin() : pieces;
            if (pieces.find(head, chunk, fingerprintLo)) {
                int length = pieces.join(chunk, frame, ChunkFrame.HEADER_BYTES);
                long maxMs = chunk.lastMs();
                int frameLength = finish(length, series, pieces.firstMs(), maxMs, pieces.previous(), fingerprintLo);
                chunk.restart(head.chunks().append(frame, frameLength, pieces.firstMs(), maxMs), false);
                return;
            }
        }
        seal(head.chunks(), chunk, series, fingerprintLo);
    }

    private void seal(HeadChunks to, OpenChunk chunk, int series, long fingerprintLo, boolean piece) {
        int length = chunk.copy(frame, ChunkFrame.HEADER_BYTES);
        long minMs = chunk.firstMs();
        long maxMs = chunk.lastMs();
        int frameLength = finish(length, series, minMs, maxMs, to.position(chunk.sealed()), fingerprintLo);
        chunk.restart(to.append(frame, frameLength, minMs, maxMs), piece);
    }

    private int finish(int length, int series, long minMs, long maxMs, long previous, long fingerprintLo) {
        return ChunkFrame.finish(frame, length, ChunkEncoding.XOR, series, minMs, maxMs, previous, fingerprintLo, crc);
    }
}
