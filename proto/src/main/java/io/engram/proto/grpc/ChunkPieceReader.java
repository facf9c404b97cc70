package io.engram.proto.grpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.read.ChunkBatch;
import io.engram.proto.cluster.v1.Chunks;
import io.engram.proto.cluster.v1.SelectResponse;
import java.io.IOException;
import java.util.Arrays;

/**
 * Reads pieces of a fetch's answer straight into the batch of whoever asked: the generated class would copy the chunks once
 * more. Used again for each piece; for one thread.
 */
final class ChunkPieceReader {
    private static final int KEPT_BYTES = 2 << 20;

    private byte[] bytes = new byte[64 << 10];
    private int[] seriesChunks = new int[256];
    private int[] length = new int[256];
    private long[] minStepMs = new long[256];
    private long[] durationMs = new long[256];
    private int seriesCount;
    private int lengthCount;
    private int minCount;
    private int durationCount;
    private int encodingAt;
    private int encodingCount;
    private int dataAt;
    private int dataLength;
    private boolean last;

    /**
     * @param message what follows the fetch's id in a {@code SelectResponse}
     * @return whether it was the last
     * @throws Failure {@code FRAME_INVALID} where it is no piece of chunks
     */
    boolean read(RawMessage message, ChunkBatch into, int wantedSeries) {
        if (bytes.length < message.length()) {
            bytes = new byte[message.length() + message.length() / 4];
        }
        int size = message.copyTo(bytes);
        clear();
        try {
            parse(CodedInputStream.newInstance(bytes, 0, size));
        } catch (IOException e) {
            throw new Failure(ErrorId.FRAME_INVALID, "a piece of chunks cannot be read: " + e.getMessage(), e);
        }
        addTo(into, wantedSeries);
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[64 << 10];
        }
        return last;
    }

    private void clear() {
        seriesCount = 0;
        lengthCount = 0;
        minCount = 0;
        durationCount = 0;
        encodingCount = 0;
        dataLength = 0;
        last = false;
    }

    private void parse(CodedInputStream in) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == SelectResponse.CHUNKS_FIELD_NUMBER) {
                int limit = in.pushLimit(in.readRawVarint32());
                chunks(in);
                in.popLimit(limit);
            } else {
                in.skipField(tag);
            }
        }
    }

    private void chunks(CodedInputStream in) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case Chunks.SERIES_CHUNKS_FIELD_NUMBER -> {
                    int limit = in.pushLimit(in.readRawVarint32());
                    while (in.getBytesUntilLimit() > 0) {
                        seriesChunks = room(seriesChunks, seriesCount);
                        seriesChunks[seriesCount++] = in.readUInt32();
                    }
                    in.popLimit(limit);
                }
                case Chunks.LENGTH_FIELD_NUMBER -> {
                    int limit = in.pushLimit(in.readRawVarint32());
                    while (in.getBytesUntilLimit() > 0) {
                        length = room(length, lengthCount);
                        length[lengthCount++] = in.readUInt32();
                    }
                    in.popLimit(limit);
                }
                case Chunks.MIN_TIME_STEP_MS_FIELD_NUMBER -> {
                    int limit = in.pushLimit(in.readRawVarint32());
                    while (in.getBytesUntilLimit() > 0) {
                        minStepMs = room(minStepMs, minCount);
                        minStepMs[minCount++] = in.readSInt64();
                    }
                    in.popLimit(limit);
                }
                case Chunks.DURATION_MS_FIELD_NUMBER -> {
                    int limit = in.pushLimit(in.readRawVarint32());
                    while (in.getBytesUntilLimit() > 0) {
                        durationMs = room(durationMs, durationCount);
                        durationMs[durationCount++] = in.readUInt64();
                    }
                    in.popLimit(limit);
                }
                case Chunks.ENCODING_FIELD_NUMBER -> {
                    encodingCount = in.readRawVarint32();
                    encodingAt = in.getTotalBytesRead();
                    in.skipRawBytes(encodingCount);
                }
                case Chunks.DATA_FIELD_NUMBER -> {
                    dataLength = in.readRawVarint32();
                    dataAt = in.getTotalBytesRead();
                    in.skipRawBytes(dataLength);
                }
                case Chunks.LAST_FIELD_NUMBER -> last = in.readBool();
                default -> in.skipField(tag);
            }
        }
    }

    private static int[] room(int[] array, int count) {
        return count < array.length ? array : Arrays.copyOf(array, 2 * count);
    }

    private static long[] room(long[] array, int count) {
        return count < array.length ? array : Arrays.copyOf(array, 2 * count);
    }

    private void addTo(ChunkBatch into, int wantedSeries) {
        if (minCount != lengthCount || durationCount != lengthCount || encodingCount != lengthCount) {
            throw invalid("columns of different lengths");
        }
        if (seriesCount > wantedSeries - into.seriesCount) {
            throw invalid("more series than were asked for");
        }
        int chunk = 0;
        int series = 0;
        long timeMs = 0;
        int at = dataAt;
        int left = dataLength;
        int end = series < seriesCount ? seriesChunks[0] : Integer.MAX_VALUE;
        while (true) {
            while (series < seriesCount && chunk == end) {
                into.endSeries();
                end = ++series < seriesCount ? chunk + seriesChunks[series] : Integer.MAX_VALUE;
            }
            if (chunk == lengthCount) {
                break;
            }
            timeMs += minStepMs[chunk];
            int size = length[chunk];
            if (size < 0 || size > left || end < chunk) {
                throw invalid("a chunk of " + Integer.toUnsignedString(size) + " bytes, of " + left);
            }
            int to = into.addChunk(bytes[encodingAt + chunk], timeMs, timeMs + durationMs[chunk], size);
            System.arraycopy(bytes, at, into.data, to, size);
            at += size;
            left -= size;
            chunk++;
        }
        if (series < seriesCount || left > 0) {
            throw invalid("series with more chunks, or more bytes, than it brings");
        }
    }

    private static Failure invalid(String what) {
        return new Failure(ErrorId.FRAME_INVALID, "a piece of chunks has " + what);
    }
}
