package io.engram.benchmarks.e2e;

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

    private final List<Workload.Series> series;
    private final int samplesPerSeries;
    private final Template template;

    Body(Protocol protocol, List<Workload.Series> series, int samplesPerSeries) {
        this.series = series;
        this.samplesPerSeries = samplesPerSeries;
        this.template = Template.of(protocol, series, samplesPerSeries);
    }

    int samples() {
        return series.size() * samplesPerSeries;
    }

    int maxCompressedLength() {
        return Snappy.maxCompressedLength(template.raw().length);
    }

    /**
     * Fills in the samples of {@code round .. round + samplesPerSeries - 1} and compresses into {@code out}, which has
     * {@link #maxCompressedLength} bytes. Returns how many it became.
     */
    int make(int round, long firstTimeMs, long intervalMs, byte[] out) throws IOException {
        byte[] raw = template.raw();
        for (int i = 0; i < series.size(); i++) {
            int at = template.sampleAt()[i];
            for (int s = 0; s < samplesPerSeries; s++, at += Template.SAMPLE_FIELD_BYTES) {
                LONG.set(raw, at + 1, Double.doubleToRawLongBits(series.get(i).value(round + s)));
                long t = firstTimeMs + (round + s) * intervalMs;
                for (int b = 0; b < Template.TIME_BYTES; b++) {
                    raw[at + 10 + b] = (byte) ((t >>> (7 * b) & 0x7F) | (b < Template.TIME_BYTES - 1 ? 0x80 : 0));
                }
            }
        }
        return Snappy.compress(raw, 0, raw.length, out, 0);
    }
}
