package io.engram.proto.grpc;

import io.engram.model.write.WriteBatch;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Labels that a frame left out, kept until the ingester has answered: it may ask for them, and the batch that they are from
 * is gone by then. Buffers are used again and bounded together; where there is no room, nothing is kept.
 *
 * <pre>
 * for each series without labels in the frame   placement (4 bytes), length (4), labels; length 0 where the batch had none
 * </pre>
 */
final class LeftOutLabels {
    private static final int HEAD_BYTES = 8;
    private static final int LEAST_BYTES = 16 << 10;

    private final long maxBytes;
    private final Deque<byte[]> free = new ArrayDeque<>(); // guarded by this
    private long bytes; // of all buffers; guarded by this

    LeftOutLabels(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Copies what the frame leaves out.
     *
     * @return null where nothing was left out, or there is no room
     */
    KeptLabels keep(WriteBatch batch, LabelledSeries labelled) {
        long size = 0;
        boolean any = false;
        for (int series = 0; series < batch.seriesCount; series++) {
            if (!labelled.has(series)) {
                size += HEAD_BYTES + batch.labelLength[series];
                any |= batch.labelLength[series] > 0;
            }
        }
        byte[] kept = any ? take(size) : null;
        if (kept == null) {
            return null;
        }
        int at = 0;
        for (int series = 0; series < batch.seriesCount; series++) {
            if (!labelled.has(series)) {
                int length = batch.labelLength[series];
                FrameFormat.INT.set(kept, at, batch.placement[series]);
                FrameFormat.INT.set(kept, at + 4, length);
                System.arraycopy(batch.labels, batch.labelOffset[series], kept, at + HEAD_BYTES, length);
                at += HEAD_BYTES + length;
            }
        }
        return new KeptLabels(this, kept);
    }

    /** Gives the series of a frame that was read back what it left out of them. */
    static void restore(WriteBatch batch, byte[] kept) {
        int[] offset = new int[batch.seriesCount];
        int[] length = new int[batch.seriesCount];
        int at = 0;
        for (int series = 0; series < batch.seriesCount; series++) {
            if (batch.labelLength[series] == 0) {
                batch.placement[series] = (int) FrameFormat.INT.get(kept, at);
                length[series] = (int) FrameFormat.INT.get(kept, at + 4);
                offset[series] = at + HEAD_BYTES;
                at += HEAD_BYTES + length[series];
            }
        }
        batch.labels = kept;
        batch.labelOffset = offset;
        batch.labelLength = length;
    }

    private byte[] take(long size) {
        if (size > maxBytes) {
            return null;
        }
        synchronized (this) {
            byte[] last = free.pollLast();
            if (last != null && last.length >= size) {
                return last;
            }
            bytes -= last == null ? 0 : last.length;
            long room = Math.max(LEAST_BYTES, size + size / 4);
            room = Math.min(room, maxBytes);
            if (bytes + room > maxBytes) {
                return null;
            }
            bytes += room;
            return new byte[(int) room];
        }
    }

    /** A buffer that nobody uses any more. */
    synchronized void release(byte[] kept) {
        free.addLast(kept);
    }
}
