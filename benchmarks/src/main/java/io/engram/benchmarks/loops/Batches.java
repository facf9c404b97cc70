package io.engram.benchmarks.loops;

import io.engram.benchmarks.e2e.Workload;
import io.engram.model.TenantId;
import io.engram.model.hash.SeriesHash;
import io.engram.model.write.WriteBatch;
import java.util.Arrays;
import java.util.List;

/** Batches as a distributor makes them of the end-to-end workload. */
final class Batches {
    private Batches() {}

    /** All series, cut into batches of {@code size} with one sample each. */
    static WriteBatch[] of(TenantId tenant, List<Workload.Series> all, int size, SeriesHash hash) {
        int seriesCount = all.size();
        WriteBatch[] batches = new WriteBatch[(seriesCount + size - 1) / size];
        for (int b = 0; b < batches.length; b++) {
            batches[b] = batch(tenant, all.subList(b * size, Math.min(seriesCount, (b + 1) * size)), hash);
        }
        return batches;
    }

    private static WriteBatch batch(TenantId tenant, List<Workload.Series> series, SeriesHash hash) {
        int n = series.size();
        WriteBatch batch = new WriteBatch();
        batch.tenant = tenant;
        batch.seriesCount = n;
        batch.sampleCount = n;
        batch.fingerprintHi = new long[n];
        batch.fingerprintLo = new long[n];
        batch.placement = new int[n];
        batch.labelOffset = new int[n];
        batch.labelLength = new int[n];
        batch.firstSample = new int[n + 1];
        batch.timestampMs = new long[n];
        batch.valueBits = new long[n];
        byte[] labels = new byte[0];
        int length = 0;
        for (int i = 0; i < n; i++) {
            byte[] slice = series.get(i).labels();
            if (length + slice.length > labels.length) {
                labels = Arrays.copyOf(labels, 2 * (length + slice.length));
            }
            System.arraycopy(slice, 0, labels, length, slice.length);
            batch.labelOffset[i] = length;
            batch.labelLength[i] = slice.length;
            length += slice.length;
            hash.fingerprint(labels, batch.labelOffset[i], slice.length, batch.fingerprintHi, batch.fingerprintLo, i);
            batch.placement[i] = SeriesHash.placement(batch.fingerprintHi[i]);
            batch.firstSample[i + 1] = i + 1;
        }
        batch.labels = labels;
        return batch;
    }
}
