package io.engram.proto.grpc;

import static io.engram.proto.grpc.FrameFormat.INT;
import static io.engram.proto.grpc.FrameFormat.LONG;
import static io.engram.proto.grpc.FrameFormat.valueBytes;
import static io.engram.proto.grpc.FrameFormat.varintBytes;
import static io.engram.proto.grpc.FrameFormat.zigzag;

import io.engram.model.write.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Writes a batch as the message {@code PushRequest}, straight from its arrays into one array of the exact size. */
final class FrameEncoder {
    /** Field 1, bytes: {@code PushRequest.frame}. */
    private static final byte FRAME_TAG = 0x0A;

    private final WriteBatch batch;
    private final LabelledSeries labelled;
    private final byte[] tenant;
    private final byte[] sideRows;
    private final boolean oneEach;
    private byte[] out;
    private int at;

    private FrameEncoder(WriteBatch batch, LabelledSeries labelled) {
        this.batch = batch;
        this.labelled = labelled;
        this.tenant = batch.tenant.value().getBytes(StandardCharsets.US_ASCII);
        this.sideRows = SideRowsWriter.write(batch);
        this.oneEach = oneSampleEach();
    }

    /** The whole message. */
    static byte[] encode(WriteBatch batch, LabelledSeries labelled) {
        return new FrameEncoder(batch, labelled).message();
    }

    private boolean oneSampleEach() {
        if (batch.sampleCount != batch.seriesCount) {
            return false;
        }
        for (int series = 0; series < batch.seriesCount; series++) {
            if (batch.firstSample[series] != series) {
                return false;
            }
        }
        return true;
    }

    private byte[] message() {
        int frameBytes = frameBytes();
        out = new byte[1 + varintBytes(frameBytes) + frameBytes];
        out[at++] = FRAME_TAG;
        varint(frameBytes);
        int start = at;
        head();
        if (!oneEach) {
            for (int series = 0; series < batch.seriesCount; series++) {
                varint(batch.firstSample[series + 1] - batch.firstSample[series]);
            }
        }
        runs(batch.timestampMs);
        if (batch.hasStarts) {
            runs(batch.startMs);
        }
        values(); // before something of a fixed width, because it writes eight bytes at a time
        words(batch.fingerprintHi);
        words(batch.fingerprintLo);
        if (labelled.count > 0) {
            labels();
        }
        bytes(sideRows, 0, sideRows.length);
        CRC32C crc = new CRC32C();
        crc.update(out, start, at - start);
        INT.set(out, at, (int) crc.getValue());
        if (at + FrameFormat.CRC_BYTES != out.length) {
            throw new IllegalStateException("a frame of " + (at - start) + " bytes was counted as " + frameBytes);
        }
        return out;
    }

    private int frameBytes() {
        long size = 2 + varintBytes(tenant.length) + tenant.length;
        size += varintBytes(batch.seriesCount) + varintBytes(batch.sampleCount);
        size += varintBytes(batch.histograms.size()) + varintBytes(batch.exemplars.size());
        size += varintBytes(batch.metadata.size()) + varintBytes(labelled.labelBytes);
        if (!oneEach) {
            for (int series = 0; series < batch.seriesCount; series++) {
                size += varintBytes(batch.firstSample[series + 1] - batch.firstSample[series]);
            }
        }
        size += runBytes(batch.timestampMs);
        if (batch.hasStarts) {
            size += runBytes(batch.startMs);
        }
        size += (batch.sampleCount + 1) / 2;
        for (int sample = 0; sample < batch.sampleCount; sample++) {
            size += valueBytes(batch.valueBits[sample]);
        }
        size += 16L * batch.seriesCount;
        if (labelled.count > 0) {
            size += (batch.seriesCount + 7) / 8 + 4L * labelled.count + labelled.lengthBytes + labelled.labelBytes;
        }
        size += sideRows.length + FrameFormat.CRC_BYTES;
        if (size > Integer.MAX_VALUE - 16) {
            throw new IllegalArgumentException("a batch of " + size + " bytes does not fit a frame");
        }
        return (int) size;
    }

    private void head() {
        out[at++] = FrameFormat.VERSION;
        out[at++] = (byte) ((oneEach ? FrameFormat.ONE_SAMPLE_EACH : 0)
                | (batch.hasStarts ? FrameFormat.STARTS : 0)
                | (labelled.count > 0 ? FrameFormat.LABELS : 0));
        varint(tenant.length);
        bytes(tenant, 0, tenant.length);
        varint(batch.seriesCount);
        varint(batch.sampleCount);
        varint(batch.histograms.size());
        varint(batch.exemplars.size());
        varint(batch.metadata.size());
        varint(labelled.labelBytes);
    }

    private int runBytes(long[] times) {
        int size = 0;
        long before = 0;
        for (int i = 0; i < batch.sampleCount; ) {
            int end = runEnd(times, i, before);
            size += varintBytes(end - i) + varintBytes(zigzag(times[i] - before));
            before = times[end - 1];
            i = end;
        }
        return size;
    }

    private void runs(long[] times) {
        byte[] to = out; // a field that is written again and again would be kept in memory
        int next = at;
        long before = 0;
        for (int i = 0; i < batch.sampleCount; ) {
            int end = runEnd(times, i, before);
            next = FrameFormat.varint(to, next, end - i);
            next = FrameFormat.varint(to, next, zigzag(times[i] - before));
            before = times[end - 1];
            i = end;
        }
        at = next;
    }

    /** Behind the last time that follows the one before it by the same step as the first. */
    private int runEnd(long[] times, int from, long before) {
        long step = times[from] - before;
        int end = from + 1;
        while (end < batch.sampleCount && times[end] - times[end - 1] == step) {
            end++;
        }
        return end;
    }

    private void values() {
        int count = batch.sampleCount;
        int lengthAt = at;
        at += (count + 1) / 2;
        for (int i = 0; i < count; i++) {
            long bits = batch.valueBits[i];
            int length = valueBytes(bits);
            out[lengthAt + (i >>> 1)] |= (byte) (length << 4 * (i & 1));
            // 64 places in two steps, for zero has no bytes
            LONG.set(out, at, bits >>> 4 * (8 - length) >>> 4 * (8 - length));
            at += length;
        }
    }

    private void words(long[] column) {
        for (int i = 0; i < batch.seriesCount; i++) {
            LONG.set(out, at, column[i]);
            at += 8;
        }
    }

    private void labels() {
        for (int i = 0; i < (batch.seriesCount + 7) / 8; i++) {
            out[at++] = labelled.bits(i);
        }
        for (int series = 0; series < batch.seriesCount; series++) {
            if (labelled.has(series)) {
                INT.set(out, at, batch.placement[series]);
                at += 4;
                varint(batch.labelLength[series]);
            }
        }
        for (int series = 0; series < batch.seriesCount; series++) {
            if (labelled.has(series)) {
                bytes(batch.labels, batch.labelOffset[series], batch.labelLength[series]);
            }
        }
    }

    private void bytes(byte[] from, int offset, int length) {
        System.arraycopy(from, offset, out, at, length);
        at += length;
    }

    private void varint(long value) {
        at = FrameFormat.varint(out, at, value);
    }
}
