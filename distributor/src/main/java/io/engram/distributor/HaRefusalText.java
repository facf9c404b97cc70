package io.engram.distributor;

import io.engram.distributor.ha.Verdict;

/** The sentences that tell a sender of an HA pair why its samples are not taken now. */
final class HaRefusalText {
    private HaRefusalText() {}

    static String of(ReplicaPair pair, WriteRules rules) {
        String who = "tenant " + rules.tenant() + ": replica " + value(pair.replicaBytes) + " of HA pair "
                + value(pair.clusterBytes);
        return switch (pair.verdict) {
            case Verdict.LeaderLate(String leader, long silentMs, long _)
            when leader.equals(pair.replica()) ->
                who + " was elected just now, and what is held of it is not written yet";
            case Verdict.LeaderLate(String leader, long silentMs, long _) ->
                who + " does not lead, and nothing came from " + SeriesText.cut(leader) + ", which does, for "
                        + RefusalText.duration(silentMs)
                        + "; send again (distributor.ha-tracker.update-timeout, distributor.ha-tracker.failover-timeout)";
            case Verdict.BufferFull(String leader, long heldBytes) ->
                who + " is so far ahead of " + SeriesText.cut(leader) + ", which leads, that " + heldBytes
                        + " bytes of writes are held; send again (distributor.ha-tracker.buffer-bytes)";
            case Verdict.TooManyClusters(int clusters)
            when pair.clusterBytes.length == 0 ->
                "tenant " + rules.tenant() + ": the request names more than " + clusters + " replicas of HA pairs";
            case Verdict.TooManyClusters(int clusters) ->
                who + " would be of a new pair, and the tenant has " + clusters + " and may have "
                        + rules.limits().haMaxClusters() + " (limits.ha-max-clusters)";
            case Verdict.Take _, Verdict.Standby _ ->
                throw new IllegalArgumentException(pair.verdict + " refuses nothing");
        };
    }

    private static String value(byte[] bytes) {
        return SeriesText.text(bytes, 0, bytes.length);
    }
}
