package io.engram.ingester.replicas;

import java.util.List;

/**
 * One replica, now.
 *
 * @param newestMs timestamp of its newest sample
 * @param lagMs from there to now; below 0 where its clock is ahead
 * @param offsetMs from the leader's newest sample to its own; below 0 where its own is older, 0 for the leader
 * @param samples in the last whole window
 * @param series in the last whole window
 * @param gaps of the last hours, the oldest first
 */
record ReplicaStatus(
        String name, long newestMs, long lagMs, long offsetMs, long samples, long series, List<ReplicaGap> gaps) {
    /** Nothing for so long: longer than any query looks back. */
    static final long SILENT_MS = 5 * 60_000;

    ReplicaStatus {
        gaps = List.copyOf(gaps);
    }

    boolean silent() {
        return lagMs > SILENT_MS;
    }
}
