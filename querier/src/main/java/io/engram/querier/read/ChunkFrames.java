package io.engram.querier.read;

import io.engram.model.labels.Labels;
import io.engram.model.read.ChunkEncoding;
import io.engram.promql.engine.QueryException;
import io.engram.querier.fetch.SeriesChunks;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32C;

/**
 * Writes series with their chunks as a stream of frames, each when it is full: the client's pace is ours. Follows {@code
 * storage/remote/codec.go} and {@code chunked.go}. Used by one thread.
 *
 * <pre>
 * frame:    length (varint), CRC-32C of the message (4 bytes, big-endian), message
 * message:  ChunkedReadResponse with one series, or a part of one
 * </pre>
 */
public final class ChunkFrames {
    public static final String CONTENT_TYPE = "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse";
    /** As in Prometheus; a frame exceeds it only where labels and one chunk do. */
    static final int MAX_FRAME_BYTES = 1 << 20;

    private final OutputStream out;
    private final ProtoBytes labels = new ProtoBytes();
    private final ProtoBytes chunks = new ProtoBytes();
    private final ProtoBytes frame = new ProtoBytes();
    private final CRC32C crc = new CRC32C();

    public ChunkFrames(OutputStream out) {
        this.out = out;
    }

    /** Writes a series, in as many frames as it takes; none where it has no chunk. */
    public void series(int query, Labels series, SeriesChunks from) throws IOException {
        labels.clear();
        labels.labels(1, series);
        chunks.clear();
        for (int c = 0; c < from.count; c++) {
            int length = chunkLength(from, c);
            if (chunks.size > 0 && labels.size + chunks.size + length > MAX_FRAME_BYTES) {
                send(query);
            }
            chunk(series, from, c, length);
        }
        if (chunks.size > 0) {
            send(query);
        }
    }

    private static int chunkLength(SeriesChunks from, int c) {
        return 3
                + ProtoBytes.varintSize(from.minTimeMs[c])
                + ProtoBytes.varintSize(from.maxTimeMs[c])
                + ProtoBytes.varintSize(from.encoding[c])
                + 1
                + ProtoBytes.varintSize(from.length[c])
                + from.length[c];
    }

    private void chunk(Labels series, SeriesChunks from, int c, int length) {
        byte encoding = from.encoding[c]; // the numbers are those of the message
        if (encoding < ChunkEncoding.XOR || encoding > ChunkEncoding.FLOAT_HISTOGRAM) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    "series " + series + " has a chunk of encoding " + encoding + ", which remote read does not know");
        }
        chunks.tagLength(2, length);
        chunks.tagVarint(1, from.minTimeMs[c]);
        chunks.tagVarint(2, from.maxTimeMs[c]);
        chunks.tagVarint(3, encoding);
        chunks.tagBytes(4, from.data[c], from.offset[c], from.length[c]);
    }

    private void send(int query) throws IOException {
        frame.clear();
        frame.tagLength(1, labels.size + chunks.size);
        frame.append(labels.bytes, 0, labels.size);
        frame.append(chunks.bytes, 0, chunks.size);
        if (query != 0) {
            frame.tagVarint(2, query);
        }
        crc.reset();
        crc.update(frame.bytes, 0, frame.size);
        chunks.clear();
        chunks.varint(frame.size);
        out.write(chunks.bytes, 0, chunks.size);
        chunks.clear();
        int sum = (int) crc.getValue();
        out.write(new byte[] {(byte) (sum >>> 24), (byte) (sum >>> 16), (byte) (sum >>> 8), (byte) sum});
        out.write(frame.bytes, 0, frame.size);
    }
}
