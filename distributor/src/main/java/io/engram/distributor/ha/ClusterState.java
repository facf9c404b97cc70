package io.engram.distributor.ha;

import java.util.ArrayList;
import java.util.List;

/**
 * What is known of the replicas of one cluster. Times are ms since the epoch: of this process's clock where something was
 * done or heard, of samples otherwise. Immutable.
 *
 * @param takingOver whether the leader is new, and what is held of it not all written
 * @param heardMs when a request of the leader came last
 * @param shared whether other processes hear of the replicas too; what they store is known here only some time later
 * @param holeSinceMs since when the leader seems to have a hole, here or to another process; somebody may know it to be
 *     none. Long.MIN_VALUE where not
 * @param standbys the others, in the order in which they came
 */
record ClusterState(
        Term term,
        boolean takingOver,
        long heardMs,
        Stored stored,
        boolean shared,
        long holeSinceMs,
        List<Standby> standbys) {
    static final long NO_HOLE = Long.MIN_VALUE;

    static final ClusterState NEW =
            new ClusterState(Term.NONE, false, Long.MIN_VALUE, Stored.NOTHING, false, NO_HOLE, List.of());

    /**
     * A replica that does not lead.
     *
     * @param sinceMs since when it has been sending without a pause as long as a fail-over takes
     * @param newestMs its newest sample
     */
    record Standby(String replica, long sinceMs, long heardMs, long newestMs) {
        /** What is known here and what was told of the same one. */
        Standby joined(Standby told, long pauseMs) {
            Standby later = told.heardMs > heardMs ? told : this;
            Standby earlier = later == told ? this : told;
            boolean withoutPause = later.sinceMs - earlier.heardMs < pauseMs;
            return new Standby(
                    replica,
                    withoutPause ? Math.min(sinceMs, told.sinceMs) : later.sinceMs,
                    later.heardMs,
                    Math.max(newestMs, told.newestMs));
        }
    }

    ClusterState {
        standbys = List.copyOf(standbys);
    }

    /** Empty where nobody was elected yet. */
    String leader() {
        return term.leader();
    }

    /** The newest sample that is stored of any leader. */
    long writtenMs() {
        return stored.newestMs();
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

    /** The leader was, with a hole since {@code sinceMs} or {@link #NO_HOLE}. */
    ClusterState heard(long nowMs, long sinceMs) {
        return new ClusterState(term, takingOver, nowMs, stored, shared, sinceMs, standbys);
    }

    /** What is stored behind a hole shows that it was none, or is past. */
    ClusterState written(long newestMs) {
        long sinceMs = newestMs > writtenMs() ? NO_HOLE : holeSinceMs;
        return new ClusterState(term, takingOver, heardMs, stored.upTo(newestMs), shared, sinceMs, standbys);
    }

    ClusterState takenOver(long nowMs) {
        return new ClusterState(term, false, nowMs, stored, shared, holeSinceMs, standbys);
    }

    /** The same with another leader. */
    ClusterState led(Term by, boolean takesOver, long nowMs) {
        return new ClusterState(by, takesOver, nowMs, stored, shared, NO_HOLE, othersThan(by.leader()));
    }

    /**
     * What other processes have heard of the leader. Whoever tells knew of any hole that was told of before, so where it says
     * nothing of one there is none any more; one before what is stored here is none.
     */
    ClusterState told(long heardAtMs, long newestMs, long toldHoleSinceMs) {
        long sinceMs = newestMs < writtenMs() ? NO_HOLE : toldHoleSinceMs;
        return new ClusterState(
                term, takingOver, Math.max(heardMs, heardAtMs), stored.upTo(newestMs), true, sinceMs, standbys);
    }

    /**
     * What other processes have heard of replicas that do not lead.
     *
     * @param pauseMs after how long of silence one counts as new
     */
    ClusterState toldOf(List<Standby> others, long pauseMs) {
        List<Standby> all = new ArrayList<>(standbys);
        for (Standby told : others) {
            Standby known = standby(told.replica);
            if (known != null) {
                all.set(all.indexOf(known), known.joined(told, pauseMs));
            } else if (!told.replica.equals(leader()) && all.size() < Election.MAX_STANDBYS) {
                all.add(told);
            }
        }
        return new ClusterState(term, takingOver, heardMs, stored, true, holeSinceMs, all);
    }

    /** The same with the leader that another process has elected. */
    ClusterState adopted(Election.Event.Adopted by) {
        return new ClusterState(
                by.term().notBefore(term.afterMs()),
                by.holds(),
                by.heardMs(),
                new Stored(Math.max(writtenMs(), by.writtenMs()), stored.usualMs(), stored.onceMs(), stored.moves()),
                true,
                NO_HOLE,
                othersThan(by.term().leader()));
    }

    /** All replicas but one, who is to lead: with the present leader as one of them. */
    private List<Standby> othersThan(String next) {
        List<Standby> others = new ArrayList<>(standbys);
        others.removeIf(standby -> standby.replica.equals(next));
        if (!leader().isEmpty() && !leader().equals(next)) {
            others.add(new Standby(leader(), term.electedMs(), heardMs, writtenMs()));
        }
        return others;
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
        return new ClusterState(term, takingOver, heardMs, stored, shared, holeSinceMs, all);
    }
}
