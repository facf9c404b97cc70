package io.engram.distributor.ha;

import io.engram.distributor.ha.ClusterState.Standby;
import java.util.List;

/**
 * Who of a cluster's replicas leads: a pure function of what was known, what happens, and when.
 *
 * <ol>
 *   <li>Who comes first leads. It stays the leader for as long as it sends.
 *   <li>Samples of the others that are not newer than what the leader has sent are left out. A write that has newer ones
 *       is held, until the leader has sent as much: only what is stored or held was ever told to be stored.
 *   <li>From when the leader is <em>late</em> the others are told to come back, so that their own logs keep what they have.
 *   <li>Where the leader has been silent as long as a fail-over takes, that one of the others leads which has been there
 *       longest. First what is held of it is written, then its requests are taken. Both leave out what is not newer than
 *       what the leader before had sent. So every time is that of one leader, and none is nobody's.
 *   <li>A leader that comes back before that leads on, unless it begins with a hole that another can fill: then that one
 *       leads at once. One that comes back later is one of the others.
 *   <li>Where several processes hear of the replicas, each tells the others now and then when it heard of the leader last
 *       and what it stored, and of standbys what they have, and one elects for all. A hole is one when it is there for
 *       longer than such news takes.
 * </ol>
 */
final class Election {
    /** Pairs have two; a sender that makes up replicas must not fill the memory. Those beyond cannot be elected. */
    static final int MAX_STANDBYS = 16;

    /** A replica that is silent for so long is forgotten, and a cluster with the last of its replicas. */
    static final long FORGET_AFTER_MS = 30 * 60_000L;

    /** When senders come back while a new leader's held writes are being written, or are about to be. */
    private static final long SOON_MS = 1000;

    private Election() {}

    /**
     * @param lateMs how long the leader may be silent before it is late
     * @param failoverMs how long before another is elected; longer
     */
    record Times(long lateMs, long failoverMs) {
        /** How often others are told that the leader sends: so that it is late for nobody because of that. */
        long shareMs() {
            return lateMs / 3;
        }

        /** How often others are told of a standby that sends: they need to know only when the leader comes back. */
        long shareStandbysMs() {
            return 2 * shareMs();
        }

        /** After how long it is known here what any process has stored. */
        long untoldMs(ClusterState state) {
            return state.shared() ? shareMs() + 2 * SOON_MS : 0;
        }
    }

    sealed interface Event {
        /** A request with samples of a replica came, from the oldest to the newest. */
        record Received(String replica, long oldestMs, long newestMs) implements Event {}

        /** Samples of a replica are durable. */
        record Written(String replica, long newestMs) implements Event {}

        /** Time has passed. */
        record Tick() implements Event {}

        /** All that was held of the new leader is written. */
        record TakenOver() implements Event {}

        /**
         * The store says who leads. Times as in {@link ClusterState}.
         *
         * @param holds whether something is held of the leader
         */
        record Adopted(Term term, long heardMs, long writtenMs, long holeSinceMs, boolean holds) implements Event {}

        /** Other processes have heard of replicas that do not lead. Times as in {@link ClusterState}. */
        record Told(List<Standby> standbys) implements Event {}
    }

    /**
     * @param reply what to do with a request, where one came, else null
     * @param agreed whether the store must take it before anybody acts by it: the leader is another than before, or one
     *     that is back while another process may be about to replace it
     */
    record Step(ClusterState state, Reply reply, boolean agreed) {}

    sealed interface Reply {
        /** That is it. */
        record Say(Verdict verdict) implements Reply {}

        /** Hold the write, then say that it is stored. */
        record Hold() implements Reply {}
    }

    private static final Reply STANDBY = new Reply.Say(new Verdict.Standby());

    static Step step(ClusterState state, Event event, long nowMs, Times times) {
        return switch (event) {
            case Event.Received received -> received(state, received, nowMs, times);
            case Event.Written(String replica, long newestMs) ->
                quiet(replica.equals(state.leader()) ? state.written(newestMs) : state);
            case Event.Tick() -> tick(state, nowMs, times);
            case Event.TakenOver() -> quiet(state.takenOver(nowMs));
            case Event.Adopted adopted ->
                quiet(
                        adopted.term.isSame(state.term())
                                ? state.told(adopted.heardMs, adopted.writtenMs, adopted.holeSinceMs)
                                : state.adopted(adopted));
            case Event.Told(List<Standby> standbys) -> quiet(state.toldOf(standbys, times.failoverMs));
        };
    }

    private static Step quiet(ClusterState state) {
        return new Step(state, null, false);
    }

    private static Step received(ClusterState state, Event.Received event, long nowMs, Times times) {
        if (state.leader().isEmpty()) {
            Term first = new Term(event.replica, nowMs, 0, state.term().afterMs());
            return new Step(state.led(first, false, nowMs), new Reply.Say(new Verdict.Take(first.afterMs())), true);
        }
        boolean leads = event.replica.equals(state.leader());
        Step hole = leads && hasHole(state, event, times) ? hole(state, nowMs, times) : null;
        if (hole != null) {
            return hole;
        }
        ClusterState heard =
                leads ? state.heard(nowMs, ClusterState.NO_HOLE) : standbyHeard(state, event, nowMs, times);
        long silentMs = Math.max(0, nowMs - heard.heardMs());
        Reply reply;
        if (state.takingOver() || silentMs >= times.lateMs) {
            long retryMs = state.takingOver() ? SOON_MS : Math.max(0, times.failoverMs - silentMs) + SOON_MS;
            reply = new Reply.Say(new Verdict.LeaderLate(state.leader(), silentMs, retryMs));
        } else if (leads) {
            reply = new Reply.Say(new Verdict.Take(state.term().afterMs()));
        } else {
            // One that cannot be elected need not be held.
            boolean ahead = event.newestMs > state.writtenMs() && heard.standby(event.replica) != null;
            reply = ahead ? new Reply.Hold() : STANDBY;
        }
        boolean isBack = leads && nowMs - state.heardMs() >= times.lateMs;
        boolean endsHole = leads && state.shared() && state.holeSinceMs() != ClusterState.NO_HOLE;
        return new Step(heard, reply, isBack || endsHole);
    }

    /** Whether the leader comes back with a hole: it was restarted. One that was only cut off begins where it ended. */
    private static boolean hasHole(ClusterState state, Event.Received event, Times times) {
        long holeMs = event.oldestMs - state.writtenMs();
        return !state.takingOver()
                && state.stored().moves() >= Stored.ENOUGH_MOVES
                && holeMs > Math.max(times.lateMs / 2, 2 * state.stored().usualMs());
    }

    /**
     * What to do about a hole: the standby that has what is missing leads, when everybody had the time to say that nothing is.
     * Until then nobody takes what lies behind it. Null where nobody can fill it, as far as is known.
     */
    private static Step hole(ClusterState state, long nowMs, Times times) {
        Standby filler = longestThere(state.standbys().stream()
                .filter(standby -> standby.sinceMs() < state.heardMs()
                        && nowMs - standby.heardMs() < times.failoverMs
                        && standby.newestMs() > state.writtenMs())
                .toList());
        boolean known = state.holeSinceMs() != ClusterState.NO_HOLE;
        if (filler == null && !known) {
            return null;
        }
        String next = filler == null ? state.leader() : filler.replica();
        Reply late = new Reply.Say(new Verdict.LeaderLate(next, 0, SOON_MS));
        long sinceMs = known ? state.holeSinceMs() : nowMs;
        if (nowMs - sinceMs < times.untoldMs(state)) {
            return new Step(state.heard(nowMs, sinceMs), late, !known);
        }
        if (filler != null) {
            return new Step(failover(state, filler, nowMs), late, true);
        }
        // Who knew of a filler hears no more of the leader, or the filler is gone.
        return nowMs - sinceMs < 2 * times.untoldMs(state) ? new Step(state.heard(nowMs, sinceMs), late, false) : null;
    }

    private static Standby longestThere(List<Standby> standbys) {
        Standby first = null;
        for (Standby standby : standbys) {
            if (first == null || standby.sinceMs() < first.sinceMs()) {
                first = standby;
            }
        }
        return first;
    }

    private static ClusterState standbyHeard(ClusterState state, Event.Received event, long nowMs, Times times) {
        Standby known = state.standby(event.replica);
        if (known == null && state.standbys().size() == MAX_STANDBYS) {
            return state;
        }
        boolean went = known == null || nowMs - known.heardMs() >= times.failoverMs;
        return state.with(new Standby(
                event.replica,
                went ? nowMs : known.sinceMs(),
                nowMs,
                known == null ? event.newestMs : Math.max(known.newestMs(), event.newestMs)));
    }

    private static Step tick(ClusterState state, long nowMs, Times times) {
        List<Standby> present = state.standbys().stream()
                .filter(standby -> nowMs - standby.heardMs() < FORGET_AFTER_MS)
                .toList();
        ClusterState current = present.size() == state.standbys().size() ? state : state.withStandbys(present);
        if (current.leader().isEmpty() || current.takingOver() || nowMs - current.heardMs() < times.failoverMs) {
            return quiet(current);
        }
        Standby next = longestThere(present.stream()
                .filter(standby -> nowMs - standby.heardMs() < times.failoverMs)
                .toList());
        return next == null ? quiet(current) : new Step(failover(current, next, nowMs), null, true);
    }

    private static ClusterState failover(ClusterState state, Standby next, long nowMs) {
        Term term = new Term(next.replica(), nowMs, state.term().failovers() + 1, state.writtenMs());
        return state.led(term, true, nowMs);
    }
}
