package io.engram.querier.blocks;

import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.index.BucketIndex;
import io.engram.bucket.index.BucketIndexCopies;
import io.engram.bucket.index.BucketIndexFile;
import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.time.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bucket index of one tenant: in memory, and as a copy on the local disk. Safe for many threads. One at a time asks the
 * bucket; while an index is known, the others answer from it and do not wait.
 */
final class KnownIndex {
    private static final Logger LOG = LoggerFactory.getLogger(KnownIndex.class);

    /** After a failure the last index serves so long before the bucket is asked again, or every query would wait for it. */
    private static final long PATIENCE_MS = 10_000;

    /** So often at most it is saved again that there is none. */
    private static final long SAVE_MS = 60_000;

    private final TenantId tenant;
    private final BucketIndexFile file;
    private final BucketIndexCopies copies;
    private final Duration refresh;
    private final Duration maxAge;
    private final Clock clock;
    /** Held by who asks the bucket, and who replaces what is known. */
    private final ReentrantLock reading = new ReentrantLock();

    private volatile State state = new State(null, null, "", 0); // written under the lock
    private volatile boolean changed;
    private volatile long patientUntilMs; // written under the lock
    private long savedMs = Long.MIN_VALUE; // guarded by the lock
    private volatile long askedMs;

    /**
     * @param known null before the first time
     * @param problem why the last reading failed; null where it succeeded
     * @param why the same in words; empty where it succeeded
     * @param readings how many there have been
     */
    private record State(BucketIndexCopies.Copy known, Failure problem, String why, int readings) {}

    KnownIndex(
            TenantId tenant,
            BucketIndexFile file,
            BucketIndexCopies copies,
            Duration refresh,
            Duration maxAge,
            Clock clock) {
        this.tenant = tenant;
        this.file = file;
        this.copies = copies;
        this.refresh = refresh;
        this.maxAge = maxAge;
        this.clock = clock;
        this.askedMs = clock.nowMs();
    }

    /** When somebody asked last. */
    long askedMs() {
        return askedMs;
    }

    /** It is not as it was: the bucket is asked before the next answer. */
    void changed() {
        changed = true;
    }

    /** Takes over what was stored in the bucket just now. */
    void stored(BucketIndex index) {
        reading.lock();
        try {
            BucketIndexCopies.Copy known = state.known;
            boolean newer = known == null
                    || known.index().isEmpty()
                    || known.index().get().updatedAtS() <= index.updatedAtS();
            if (newer) {
                learn(Optional.of(index));
            }
            patientUntilMs = 0; // the bucket is well, whatever is known
        } finally {
            reading.unlock();
        }
        changed = true; // somebody else may have stored another one since
    }

    /**
     * The index; empty where the tenant has none.
     *
     * @throws Failure {@link ErrorId#BLOCKS_UNKNOWN} where nobody knows; {@link ErrorId#BUCKET_INDEX_TOO_OLD} where what is
     *     known is older than it may be
     */
    Optional<BucketIndex> index() {
        askedMs = clock.nowMs();
        if (isDue()) {
            refresh();
        }
        State now = state;
        BucketIndexCopies.Copy last = now.known;
        if (last == null) {
            throw now.problem;
        }
        long nowMs = clock.nowMs();
        if (last.index().isEmpty()) {
            if (now.problem != null && !maxAge.isZero() && nowMs - last.readMs() > maxAge.toMillis()) {
                throw now.problem;
            }
            return last.index();
        }
        BucketIndexFile.checkAge(last.index().get(), tenant, nowMs, maxAge, now.why);
        return last.index();
    }

    private boolean isDue() {
        State now = state;
        if (now.known == null) {
            return true;
        }
        long nowMs = clock.nowMs();
        return nowMs >= patientUntilMs
                && (changed || now.problem != null || nowMs - now.known.readMs() >= refresh.toMillis());
    }

    private void refresh() {
        State before = state;
        if (before.known != null && !changed) {
            if (!reading.tryLock()) {
                return; // somebody asks the bucket: what is known is good enough until then
            }
        } else {
            try {
                reading.lockInterruptibly();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw unknown("the thread that waited for the bucket index was interrupted", e);
            }
        }
        try {
            // Whoever waited for a reading that failed shares its failure, and does not wait for one more.
            boolean failedMeanwhile = state.readings != before.readings && state.problem != null;
            if (isDue() && !failedMeanwhile) {
                read();
            }
        } finally {
            reading.unlock();
        }
    }

    private void read() {
        changed = false; // before: what changes meanwhile is read again
        try {
            switch (file.load()) {
                case BucketIndexFile.Loaded.Missing _ -> learn(Optional.empty());
                case BucketIndexFile.Loaded.Present present -> learn(Optional.of(present.index()));
                case BucketIndexFile.Loaded.Damaged damaged -> {
                    // Where there was none there is one after all.
                    boolean none = state.known != null && state.known.index().isEmpty();
                    failed(none ? null : state.known, "the bucket index is damaged: " + damaged.problem(), null);
                }
            }
        } catch (BucketUnavailable e) {
            failed(state.known == null ? copy() : state.known, "the bucket index cannot be read: " + e.getMessage(), e);
        }
    }

    private void failed(BucketIndexCopies.Copy last, String why, Exception cause) {
        patientUntilMs = clock.nowMs() + Math.min(refresh.toMillis(), PATIENCE_MS);
        state = new State(last, unknown(why, cause), why, state.readings + 1);
    }

    private void learn(Optional<BucketIndex> index) {
        BucketIndexCopies.Copy before = state.known;
        BucketIndexCopies.Copy now = new BucketIndexCopies.Copy(index, clock.nowMs());
        state = new State(now, null, "", state.readings + 1);
        patientUntilMs = 0;
        boolean same = before != null && before.index().equals(index);
        // When there was none counts, as nothing else tells how old that is.
        boolean old = index.isEmpty() && now.readMs() - savedMs >= SAVE_MS;
        if (same && savedMs != Long.MIN_VALUE && !old) {
            return;
        }
        try {
            copies.save(tenant, now);
            savedMs = now.readMs();
        } catch (IOException e) {
            LOG.warn(
                    "the index of blocks cannot be kept on the local disk, a start while the bucket fails would not know it"
                            + " tenant={} reason=\"{}\"",
                    tenant,
                    e.toString());
        }
    }

    private BucketIndexCopies.Copy copy() {
        try {
            return copies.load(tenant).orElse(null);
        } catch (IOException e) {
            LOG.warn("a copy of an index of blocks is of no use tenant={} reason=\"{}\"", tenant, e.getMessage());
            return null;
        }
    }

    /** Where the tenant has no blocks, nothing stays on the disk: names that were made up would fill it. */
    void forget() {
        BucketIndexCopies.Copy last = state.known;
        if (last != null && last.index().isEmpty()) {
            try {
                copies.delete(tenant);
            } catch (IOException e) {
                LOG.warn("a copy that says of a tenant that it has no blocks stays reason=\"{}\"", e.toString());
            }
        }
    }

    private Failure unknown(String why, Exception cause) {
        return new Failure(
                ErrorId.BLOCKS_UNKNOWN, "tenant " + tenant + ": which blocks it has is not known: " + why, cause);
    }
}
