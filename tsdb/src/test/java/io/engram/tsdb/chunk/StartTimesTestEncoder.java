package io.engram.tsdb.chunk;

import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import java.util.Arrays;

/** Makes histogram chunks with start timestamps out of those without, for tests: the product only reads them. */
public final class StartTimesTestEncoder {
    private StartTimesTestEncoder() {}

    public static byte encoding(byte of) {
        return of == ChunkEncoding.HISTOGRAM ? ChunkEncoding.HISTOGRAM_ST : ChunkEncoding.FLOAT_HISTOGRAM_ST;
    }

    /** @param starts one for each sample; 0 for none */
    public static byte[] encode(byte encoding, byte[] chunk, long[] starts) {
        byte[] data = Arrays.copyOf(chunk, chunk.length + ChunkBatch.SLACK);
        HistogramDecoder decoder = new HistogramDecoder();
        decoder.reset(encoding, data, 0, chunk.length);
        BitReader in = new BitReader("histogram");
        in.reset(data, HistogramState.HEADER_BYTES, chunk.length - HistogramState.HEADER_BYTES);
        BitWriter out = new BitWriter();
        out.reset(HistogramState.HEADER_BYTES);
        int header = 0;
        int changeOn = 0;
        long diff = 0;
        long lastTime = 0;
        long copied = 8L * HistogramState.HEADER_BYTES;
        for (int i = 0; decoder.next(); i++) {
            for (; copied < decoder.bitsRead(); copied++) {
                out.put(in.read(1), 1);
            }
            if (i == 0 && starts[0] != 0) {
                long distance = decoder.timestampMs() - starts[0];
                putVarint(out, distance << 1 ^ distance >> 63);
                header = 0x80;
            } else if (i > 0 && changeOn > 0) {
                out.putVarbit(lastTime - starts[i] - diff);
                diff = lastTime - starts[i];
            } else if (i > 0 && starts[i] != starts[i - 1]) {
                changeOn = i;
                diff = lastTime - starts[i];
                out.putVarbit(diff);
                header |= i;
            }
            lastTime = decoder.timestampMs();
        }
        byte[] made = Arrays.copyOf(out.bytes, out.byteLength());
        made[0] = (byte) (chunk[2] & 0xC0 | chunk[0] & 0x3F);
        made[1] = chunk[1];
        made[2] = (byte) header;
        return made;
    }

    private static void putVarint(BitWriter out, long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.put(rest & 0x7F | 0x80, 8);
            rest >>>= 7;
        }
        out.put(rest, 8);
    }
}
