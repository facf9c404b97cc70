package io.engram.distributor;

import io.engram.distributor.peers.Peer;
import io.engram.distributor.peers.Peers;
import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.PendingPush;
import io.engram.proto.Push;
import io.engram.ring.Instance;
import io.engram.ring.Ring;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Sends each series to the instances that the ring says hold it, and answers when enough of them have it ({@link
 * PendingCopies}). Slow copies are not waited for; instances that keep failing are spared for a while. Where all series
 * have the same instances, these get the batch as it is. Safe for many threads.
 */
public final class RingPush implements Push {
    private final Supplier<Ring> ring;
    private final BiFunction<Ring, TenantId, Ring> shard;
    private final int replicationFactor;
    private final Function<Instance, Push> pushes;
    private final Peers peers;
    private final LateUnknowns lateUnknowns = new LateUnknowns();

    /**
     * @param ring the newest
     * @param shard the part of a ring that a tenant's series are spread over
     * @param replicationFactor copies of each series, of which more than half must be stored. The ring may have fewer
     *     instances, then the others count as failed copies
     * @param pushes the way to an instance; asked for each batch
     */
    public RingPush(
            Supplier<Ring> ring,
            BiFunction<Ring, TenantId, Ring> shard,
            int replicationFactor,
            Function<Instance, Push> pushes,
            Peers peers) {
        this.ring = ring;
        this.shard = shard;
        this.replicationFactor = replicationFactor;
        this.pushes = pushes;
        this.peers = peers;
    }

    /**
     * Sends the batch to all that are to have it. {@link PendingPush#await} throws {@link ErrorId#NO_QUORUM} where too few
     * took some of it.
     *
     * @throws Failure where too few instances take writes: nothing is sent then
     */
    @Override
    public PendingPush push(WriteBatch batch) {
        Ring all = ring.get();
        Instance only = replicationFactor == 1 ? all.soleOwner() : null;
        if (only != null) {
            return pushes.apply(only).push(batch);
        }
        peers.keep(all);
        CopyPlan plan = CopyPlan.of(batch, shard.apply(all, batch.tenant).replicas(replicationFactor));
        if (plan.groupCount() == 0) {
            return () -> WriteOutcome.ALL_STORED;
        }
        if (plan.copies().isEmpty()) {
            throw new Failure(ErrorId.NO_OWNER, "no ingester on the ring is active");
        }
        PendingCopies pending = new PendingCopies(batch, plan, replicationFactor, peers::countQuorumMiss);
        pending.refuseIfHopeless();
        int rowCount = batch.rowCount();
        long[] unlabelled = LateUnknowns.unlabelledRows(batch);
        boolean[] unknown = lateUnknowns.take(unlabelled);
        batch.shared = new WriteBatch.SharedForm();
        try {
            for (CopyPlan.Copy copy : plan.copies()) {
                send(copy, batch, pending, unlabelled);
            }
        } finally {
            batch.shared = null;
        }
        return unknown == null ? pending : with(unknown, pending, rowCount);
    }

    private static PendingPush with(boolean[] unknown, PendingPush pending, int rowCount) {
        return new PendingPush() {
            @Override
            public WriteOutcome await() throws InterruptedException {
                return with(unknown, pending.await(), rowCount);
            }

            @Override
            public void whenDone(Listener listener) {
                pending.whenDone((outcome, failure) ->
                        listener.done(outcome == null ? null : with(unknown, outcome, rowCount), failure));
            }
        };
    }

    /** The outcome with stored rows of those series unknown that some copy did not know the last time. */
    private static WriteOutcome with(boolean[] unknown, WriteOutcome outcome, int rowCount) {
        WriteOutcome all = new WriteOutcome(rowCount);
        for (int row = 0; row < rowCount; row++) {
            SampleStatus status = outcome.of(row);
            if (status != SampleStatus.STORED) {
                all.set(row, status, outcome.firstDetailMs(status));
            } else if (row < unknown.length && unknown[row]) {
                all.set(row, SampleStatus.UNKNOWN_SERIES, 0);
            }
        }
        return all;
    }

    private void send(CopyPlan.Copy copy, WriteBatch whole, PendingCopies pending, long[] unlabelled) {
        Peer peer = peers.of(copy.instance().id());
        long call = Peer.SPARED;
        PendingPush push;
        try {
            Push way = pushes.apply(copy.instance());
            call = peer.begin(way.timesConnected());
            if (call == Peer.SPARED) {
                pending.failed(copy, null);
                return;
            }
            push = way.push(copy.part() == null ? whole : copy.part().batch());
        } catch (RuntimeException e) {
            peer.failed(call, e);
            pending.failed(copy, e);
            return;
        }
        if (copy.part() != null) {
            copy.part().sent();
        }
        long sent = call;
        push.whenDone((outcome, failure) -> {
            if (failure == null) {
                peer.answered(sent);
                if (!pending.answered(copy, outcome)) {
                    lateUnknowns.note(unlabelled, copy.part(), outcome);
                }
            } else {
                peer.failed(sent, failure);
                pending.failed(copy, failure);
            }
        });
    }
}
