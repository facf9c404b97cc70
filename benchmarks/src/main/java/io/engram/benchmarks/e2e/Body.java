package io.engram.benchmarks.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;
import org.xerial.snappy.Snappy;

/**
 * A remote write request for some series, made once; each round only patches times and values in place and compresses, so
 * that the generator takes as little of the machine as it can.
 */
final class Body {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** Milliseconds of this era take six varint bytes. */
    private static final int TIME_BYTES = 6;

    private static final int SAMPLE_BYTES = 1 + 8 + 1 + TIME_BYTES;

    private final List<Workload.Series> series;
    private final int samplesPerSeries;
    private final byte[] raw;
    /** Where each series' first sample message begins. */
    private final int[] sampleAt;

    private final byte[] compressed;
    private int compressedLength;

    Body(List<Workload.Series> series, int samplesPerSeries) {
        this.series = series;
        this.samplesPerSeries = samplesPerSeries;
        this.sampleAt = new int[series.size()];
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int sampleField = 2 + SAMPLE_BYTES;
        for (int i = 0; i < series.size(); i++) {
            byte[] labels = series.get(i).labels();
            out.write(0x0A);
            Workload.varint(out, labels.length + (long) samplesPerSeries * sampleField);
            out.writeBytes(labels);
            sampleAt[i] = out.size() + 2;
            for (int s = 0; s < samplesPerSeries; s++) {
                out.write(0x12);
                out.write(SAMPLE_BYTES);
                out.write(0x09);
                out.writeBytes(new byte[8]);
                out.write(0x10);
                out.writeBytes(new byte[TIME_BYTES]);
            }
        }
        this.raw = out.toByteArray();
        this.compressed = new byte[Snappy.maxCompressedLength(raw.length)];
    }

    int samples() {
        return series.size() * samplesPerSeries;
    }

    /** Fills in the samples of {@code round .. round + samplesPerSeries - 1} and compresses. */
    void make(int round, long firstTimeMs, long intervalMs) throws IOException {
        for (int i = 0; i < series.size(); i++) {
            int at = sampleAt[i];
            for (int s = 0; s < samplesPerSeries; s++, at += SAMPLE_BYTES + 2) {
                LONG.set(raw, at + 1, Double.doubleToRawLongBits(series.get(i).value(round + s)));
                long t = firstTimeMs + (round + s) * intervalMs;
                for (int b = 0; b < TIME_BYTES; b++) {
                    raw[at + 10 + b] = (byte) ((t >>> (7 * b) & 0x7F) | (b < TIME_BYTES - 1 ? 0x80 : 0));
                }
            }
        }
        compressedLength = Snappy.compress(raw, 0, raw.length, compressed, 0);
    }

    byte[] compressed() {
        return compressed;
    }

    int compressedLength() {
        return compressedLength;
    }

    int rawLength() {
        return raw.length;
    }
}
