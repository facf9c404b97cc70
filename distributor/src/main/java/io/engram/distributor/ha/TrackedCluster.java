package io.engram.distributor.ha;

import io.engram.distributor.ha.Election.Event;
import io.engram.distributor.ha.Election.Reply;
import io.engram.distributor.ha.Election.Step;
import io.engram.distributor.ha.ElectionStore.Elected;
import io.engram.model.TenantId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One cluster: does what {@link Election} decides, and holds writes of standbys. Safe for all threads. */
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

    private ClusterState state = ClusterState.NEW; // guarded by this, as all below
    private long version;
    private final Map<String, PriorityQueue<Held>> held = new HashMap<>();
    private long heldBytes;
    private boolean gone;

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
        adopt(nowMs);
    }

    private synchronized void adopt(long nowMs) {
        Elected elected = store.read(tenant, name);
        version = elected.version();
        if (!elected.leader().isEmpty()) {
            Event adopted = new Event.Adopted(elected.leader(), elected.electedMs(), elected.failovers());
            state = Election.step(state, adopted, nowMs, times).state();
        }
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
        Reply reply =
                run(new Event.Received(replica, oldestMs, newestMs), nowMs).reply();
        return switch (reply) {
            case Reply.Say(Verdict verdict) -> verdict;
            case Reply.Hold() ->
                hold(replica, new Held(write.get(), newestMs))
                        ? new Verdict.Standby()
                        : new Verdict.BufferFull(state.leader(), heldBytes);
        };
    }

    /** Runs an event; where it elects, the store knows it before anybody acts by it. */
    private Step run(Event event, long nowMs) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Step step = Election.step(state, event, nowMs, times);
            if (!step.elected() || store.write(tenant, name, version, step.state())) {
                if (step.elected()) {
                    version++;
                    tell(state, step.state(), nowMs);
                }
                state = step.state();
                return step;
            }
            adopt(nowMs); // another process was faster
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
        run(new Event.Written(replica, newestMs), nowMs);
        if (heldBytes > 0 && replica.equals(state.leader())) {
            held.forEach((standby, writes) -> {
                if (!standby.equals(replica)) {
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
        return new Next(first.write, state.leader(), state.afterMs());
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
        if (!gone && (now || nowMs - state.anyHeardMs() >= Election.FORGET_AFTER_MS)) {
            gone = true;
            List.copyOf(held.keySet()).forEach(this::drop);
            held.clear();
            store.clear(tenant, name, version);
        }
        return gone;
    }

    synchronized ClusterStatus status() {
        return new ClusterStatus(tenant, name, state, heldBytes);
    }
}
