package io.engram.querier.read;

import com.google.protobuf.CodedInputStream;
import io.engram.proto.remote.read.ChunkedReadResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Reads a stream of frames as Prometheus' client does, with the generated classes. */
public final class Frames {
    private Frames() {}

    public static List<ChunkedReadResponse> all(byte[] stream) throws IOException {
        InputStream in = new ByteArrayInputStream(stream);
        List<ChunkedReadResponse> frames = new ArrayList<>();
        for (ChunkedReadResponse frame = next(in); frame != null; frame = next(in)) {
            frames.add(frame);
        }
        return frames;
    }

    /** The next frame, or null at the end. */
    public static ChunkedReadResponse next(InputStream in) throws IOException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        byte[] message = new byte[0];
        int length = CodedInputStream.readRawVarint32(first, in);
        int sum = ByteBuffer.wrap(in.readNBytes(4)).getInt();
        message = in.readNBytes(length);
        if (message.length != length) {
            throw new IOException("the stream ends in a frame of " + length + " bytes");
        }
        CRC32C crc = new CRC32C();
        crc.update(message);
        if ((int) crc.getValue() != sum) {
            throw new IOException("wrong checksum");
        }
        return ChunkedReadResponse.parseFrom(message);
    }
}
