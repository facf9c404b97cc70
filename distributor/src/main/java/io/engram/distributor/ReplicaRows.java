package io.engram.distributor;

import io.engram.model.labels.LabelCursor;
import io.engram.model.write.WriteBatch;

/**
 * Finds out which replica each series of a decoded request comes from, and takes the replica label off: the series is
 * another then, with another fingerprint and the same placement, which never counts that label. Used by one thread.
 */
final class ReplicaRows {
    /** Of series that do not have both labels. They stay as they are. */
    static final int NO_PAIR = -1;

    private final LabelCursor label = new LabelCursor();

    /** By series of the batch: its pair in {@link RequestElection#pairs}, or {@link #NO_PAIR}. */
    int[] pairOf = new int[0];

    /**
     * Goes through a batch all of whose series have their labels.
     *
     * @param rules with an election
     */
    void strip(WriteBatch batch, WriteRules rules) {
        if (pairOf.length < batch.seriesCount) {
            pairOf = new int[batch.placement.length];
        }
        for (int series = 0; series < batch.seriesCount; series++) {
            pairOf[series] = strip(batch, series, rules);
        }
    }

    private int strip(WriteBatch batch, int series, WriteRules rules) {
        HaLabels names = rules.election().labels();
        byte[] bytes = batch.labels;
        int start = batch.labelOffset[series];
        int end = start + batch.labelLength[series];
        int clusterAt = -1;
        int clusterLength = 0;
        int replicaAt = -1;
        int replicaLength = 0;
        int fieldAt = 0;
        label.on(bytes, start, end);
        while ((clusterAt < 0 || replicaAt < 0) && label.next()) {
            if (names.isReplica(bytes, label.nameAt, label.nameLength)) {
                replicaAt = label.valueAt;
                replicaLength = label.valueLength;
                fieldAt = label.fieldAt;
            } else if (names.isCluster(bytes, label.nameAt, label.nameLength)) {
                clusterAt = label.valueAt;
                clusterLength = label.valueLength;
            }
        }
        if (clusterAt < 0 || replicaAt < 0) {
            return NO_PAIR;
        }
        int pair = rules.election().pairs().ordinal(bytes, clusterAt, clusterLength, replicaAt, replicaLength);
        // What stands before the label, mostly the metric's name alone, moves up to what stands behind it.
        int fieldLength = replicaAt + replicaLength - fieldAt;
        System.arraycopy(bytes, start, bytes, start + fieldLength, fieldAt - start);
        batch.labelOffset[series] = start + fieldLength;
        batch.labelLength[series] = end - start - fieldLength;
        rules.hash()
                .fingerprint(
                        bytes,
                        start + fieldLength,
                        end - start - fieldLength,
                        batch.fingerprintHi,
                        batch.fingerprintLo,
                        series);
        return pair;
    }

    /** Lets go of an array that grew beyond what is usual. */
    void trim(int keptRows) {
        if (pairOf.length > keptRows) {
            pairOf = new int[0];
        }
    }
}
