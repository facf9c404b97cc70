package io.engram.proto.grpc;

import io.engram.model.write.WriteBatch;

/** Which series of a batch go out with their labels, and what these need in a frame. */
final class LabelledSeries {
    private final long[] words;
    int count;
    int labelBytes;
    /** Of the lengths, as varints. */
    int lengthBytes;

    LabelledSeries(int seriesCount) {
        this.words = new long[(seriesCount + 63) >>> 6];
    }

    /** All that have any. */
    static LabelledSeries all(WriteBatch batch) {
        LabelledSeries all = new LabelledSeries(batch.seriesCount);
        for (int series = 0; series < batch.seriesCount; series++) {
            if (batch.labelLength[series] > 0) {
                all.add(series, batch.labelLength[series]);
            }
        }
        return all;
    }

    /** Once for each series. */
    void add(int series, int length) {
        words[series >>> 6] |= 1L << series;
        count++;
        labelBytes = Math.addExact(labelBytes, length);
        lengthBytes += FrameFormat.varintBytes(length);
    }

    boolean has(int series) {
        return (words[series >>> 6] & 1L << series) != 0;
    }

    /** The bits of series {@code 8 × index} to {@code 8 × index + 7}. */
    byte bits(int index) {
        return (byte) (words[index >>> 3] >>> (8 * index));
    }
}
