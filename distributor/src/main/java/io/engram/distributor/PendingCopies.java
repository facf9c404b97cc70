package io.engram.distributor;

import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.PendingPush;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/**
 * The copies of one batch on their way. Settled as soon as no copy that is still under way can change the answer; what
 * comes later is ignored here. Safe for many threads.
 *
 * <p>For each row, of as many copies as the replication factor says; those that the ring has no instance for, or whose
 * instance failed, count as failed:
 *
 * <ol>
 *   <li>A quorum took it: stored. If another copy does not know its series, it is said to be unknown, and sent again with
 *       labels: else that copy would be missing for ever.
 *   <li>So many refuse it for good that no quorum is left: refused. (For odd factors, that is a quorum as well. For even
 *       ones it is one less, or a sender would try for ever what two halves will not agree on.)
 *   <li>A quorum or a refusal is possible if copies learn the labels: its series is unknown.
 *   <li>Else the sender must try again: an instance has no room for the series, or the whole batch is a failure.
 * </ol>
 *
 * Exemplars fail no batch: one that has no quorum and was refused by any copy is refused.
 */
final class PendingCopies implements PendingPush {
    private final TenantId tenant;
    private final int wanted;
    private final int quorum;
    private final int rowCount;
    private final int firstExemplar;
    private final int[] groupOfRow;
    private final Runnable onMiss;
    private final CopyFailures failures = new CopyFailures();

    // By group; these are guarded by this.
    private final int[] answered;
    private final int[] failed;
    private RowVotes votes; // null while every answer took all
    /** Opened under this. A latch, because a virtual thread that waits for a monitor is woken by way of another thread. */
    private final CountDownLatch settled = new CountDownLatch(1);

    private Listener listener; // null until there is one, and when it was told

    /**
     * @param replicationFactor how many copies are wanted of each row
     * @param onMiss told where the sender must try again because some row has no quorum
     */
    PendingCopies(WriteBatch batch, CopyPlan plan, int replicationFactor, Runnable onMiss) {
        this.tenant = batch.tenant;
        this.wanted = replicationFactor;
        this.quorum = replicationFactor / 2 + 1;
        this.rowCount = batch.rowCount();
        this.firstExemplar = batch.sampleCount + batch.histograms.size();
        this.groupOfRow = plan.groupOfRow();
        this.onMiss = onMiss;
        this.answered = new int[plan.groupCount()];
        this.failed = new int[plan.groupCount()];
        Arrays.setAll(failed, group -> replicationFactor - plan.memberCount(group));
        settle();
    }

    /** @throws Failure where no row can get a quorum whatever is answered: asked before anything is sent */
    synchronized void refuseIfHopeless() {
        for (int missing : failed) {
            if (wanted - missing >= quorum) {
                return;
            }
        }
        throw failure(0);
    }

    /** Whether it can be said what becomes of every row. */
    boolean isSettled() {
        return settled.getCount() == 0;
    }

    /** @return false where that came too late to count */
    boolean answered(CopyPlan.Copy copy, WriteOutcome outcome) {
        synchronized (this) {
            if (isSettled()) {
                return false;
            }
            for (int group : copy.groups()) {
                answered[group]++;
            }
            if (outcome.refused() > 0) {
                votes = votes == null ? new RowVotes(rowCount) : votes;
                votes.add(copy.part(), outcome);
            }
            settle();
        }
        tell();
        return true;
    }

    /** @param why null where the instance was not tried, because it failed before */
    void failed(CopyPlan.Copy copy, RuntimeException why) {
        synchronized (this) {
            if (isSettled()) {
                return;
            }
            for (int group : copy.groups()) {
                failed[group]++;
            }
            failures.add(copy.instance().id(), why);
            settle();
        }
        tell();
    }

    private void settle() {
        if (canSettle()) {
            settled.countDown();
        }
    }

    private boolean canSettle() {
        for (int group = 0; group < answered.length; group++) {
            if (!isSettled(group, 0, 0, 0)) {
                return false;
            }
        }
        // Exemplars are judged by what is there when the rest is settled.
        for (int row = 0; votes != null && row < firstExemplar; row++) {
            if (votes.any(row) && !isSettled(group(row), votes.refused[row], votes.unknown[row], votes.full[row])) {
                return false;
            }
        }
        return true;
    }

    private boolean isSettled(int group, int refused, int unknown, int full) {
        int accepted = answered[group] - refused - unknown - full;
        int underWay = wanted - answered[group] - failed[group];
        return accepted + unknown >= quorum
                || isFinal(refused)
                || accepted + unknown + underWay < quorum && !isFinal(refused + unknown + underWay);
    }

    /** Whether so many refusals leave no quorum. */
    private boolean isFinal(int refused) {
        return refused > wanted - quorum;
    }

    private int group(int row) {
        return groupOfRow == null ? 0 : groupOfRow[row];
    }

    @Override
    public WriteOutcome await() throws InterruptedException {
        settled.await();
        synchronized (this) {
            return judge();
        }
    }

    @Override
    public void whenDone(Listener whenDone) {
        synchronized (this) {
            listener = whenDone;
        }
        tell();
    }

    /** Outside of the lock: whoever listens may go on with the next write. */
    private void tell() {
        Listener told;
        WriteOutcome outcome = null;
        RuntimeException failure = null;
        synchronized (this) {
            if (!isSettled() || listener == null) {
                return;
            }
            told = listener;
            listener = null;
            try {
                outcome = judge();
            } catch (RuntimeException e) {
                failure = e;
            }
        }
        told.done(outcome, failure);
    }

    private WriteOutcome judge() {
        return votes == null ? judgeGroups() : judgeRows();
    }

    private WriteOutcome judgeGroups() {
        for (int group = 0; group < answered.length; group++) {
            if (answered[group] < quorum) {
                throw failure(group);
            }
        }
        return WriteOutcome.ALL_STORED;
    }

    private WriteOutcome judgeRows() {
        WriteOutcome outcome = new WriteOutcome(rowCount);
        boolean[] judged = new boolean[answered.length];
        for (int row = 0; row < rowCount; row++) {
            judged[group(row)] = true;
            SampleStatus status = judge(row);
            if (status == null) {
                throw failure(group(row));
            }
            if (status != SampleStatus.STORED) {
                outcome.set(row, status, votes.detailMs(status, row));
            }
        }
        for (int group = 0; group < answered.length; group++) {
            if (!judged[group] && answered[group] < quorum) {
                throw failure(group); // metadata alone
            }
        }
        return outcome;
    }

    /** Null where the row makes the whole batch a failure. */
    private SampleStatus judge(int row) {
        int refused = votes.refused[row];
        int unknown = votes.unknown[row];
        int accepted = answered[group(row)] - refused - unknown - votes.full[row];
        if (accepted >= quorum) {
            return unknown > 0 ? SampleStatus.UNKNOWN_SERIES : SampleStatus.STORED;
        }
        if (isFinal(refused) || row >= firstExemplar && refused > 0) {
            return votes.refusal(row);
        }
        if (accepted + unknown >= quorum || isFinal(refused + unknown)) {
            return SampleStatus.UNKNOWN_SERIES;
        }
        return votes.full[row] > 0 ? SampleStatus.INSTANCE_SERIES_LIMIT : null;
    }

    private RuntimeException failure(int group) {
        onMiss.run();
        if (wanted == 1 && failures.first() != null) {
            return failures.first(); // there is nothing to add to what the only copy says
        }
        String taken = answered[group] + " of " + wanted + " ingesters took samples of tenant " + tenant + ", and "
                + quorum + " must (ring.replication-factor)";
        return new Failure(ErrorId.NO_QUORUM, taken + failures.text(), failures.first());
    }
}
