package io.engram.tsdb.head;

import io.engram.model.write.SampleStatus;

/**
 * Decides about samples that are not newer than the last of their series, or older than what is kept, and puts those that
 * are within the tenant's window into the {@link LateStore}. Off the fast path; for one thread.
 */
final class LateSamples {
    private final SampleHistory history = new SampleHistory();
    private final BatchVerdict verdict;
    private TenantHead head;
    private long windowMs; // of this batch; -1 until it is needed

    LateSamples(BatchVerdict verdict) {
        this.verdict = verdict;
    }

    void begin(TenantHead to) {
        head = to;
        windowMs = -1;
    }

    /**
     * Judges a sample; true where it was stored, else the verdict has why not. The caller holds the stripe's lock.
     *
     * @param chunk the series' open chunk
     */
    boolean take(
            Stripe stripe,
            int series,
            long fingerprintLo,
            OpenChunk chunk,
            int sample,
            long timeMs,
            long valueBits,
            long cutMs) {
        long lastMs = chunk.lastMs();
        if (chunk.hasSamples() && timeMs == lastMs) {
            noteStored(sample, timeMs, valueBits == chunk.lastValueBits());
            return false;
        }
        boolean late = timeMs < lastMs;
        // A retry may bring what has been overtaken since: it is there, so the sender may forget it.
        if (late && history.findAnywhere(head, stripe, series, chunk, timeMs)) {
            noteStored(sample, timeMs, valueBits == history.valueBits());
            return false;
        }
        if (timeMs < cutMs) {
            verdict.note(sample, SampleStatus.TOO_OLD, cutMs);
            return false;
        }
        // Both ends of time may be there: the difference is taken as unsigned.
        if (!late
                || Long.compareUnsigned(lastMs - timeMs, windowMs()) > 0
                || !stripe.side.late(head).add(series, fingerprintLo, timeMs, valueBits)) {
            verdict.note(sample, SampleStatus.OUT_OF_ORDER, lastMs);
            return false;
        }
        chunk.mark(SideKind.LATE);
        stripe.lateSamples++;
        return true;
    }

    private long windowMs() {
        if (windowMs < 0) {
            windowMs = head.lateWindowMs();
        }
        return windowMs;
    }

    /** For recovery: stores a sample of the past, whatever the window, unless its time is taken. */
    boolean takeAgain(Stripe stripe, int series, long fingerprintLo, OpenChunk chunk, long timeMs, long valueBits) {
        if (timeMs == chunk.lastMs() || history.findAnywhere(head, stripe, series, chunk, timeMs)) {
            return false;
        }
        boolean added = stripe.side.late(head).add(series, fingerprintLo, timeMs, valueBits);
        if (added) {
            chunk.mark(SideKind.LATE);
        }
        return added;
    }

    private void noteStored(int sample, long timeMs, boolean same) {
        verdict.note(sample, same ? SampleStatus.DUPLICATE : SampleStatus.CONFLICT, timeMs);
    }
}
