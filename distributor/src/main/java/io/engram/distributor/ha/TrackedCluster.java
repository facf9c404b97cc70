package io.engram.distributor.ha;

import io.engram.distributor.ha.ClusterState.Standby;
import io.engram.distributor.ha.Election.Event;
import io.engram.distributor.ha.Election.Reply;
import io.engram.distributor.ha.Election.Step;
import io.engram.distributor.ha.ElectionStore.Elected;
import io.engram.distributor.ha.ElectionStore.Present;
import io.engram.model.TenantId;
import io.engram.ring.KeyValueStore;
import io.engram.ring.StoreUnavailableException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One cluster: does what {@link Election} decides, agrees on it with other processes, and holds writes of standbys. Safe for
 * all threads.
 */
final class TrackedCluster {
    private static final Logger LOG = LoggerFactory.getLogger(TrackedCluster.class);

    /** How often a lost race for the store is run again: as many processes do not elect in the same moment. */
    private static final int MAX_ATTEMPTS = 10;

    final TenantId tenant;
    final String name;
    private final Election.Times times;
    private final ElectionStore store;
    private final HeldBytes budget;
    private final HaCounters counters;
    private final SharedStandbys standbys; // guarded by this, but for its writes

    private ClusterState state = ClusterState.NEW; // guarded by this, as all below
    private long version;
    private Elected shared; // what was last read or written
    private long sharedMs;
    private boolean unsure; // what was read first may be old: the leader may be about to be replaced
    private long writtenUntoldMs; // since when more is stored than shared says, where it is
    private final Map<String, PriorityQueue<Held>> held = new HashMap<>();
    private long heldBytes;
    private boolean gone;

    private volatile Elected seen; // the newest that the store told
    private volatile KeyValueStore.Watch watch = () -> {};

    /** @param newestMs the newest sample of the replica in the write */
    private record Held(HeldWrite write, long newestMs) {}

    TrackedCluster(
            TenantId tenant,
            String name,
            Election.Times times,
            ElectionStore store,
            HeldBytes budget,
            HaCounters counters,
            long nowMs) {
        this.tenant = tenant;
        this.name = name;
        this.times = times;
        this.store = store;
        this.budget = budget;
        this.counters = counters;
        this.standbys = new SharedStandbys(store, tenant, name, times.shareStandbysMs());
        adopt(store.read(tenant, name), nowMs);
        this.unsure = !state.leader().isEmpty();
    }

    /**
     * Begins to follow what other processes write.
     *
     * @return this
     */
    TrackedCluster watched() {
        watch = store.watch(tenant, name, elected -> seen = elected);
        standbys.follow();
        return this;
    }

    /** Takes over what other processes have written since this one last looked. */
    private void catchUp(long nowMs) {
        Elected newest = seen;
        if (newest != null && newest.version() > version) {
            adopt(newest, nowMs);
            unsure = false;
        }
        List<Standby> told = standbys.told(nowMs);
        if (!told.isEmpty()) {
            state = Election.step(state, new Event.Told(told), nowMs, times).state();
        }
    }

    private synchronized void adopt(Elected elected, long nowMs) {
        version = elected.version();
        shared = elected;
        sharedMs = nowMs;
        String leader = elected.term().leader();
        if (!leader.isEmpty()) {
            String before = state.leader();
            Event adopted = new Event.Adopted(
                    elected.term(),
                    nowMs - elected.silentMs(),
                    elected.writtenMs(),
                    elected.holeSinceMs(nowMs),
                    held.containsKey(leader));
            state = Election.step(state, adopted, nowMs, times).state();
            if (!before.isEmpty() && !before.equals(leader)) {
                LOG.atInfo()
                        .addKeyValue("tenant", tenant)
                        .addKeyValue("cluster", name)
                        .addKeyValue("replica", leader)
                        .addKeyValue("before", before)
                        .log("HA tracker: another distributor elected another replica");
            }
            trimHeld();
        }
    }

    /**
     * Tells other processes what this one has heard of the leader, where that is news. Does not hold the lock while the
     * store is asked, so that no request waits for it.
     */
    void share(long nowMs) {
        Elected news = news(nowMs);
        if (news != null && store.write(tenant, name, news)) {
            shared(news, nowMs);
        }
        Present present = standbysDue(nowMs);
        if (present != null && standbys.write(present)) {
            toldOfStandbys(present, nowMs);
        }
    }

    private synchronized Present standbysDue(long nowMs) {
        return gone ? null : standbys.due(state, nowMs);
    }

    private synchronized void toldOfStandbys(Present present, long nowMs) {
        standbys.written(present, nowMs);
    }

    /**
     * Null where nothing is due. That something is stored is told a while later, for others must not store it again, and at
     * once where they see a hole there; that the leader was heard only where nobody else says so, or all would write the same.
     */
    private synchronized Elected news(long nowMs) {
        catchUp(nowMs);
        boolean silentForOthers = state.heardMs() - (sharedMs - shared.silentMs()) >= times.shareMs();
        boolean untold = state.writtenMs() > shared.writtenMs();
        boolean storedUntold = untold && nowMs - writtenUntoldMs >= times.shareMs();
        boolean wasNoHole = untold && shared.holeMs() != Elected.NO_HOLE;
        return !gone && !state.leader().isEmpty() && (silentForOthers || storedUntold || wasNoHole)
                ? Elected.of(version, state, nowMs)
                : null;
    }

    private synchronized void shared(Elected written, long nowMs) {
        version = Math.max(version, written.version() + 1);
        shared = written;
        sharedMs = nowMs;
        unsure = false;
    }

    /**
     * Says what to do with a replica's samples.
     *
     * @param oldestMs their oldest
     * @param newestMs their newest
     * @param write makes a copy of the request; called only where it is held
     * @return null where the cluster was forgotten in this moment: ask for it again
     */
    synchronized Verdict received(String replica, long oldestMs, long newestMs, long nowMs, Supplier<HeldWrite> write) {
        if (gone) {
            return null;
        }
        Reply reply = received(new Event.Received(replica, oldestMs, newestMs), nowMs);
        return switch (reply) {
            case Reply.Say(Verdict verdict) -> verdict;
            case Reply.Hold() ->
                hold(replica, new Held(write.get(), newestMs))
                        ? new Verdict.Standby()
                        : new Verdict.BufferFull(state.leader(), heldBytes);
        };
    }

    private Reply received(Event.Received event, long nowMs) {
        catchUp(nowMs);
        try {
            return run(event, nowMs).reply();
        } catch (StoreUnavailableException e) {
            if (unsure || !event.replica().equals(state.leader())) {
                throw e;
            }
            // Nobody else can be elected now: it leads on, though it missed something.
            state = state.heard(nowMs, state.holeSinceMs());
            return new Reply.Say(new Verdict.Take(state.term().afterMs()));
        }
    }

    /** Runs an event; what must be agreed on the store knows before anybody acts by it. */
    private Step run(Event event, long nowMs) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Step step = Election.step(state, event, nowMs, times);
            if (!step.agreed() && !(unsure && step.reply() instanceof Reply.Say(Verdict.Take _))) {
                state = step.state();
                return step;
            }
            Elected elected = Elected.of(version, step.state(), nowMs);
            if (store.write(tenant, name, elected)) {
                shared(elected, nowMs);
                if (!step.state().leader().equals(state.leader())) {
                    tell(state, step.state(), nowMs);
                }
                state = step.state();
                return step;
            }
            adopt(store.read(tenant, name), nowMs); // another process was faster
        }
        throw new IllegalStateException(
                "could not write who leads " + name + " of tenant " + tenant + " in " + MAX_ATTEMPTS + " attempts");
    }

    private void tell(ClusterState before, ClusterState after, long nowMs) {
        if (before.leader().isEmpty()) {
            LOG.atInfo()
                    .addKeyValue("tenant", tenant)
                    .addKeyValue("cluster", name)
                    .addKeyValue("replica", after.leader())
                    .log("HA tracker: elected the first replica that sent");
        } else {
            counters.failovers.inc();
            LOG.atWarn()
                    .addKeyValue("tenant", tenant)
                    .addKeyValue("cluster", name)
                    .addKeyValue("replica", after.leader())
                    .addKeyValue("before", before.leader())
                    .addKeyValue("silent_ms", nowMs - before.heardMs())
                    .addKeyValue("held_bytes", heldBytes)
                    .log("HA tracker: the leader is silent or has missed scrapes, elected another replica");
        }
    }

    private boolean hold(String replica, Held one) {
        long bytes = one.write.heldBytes();
        if (!budget.reserve(heldBytes, bytes)) {
            return false;
        }
        heldBytes += bytes;
        held.computeIfAbsent(replica, _ -> new PriorityQueue<>(Comparator.comparingLong(Held::newestMs)))
                .add(one);
        return true;
    }

    /** Notes that a replica's samples up to {@code newestMs} are durable: who is behind that need not be held. */
    synchronized void written(String replica, long newestMs, long nowMs) {
        boolean told = state.writtenMs() <= shared.writtenMs();
        run(new Event.Written(replica, newestMs), nowMs);
        if (told) {
            writtenUntoldMs = nowMs;
        }
        if (replica.equals(state.leader())) {
            trimHeld();
        }
    }

    /** Lets go what the leader has sent, too. */
    private void trimHeld() {
        if (heldBytes > 0) {
            held.forEach((standby, writes) -> {
                if (!standby.equals(state.leader())) {
                    trim(writes);
                }
            });
        }
    }

    private void trim(PriorityQueue<Held> writes) {
        while (!writes.isEmpty() && writes.peek().newestMs <= state.writtenMs()) {
            release(writes.poll());
        }
    }

    private void release(Held one) {
        heldBytes -= one.write.heldBytes();
        budget.release(one.write.heldBytes());
    }

    /** Elects another replica where the leader has been silent for long. Returns whether held writes are to be written. */
    synchronized boolean tick(long nowMs) {
        if (!gone) {
            catchUp(nowMs);
            run(new Event.Tick(), nowMs);
            held.keySet()
                    .removeIf(replica ->
                            !replica.equals(state.leader()) && state.standby(replica) == null && drop(replica));
        }
        return state.takingOver();
    }

    private boolean drop(String replica) {
        PriorityQueue<Held> writes = held.get(replica);
        counters.droppedWrites.inc(writes.size());
        writes.forEach(this::release);
        return true;
    }

    /** What of the new leader's is to be written next, with those of its samples that are not newer left out. */
    record Next(HeldWrite write, String replica, long afterMs) {}

    /** The first held write of the new leader, or null: then it has taken over. It stays held until {@link #wrote}. */
    synchronized Next next(long nowMs) {
        PriorityQueue<Held> writes = held.get(state.leader());
        Held first = writes == null || gone ? null : writes.peek();
        if (first == null) {
            held.remove(state.leader());
            run(new Event.TakenOver(), nowMs);
            return null;
        }
        return new Next(first.write, state.leader(), state.term().afterMs());
    }

    /** The write that {@link #next} gave need not be held any more. */
    synchronized void wrote(Next done) {
        PriorityQueue<Held> writes = held.get(done.replica);
        if (writes != null && !writes.isEmpty() && writes.peek().write == done.write) {
            release(writes.poll());
        }
    }

    /** Forgets the cluster where all its replicas are silent, or where {@code now} says so; true where that was done. */
    synchronized boolean forget(boolean now, long nowMs) {
        catchUp(nowMs);
        if (!gone && (now || nowMs - state.anyHeardMs() >= Election.FORGET_AFTER_MS)) {
            gone = true;
            List.copyOf(held.keySet()).forEach(this::drop);
            held.clear();
            watch.close();
            standbys.close();
            store.clear(tenant, name, version);
        }
        return gone;
    }

    synchronized ClusterStatus status() {
        return new ClusterStatus(tenant, name, state, heldBytes);
    }
}
