package io.engram.proto.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.engram.model.read.ChunkBatch;
import io.engram.proto.cluster.v1.Chunks;
import io.engram.proto.cluster.v1.SelectResponse;
import java.util.function.Consumer;

/**
 * The answer to a fetch in messages of at most about one MiB: chunks as they are stored, cut between any two of them. The
 * messages borrow the batch's bytes until {@code out} returns. For one thread.
 */
final class ChunkPieces {
    static final int PIECE_BYTES = (1 << 20) - (16 << 10);
    /** Encoding, times and length of a chunk. */
    private static final int CHUNK_BYTES = 16;

    private final int fetchId;
    private final Consumer<SelectResponse> out;
    private Chunks.Builder piece = Chunks.newBuilder();
    private long pieceBytes;
    private int firstChunk; // of the piece, in the batch
    private long beforeMs;

    ChunkPieces(int fetchId, Consumer<SelectResponse> out) {
        this.fetchId = fetchId;
        this.out = out;
    }

    /** Sends a part of the answer; the series of the next one follow those of this. */
    void send(ChunkBatch batch, boolean last) {
        firstChunk = 0;
        int ownFrom = 0;
        for (int series = 0; series < batch.seriesCount; series++) {
            int end = batch.firstChunk[series + 1];
            for (int chunk = ownFrom; chunk < end; chunk++) {
                long size = batch.length[chunk] + CHUNK_BYTES;
                if (pieceBytes > 0 && pieceBytes + size > PIECE_BYTES) {
                    flush(batch, chunk, false);
                    ownFrom = chunk;
                }
                pieceBytes += size;
                piece.addMinTimeStepMs(batch.minTimeMs[chunk] - beforeMs)
                        .addDurationMs(batch.maxTimeMs[chunk] - batch.minTimeMs[chunk])
                        .addLength(batch.length[chunk]);
                beforeMs = batch.minTimeMs[chunk];
            }
            piece.addSeriesChunks(end - ownFrom);
            pieceBytes += 2;
            ownFrom = end;
        }
        flush(batch, batch.chunkCount, last); // for the batch is filled again
    }

    private void flush(ChunkBatch batch, int endChunk, boolean last) {
        if (pieceBytes > 0 || last) {
            piece.setEncoding(ByteString.copyFrom(batch.encoding, firstChunk, endChunk - firstChunk))
                    .setData(data(batch, endChunk))
                    .setLast(last);
            out.accept(SelectResponse.newBuilder()
                    .setFetchId(fetchId)
                    .setChunks(piece)
                    .build());
        }
        piece = Chunks.newBuilder();
        pieceBytes = 0;
        firstChunk = endChunk;
        beforeMs = 0;
    }

    private ByteString data(ChunkBatch batch, int endChunk) {
        if (firstChunk == endChunk) {
            return ByteString.EMPTY;
        }
        int from = batch.offset[firstChunk];
        int end = from;
        boolean oneRun = true;
        for (int chunk = firstChunk; chunk < endChunk; chunk++) {
            oneRun &= batch.offset[chunk] == end;
            end += batch.length[chunk];
        }
        if (oneRun) {
            return UnsafeByteOperations.unsafeWrap(batch.data, from, end - from);
        }
        byte[] gathered = new byte[end - from];
        int at = 0;
        for (int chunk = firstChunk; chunk < endChunk; chunk++) {
            System.arraycopy(batch.data, batch.offset[chunk], gathered, at, batch.length[chunk]);
            at += batch.length[chunk];
        }
        return UnsafeByteOperations.unsafeWrap(gathered);
    }
}
