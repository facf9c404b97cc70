package io.engram.tsdb.head;

import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import java.util.zip.CRC32C;

/** Moves open chunks into the files of sealed ones. The caller holds the stripe's lock of the series. For one thread. */
final class ChunkSealer {
    private final byte[] frame = new byte[ChunkFrame.HEADER_BYTES + OpenChunk.MAX_BYTES + ChunkBatch.SLACK];
    private final CRC32C crc = new CRC32C();
    private final PieceJoin pieces = new PieceJoin();

    /** Seals what {@code chunk} holds and leaves it empty. */
    void seal(HeadChunks to, OpenChunk chunk, int series, long fingerprintLo) {
        int length = chunk.copy(frame, ChunkFrame.HEADER_BYTES);
        seal(to, chunk, series, fingerprintLo, length, chunk.firstMs(), to.position(chunk.sealed()));
    }

    /** The same for a chunk whose cell ends: together with what of the cell was sealed early. */
    void sealCell(TenantHead head, OpenChunk chunk, int series, long fingerprintLo) {
        if (chunk.replica() == ReplicaNumbers.NONE || !pieces.find(head, chunk, fingerprintLo)) {
            seal(head.chunks(), chunk, series, fingerprintLo);
        } else {
            int length = pieces.join(chunk, frame, ChunkFrame.HEADER_BYTES);
            seal(head.chunks(), chunk, series, fingerprintLo, length, pieces.firstMs(), pieces.previous());
        }
    }

    private void seal(
            HeadChunks to, OpenChunk chunk, int series, long fingerprintLo, int length, long minMs, long previous) {
        long maxMs = chunk.lastMs();
        int frameLength =
                ChunkFrame.finish(frame, length, ChunkEncoding.XOR, series, minMs, maxMs, previous, fingerprintLo, crc);
        chunk.restart(to.append(frame, frameLength, minMs, maxMs));
    }
}
