package io.engram.compactor.job;

import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.Condition;
import io.engram.bucket.NoSuchObject;
import io.engram.bucket.StoredObject;
import io.engram.bucket.layout.ClaimMark;
import io.engram.bucket.layout.TenantBucket;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A job that this compactor is at, as the bucket says it. For the thread of the job and the one that renews. */
public final class JobClaim implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobClaim.class);

    private final JobClaims claims;
    private final TenantBucket bucket;
    private final String key;
    private ClaimMark mark; // guarded by this
    private String version; // guarded by this
    private String taker; // guarded by this; null while it is ours
    private boolean closed; // guarded by this

    JobClaim(JobClaims claims, TenantBucket bucket, String key, ClaimMark mark, String version) {
        this.claims = claims;
        this.bucket = bucket;
        this.key = key;
        this.mark = mark;
        this.version = version;
    }

    /**
     * Makes sure that the job is this compactor's, and for a life time from now on.
     *
     * @throws JobOvertaken where it is not any more, now and at every further call
     * @throws BucketUnavailable where nobody can tell: it is ours at least until it expires
     */
    public synchronized void renew() throws JobOvertaken, BucketUnavailable {
        check();
        if (closed) {
            return;
        }
        ClaimMark renewed = claims.fresh(mark.claimedAtMs());
        Optional<String> written = bucket.putIf(Condition.matches(version), key, renewed.print());
        if (written.isEmpty()) {
            // A renewal that failed may have been written all the same.
            written = bucket.putIf(Condition.matches(versionOfOurs()), key, renewed.print());
        }
        if (written.isEmpty()) {
            throw lost("somebody else");
        }
        mark = renewed;
        version = written.get();
    }

    /** @throws JobOvertaken where a renewal has found that somebody else took the job over */
    public synchronized void check() throws JobOvertaken {
        if (taker != null) {
            throw overtaken();
        }
    }

    private String versionOfOurs() throws JobOvertaken, BucketUnavailable {
        try {
            StoredObject there = bucket.get(key, ClaimMark.MAX_BYTES);
            ClaimMark found = JobClaims.read(there, bucket.name() + "/" + key);
            if (!found.owner().equals(mark.owner()) || found.claimedAtMs() != mark.claimedAtMs()) {
                throw lost(found.owner().isEmpty() ? "somebody else" : found.owner());
            }
            return there.info().version();
        } catch (NoSuchObject _) {
            throw lost("somebody who is done with it"); // or all of the tenant goes
        }
    }

    private JobOvertaken lost(String who) {
        taker = who;
        return overtaken();
    }

    private JobOvertaken overtaken() {
        return new JobOvertaken(taker + " has taken the job over");
    }

    /** Lets others have the job. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        claims.closed(this);
        // One that has expired may be another's by now, whatever we were told last.
        if (taker == null && claims.nowMs() < mark.expiresAtMs()) {
            try {
                bucket.delete(key);
            } catch (BucketUnavailable e) {
                LOG.warn("the claim of a compaction stays until it expires", e);
            }
        }
    }
}
