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
 * @param usualMs how far {@code writtenMs} moves at a time, at most; follows what is more at once, what is less slowly
 * @param moves how often it has moved, up to {@code ENOUGH_MOVES}
 * @param afterMs up to here, included, earlier leaders have sent; the present one sends what is newer
 * @param shared whether other processes hear of the replicas too; what they store is known here only some time later
 * @param holeSinceMs since when the leader seems to have a hole, which others may know to be none; Long.MIN_VALUE where not
 * @param standbys the others, in the order in which they came
 */
record ClusterState(
        String leader,
        boolean takingOver,
        long electedMs,
        int failovers,
        long heardMs,
        long writtenMs,
        long usualMs,
        int moves,
        long afterMs,
        boolean shared,
        long holeSinceMs,
        List<Standby> standbys) {
    /** From here on it is known how far a leader's newest sample moves at a time. */
    static final int ENOUGH_MOVES = 8;

    static final long NO_HOLE = Long.MIN_VALUE;

    static final ClusterState NEW = new ClusterState(
            "",
            false,
            Long.MIN_VALUE,
            0,
            Long.MIN_VALUE,
            Long.MIN_VALUE,
            0,
            0,
            Long.MIN_VALUE,
            false,
            NO_HOLE,
            List.of());

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
        return copy(takingOver, nowMs, writtenMs, usualMs, moves, standbys);
    }

    ClusterState written(long newestMs) {
        if (newestMs <= writtenMs) {
            return this;
        }
        if (writtenMs == Long.MIN_VALUE) {
            return copy(takingOver, heardMs, newestMs, 0, 0, standbys);
        }
        long moveMs = newestMs - writtenMs;
        long nowUsualMs = moveMs >= usualMs ? moveMs : usualMs - (usualMs - moveMs) / 16;
        return copy(takingOver, heardMs, newestMs, nowUsualMs, Math.min(ENOUGH_MOVES, moves + 1), standbys);
    }

    ClusterState takenOver(long nowMs) {
        return copy(false, nowMs, writtenMs, usualMs, moves, standbys);
    }

    /** The same with another leader, of which all that is not newer than {@code after} is left out. */
    ClusterState led(String by, boolean takesOver, long nowMs, int failoverCount, long after, List<Standby> others) {
        return new ClusterState(
                by, takesOver, nowMs, failoverCount, nowMs, writtenMs, usualMs, moves, after, shared, NO_HOLE, others);
    }

    /** What other processes have heard of the leader. */
    ClusterState told(long heardAtMs, long newestMs) {
        ClusterState told = heard(Math.max(heardMs, heardAtMs)).written(newestMs);
        return new ClusterState(
                leader,
                takingOver,
                electedMs,
                failovers,
                told.heardMs,
                told.writtenMs,
                told.usualMs,
                told.moves,
                afterMs,
                true,
                holeSinceMs,
                standbys);
    }

    /** The same with the leader that another process has elected. */
    ClusterState adopted(Election.Event.Adopted by, List<Standby> others) {
        return new ClusterState(
                by.leader(),
                by.holds(),
                by.electedMs(),
                by.failovers(),
                by.heardMs(),
                Math.max(writtenMs, by.writtenMs()),
                usualMs,
                moves,
                Math.max(afterMs, by.afterMs()),
                true,
                NO_HOLE,
                others);
    }

    ClusterState withHole(long sinceMs) {
        return new ClusterState(
                leader,
                takingOver,
                electedMs,
                failovers,
                heardMs,
                writtenMs,
                usualMs,
                moves,
                afterMs,
                shared,
                sinceMs,
                standbys);
    }

    private ClusterState copy(
            boolean takesOver, long heard, long written, long usual, int moveCount, List<Standby> others) {
        return new ClusterState(
                leader,
                takesOver,
                electedMs,
                failovers,
                heard,
                written,
                usual,
                moveCount,
                afterMs,
                shared,
                holeSinceMs,
                others);
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
        return copy(takingOver, heardMs, writtenMs, usualMs, moves, all);
    }
}
