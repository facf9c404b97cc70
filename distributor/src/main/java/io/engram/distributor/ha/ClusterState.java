package io.engram.distributor.ha;

import java.util.ArrayList;
import java.util.List;

/**
 * What is known of the replicas of one cluster. Times are ms since the epoch: of this process's clock where something was
 * done or heard, of samples otherwise. Immutable.
 *
 * @param leader empty where nobody was elected yet
 * @param takingOver whether the leader is new, and what is held of it not all written
 * @param failovers how often another took a leader's place
 * @param heardMs when a request of the leader came last
 * @param writtenMs the newest sample that is stored of any leader
 * @param afterMs up to here, included, earlier leaders have sent; the present one sends what is newer
 * @param standbys the others, in the order in which they came
 */
record ClusterState(
        String leader,
        boolean takingOver,
        long electedMs,
        int failovers,
        long heardMs,
        long writtenMs,
        long afterMs,
        List<Standby> standbys) {
    static final ClusterState NEW =
            new ClusterState("", false, Long.MIN_VALUE, 0, Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE, List.of());

    /**
     * A replica that does not lead.
     *
     * @param sinceMs since when it has been sending without a pause as long as a fail-over takes
     * @param newestMs its newest sample
     */
    record Standby(String replica, long sinceMs, long heardMs, long newestMs) {}

    ClusterState {
        standbys = List.copyOf(standbys);
    }

    Standby standby(String replica) {
        for (Standby standby : standbys) {
            if (standby.replica.equals(replica)) {
                return standby;
            }
        }
        return null;
    }

    /** When anybody was heard last. */
    long anyHeardMs() {
        long newestMs = heardMs;
        for (Standby standby : standbys) {
            newestMs = Math.max(newestMs, standby.heardMs);
        }
        return newestMs;
    }

    ClusterState heard(long nowMs) {
        return new ClusterState(leader, takingOver, electedMs, failovers, nowMs, writtenMs, afterMs, standbys);
    }

    ClusterState written(long newestMs) {
        return newestMs <= writtenMs
                ? this
                : new ClusterState(leader, takingOver, electedMs, failovers, heardMs, newestMs, afterMs, standbys);
    }

    ClusterState takenOver(long nowMs) {
        return new ClusterState(leader, false, electedMs, failovers, nowMs, writtenMs, afterMs, standbys);
    }

    /** With a standby in place of what was known of it. */
    ClusterState with(Standby changed) {
        List<Standby> all = new ArrayList<>(standbys);
        int at = all.indexOf(standby(changed.replica));
        if (at < 0) {
            all.add(changed);
        } else {
            all.set(at, changed);
        }
        return withStandbys(all);
    }

    ClusterState withStandbys(List<Standby> all) {
        return new ClusterState(leader, takingOver, electedMs, failovers, heardMs, writtenMs, afterMs, all);
    }
}
