package io.engram.distributor;

import io.engram.distributor.ha.Verdict;

/** What a request has of one replica of one cluster. Used by one thread. */
final class ReplicaPair {
    final byte[] clusterBytes;
    final byte[] replicaBytes;

    int samples;
    int histograms;
    int exemplars;
    long oldestMs = Long.MAX_VALUE;
    long newestMs = Long.MIN_VALUE;
    Verdict verdict;

    ReplicaPair(byte[] clusterBytes, byte[] replicaBytes) {
        this.clusterBytes = clusterBytes;
        this.replicaBytes = replicaBytes;
    }

    String cluster() {
        return ReplicaPairs.text(clusterBytes);
    }

    String replica() {
        return ReplicaPairs.text(replicaBytes);
    }

    void saw(long timestampMs) {
        oldestMs = Math.min(oldestMs, timestampMs);
        newestMs = Math.max(newestMs, timestampMs);
    }

    /** Whether any of it is stored. */
    boolean taken() {
        return verdict instanceof Verdict.Take;
    }

    /** Whether all of it is. */
    boolean takenWhole() {
        return verdict instanceof Verdict.Take(long afterMs) && oldestMs > afterMs;
    }

    /** Whether the sender is to keep it, or may not send it. */
    boolean refused() {
        return switch (verdict) {
            case Verdict.Take _, Verdict.Standby _ -> false;
            case Verdict.LeaderLate _, Verdict.BufferFull _, Verdict.TooManyClusters _ -> true;
        };
    }
}
