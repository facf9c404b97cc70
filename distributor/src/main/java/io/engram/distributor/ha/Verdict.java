package io.engram.distributor.ha;

/** What is to become of the samples that a request brings from one replica of one cluster. */
public sealed interface Verdict {
    /**
     * Store them: the replica leads.
     *
     * @param afterMs those not newer are left out as stored, for an earlier leader sent that time
     */
    record Take(long afterMs) implements Verdict {}

    /** Leave them out as stored: another replica leads and has sent as much, or a copy of the write is held. */
    record Standby() implements Verdict {}

    /**
     * Have the sender keep them and come back: it is not known yet who will lead.
     *
     * @param silentMs for how long nothing has come from the leader
     * @param retryMs when it is known
     */
    record LeaderLate(String leader, long silentMs, long retryMs) implements Verdict {}

    /** Have the sender keep them: there is no room for more that the leader has not sent. */
    record BufferFull(String leader, long heldBytes) implements Verdict {}

    /** Refuse them: the cluster would be one too many. */
    record TooManyClusters(int clusters) implements Verdict {}
}
