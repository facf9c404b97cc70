package io.engram.tsdb.head;

import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.model.metadata.MetricMetadata;
import io.engram.model.metadata.MetricType;
import io.engram.model.write.ExemplarSample;
import io.engram.model.write.WriteBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** Builds batches as a distributor would. The fingerprint is any hash of 128 bits: the head does not know which. */
public final class TestBatch {
    private final WriteBatch batch = new WriteBatch();
    private int labelsEnd;

    public TestBatch(TenantId tenant) {
        batch.tenant = tenant;
    }

    /** Begins a series; samples that follow are its. */
    public TestBatch series(Labels labels) {
        byte[] canonical = canonical(labels);
        long[] fingerprint = fingerprint(canonical);
        return series(canonical, fingerprint[0], fingerprint[1]);
    }

    /** Begins a series whose labels the head is taken to know. */
    public TestBatch knownSeries(Labels labels) {
        series(labels);
        batch.labelLength[batch.seriesCount - 1] = 0;
        return this;
    }

    public TestBatch series(byte[] canonical, long fingerprintHi, long fingerprintLo) {
        int i = batch.seriesCount++;
        if (i == batch.fingerprintHi.length) {
            int n = Math.max(16, 2 * i);
            batch.fingerprintHi = Arrays.copyOf(batch.fingerprintHi, n);
            batch.fingerprintLo = Arrays.copyOf(batch.fingerprintLo, n);
            batch.placement = Arrays.copyOf(batch.placement, n);
            batch.labelOffset = Arrays.copyOf(batch.labelOffset, n);
            batch.labelLength = Arrays.copyOf(batch.labelLength, n);
            batch.firstSample = Arrays.copyOf(batch.firstSample, n + 1);
        }
        if (labelsEnd + canonical.length > batch.labels.length) {
            batch.labels = Arrays.copyOf(batch.labels, 2 * (labelsEnd + canonical.length));
        }
        batch.fingerprintHi[i] = fingerprintHi;
        batch.fingerprintLo[i] = fingerprintLo;
        batch.labelOffset[i] = labelsEnd;
        batch.labelLength[i] = canonical.length;
        System.arraycopy(canonical, 0, batch.labels, labelsEnd, canonical.length);
        labelsEnd += canonical.length;
        batch.firstSample[i] = batch.sampleCount;
        batch.firstSample[i + 1] = batch.sampleCount;
        return this;
    }

    public TestBatch sample(long timestampMs, double value) {
        return sampleBits(timestampMs, Double.doubleToRawLongBits(value));
    }

    public TestBatch sampleBits(long timestampMs, long valueBits) {
        int i = batch.sampleCount++;
        if (i == batch.timestampMs.length) {
            batch.timestampMs = Arrays.copyOf(batch.timestampMs, Math.max(16, 2 * i));
            batch.valueBits = Arrays.copyOf(batch.valueBits, Math.max(16, 2 * i));
            batch.startMs = Arrays.copyOf(batch.startMs, Math.max(16, 2 * i));
        }
        batch.timestampMs[i] = timestampMs;
        batch.valueBits[i] = valueBits;
        batch.firstSample[batch.seriesCount] = batch.sampleCount;
        return this;
    }

    /** Says when the counting began that led to the sample added last. */
    public TestBatch start(long startMs) {
        batch.hasStarts = true;
        batch.startMs[batch.sampleCount - 1] = startMs;
        return this;
    }

    /** Adds an exemplar of the series begun last. */
    public TestBatch exemplar(long timestampMs, double value, String... labels) {
        batch.exemplars.add(new ExemplarSample(batch.seriesCount - 1, timestampMs, value, Labels.of(labels)));
        return this;
    }

    public TestBatch metadata(String metric, MetricType type, String help, String unit) {
        batch.metadata.add(new MetricMetadata(metric, type, help, unit));
        return this;
    }

    public WriteBatch build() {
        return batch;
    }

    static byte[] canonical(Labels labels) {
        ByteBuffer out = ByteBuffer.allocate(1 << 16);
        for (int i = 0; i < labels.size(); i++) {
            byte[] name = labels.at(i).name().getBytes(StandardCharsets.UTF_8);
            byte[] value = labels.at(i).value().getBytes(StandardCharsets.UTF_8);
            int size = 1 + varintSize(name.length) + name.length + 1 + varintSize(value.length) + value.length;
            varint(out.put((byte) 0x0A), size);
            varint(out.put((byte) 0x0A), name.length);
            varint(out.put(name).put((byte) 0x12), value.length);
            out.put(value);
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    static long[] fingerprint(byte[] canonical) {
        try {
            ByteBuffer hash =
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(canonical));
            return new long[] {hash.getLong(), hash.getLong()};
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int varintSize(int value) {
        return value < 0x80 ? 1 : value < 0x4000 ? 2 : 3;
    }

    private static void varint(ByteBuffer out, int value) {
        int rest = value;
        while (rest > 0x7F) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }
}
