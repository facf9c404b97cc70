package io.engram.model.read;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;

/**
 * The series that a select found, as columns: identity, labels as ids into a dictionary of their own, and what is known
 * of their chunks. Immutable once handed out.
 *
 * @param dictionary label pairs by id
 * @param fingerprintHi upper half of each series' 128-bit fingerprint; its length is the number of series
 * @param labelStart {@code series + 1} offsets into {@code labelIds}
 * @param labelIds each series' labels, sorted by name
 * @param minTimeMs the oldest sample of each series in the asked range, or earlier
 * @param maxTimeMs the newest, or later; both ends included
 * @param chunkCount chunks that {@code fetch} will bring, about: a head counts them only when it fetches
 */
public record SeriesTable(
        Label[] dictionary,
        long[] fingerprintHi,
        long[] fingerprintLo,
        int[] labelStart,
        int[] labelIds,
        long[] minTimeMs,
        long[] maxTimeMs,
        int[] chunkCount) {

    public static final SeriesTable EMPTY = new SeriesTable(
            new Label[0], new long[0], new long[0], new int[1], new int[0], new long[0], new long[0], new int[0]);

    public int size() {
        return fingerprintHi.length;
    }

    public Labels labels(int series) {
        int from = labelStart[series];
        Label[] pairs = new Label[labelStart[series + 1] - from];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = dictionary[labelIds[from + i]];
        }
        return Labels.ofSorted(pairs);
    }
}
