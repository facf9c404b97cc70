package io.engram.distributor;

import io.engram.model.write.WriteBatch;

/**
 * Series of one request whose references were not known: remembered when the request is stored, for what an ingester
 * refuses it will not know the next time either. Immutable.
 *
 * @param row where their first samples stand in the batch, −1 where a series has none
 */
record NewRefs(long[] keyHi, long[] keyLo, long[] hi, long[] lo, int[] placement, int[] row) {
    static final NewRefs NONE = new NewRefs(new long[0], new long[0], new long[0], new long[0], new int[0], new int[0]);

    /** Copies what is known of the series {@code ordinals[0 .. count)} of the batch. */
    static NewRefs of(WriteBatch batch, long[] keyHi, long[] keyLo, int[] ordinals, int count) {
        if (count == 0) {
            return NONE;
        }
        NewRefs refs = new NewRefs(
                new long[count], new long[count], new long[count], new long[count], new int[count], new int[count]);
        for (int k = 0; k < count; k++) {
            int i = ordinals[k];
            refs.keyHi[k] = keyHi[i];
            refs.keyLo[k] = keyLo[i];
            refs.hi[k] = batch.fingerprintHi[i];
            refs.lo[k] = batch.fingerprintLo[i];
            refs.placement[k] = batch.placement[i];
            refs.row[k] = batch.firstSample[i] < batch.firstSample[i + 1] ? batch.firstSample[i] : -1;
        }
        return refs;
    }
}
