package io.engram.distributor;

import io.engram.model.write.WriteBatch;

/**
 * Gives the series of a {@link WriteBatch} their placements. Those whose fingerprints are {@link KnownSeries known} were
 * found good before; the labels of the others are looked at, and remembered. Used by one thread.
 */
final class SeriesPlaces {
    private final KnownSeries known;
    private final LabelCheck check;
    private final WriteBatch batch;
    private WriteRules rules;

    /** Ordinals of series that are not known. */
    private int[] missed = new int[0];

    SeriesPlaces(KnownSeries known, LabelCheck check, WriteBatch batch) {
        this.known = known;
        this.check = check;
        this.batch = batch;
    }

    void begin(WriteRules rules) {
        this.rules = rules;
    }

    /** Places all series of the batch; false where one of them may not stay in it. */
    boolean placeAll() {
        int count = batch.seriesCount;
        if (missed.length < count) {
            missed = new int[batch.placement.length];
        }
        int missedCount = known.placements(
                batch.fingerprintHi, batch.fingerprintLo, rules.knownSalt(), count, batch.placement, missed);
        for (int i = 0; i < missedCount; i++) {
            if (!place(missed[i])) {
                return false;
            }
        }
        return true;
    }

    /** Places a series that has its labels; false where it may not stay. */
    boolean place(int series) {
        if (placeKnown(series)) {
            return true;
        }
        int start = batch.labelOffset[series];
        int end = start + batch.labelLength[series];
        if (!LabelCheck.canonical(batch.labels, start, end)
                || check.problem(batch.labels, start, end, rules.limits()) != null) {
            return false;
        }
        placeNew(series);
        return true;
    }

    /** Places a series if it was found good before. */
    boolean placeKnown(int series) {
        long placement = known.placement(batch.fingerprintHi[series] ^ rules.knownSalt(), batch.fingerprintLo[series]);
        if (placement == KnownSeries.MISS) {
            return false;
        }
        batch.placement[series] = (int) placement;
        return true;
    }

    /** Places a series whose labels were found good now, and remembers it. */
    void placeNew(int series) {
        int start = batch.labelOffset[series];
        int end = start + batch.labelLength[series];
        long hi = batch.fingerprintHi[series];
        int placement = rules.replicas().placement(batch.labels, start, end, hi, rules.hash());
        known.add(hi ^ rules.knownSalt(), batch.fingerprintLo[series], placement);
        batch.placement[series] = placement;
    }

    /** Lets go of an array that grew beyond what is usual. */
    void trim(int keptRows) {
        if (missed.length > keptRows) {
            missed = new int[0];
        }
    }
}
