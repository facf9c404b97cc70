package io.engram.compactor.job;

import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.Condition;
import io.engram.bucket.NoSuchObject;
import io.engram.bucket.StoredObject;
import io.engram.bucket.layout.BlockPaths;
import io.engram.bucket.layout.ClaimMark;
import io.engram.bucket.layout.TenantBucket;
import io.engram.compactor.plan.PlannedJob;
import io.engram.model.block.BlockId;
import io.engram.model.json.DamagedJson;
import io.engram.model.time.Clock;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps compactors whose views of the ring differ from doing the same job at the same time: before a job one writes a claim
 * beside the tenant's marks by conditional put, renews it while it is at the job, and removes it afterwards. One that nobody
 * renews can be taken over when it expires; its own a compactor takes over at once, as it was killed then. A claim saves
 * work: where clocks are off by more than its life time, two do the job, and no harm.
 *
 * <p>For any number of threads.
 */
public final class JobClaims {
    private static final Logger LOG = LoggerFactory.getLogger(JobClaims.class);
    /** How long the jobs of a compactor that died wait for another one. */
    public static final long LIFE_TIME_MS = 600_000;
    /** A claim outlives two renewals that fail. */
    public static final long RENEWAL_MS = 180_000;
    /** Each lost race is another's claim or its end. */
    private static final int MAX_RACES = 5;

    private final String self;
    private final Clock clock;
    private final Set<JobClaim> held = ConcurrentHashMap.newKeySet();

    /** @param self the instance, the same after a restart, and nobody else's */
    public JobClaims(String self, Clock clock) {
        this.self = self;
        this.clock = clock;
    }

    /** What came of asking for a job. */
    public sealed interface Claimed {
        /** It is ours until the claim is closed. */
        record Ours(JobClaim claim) implements Claimed {}

        /** Somebody else is at it. */
        record Theirs(String owner, long expiresAtMs) implements Claimed {}
    }

    public Claimed claim(TenantBucket bucket, PlannedJob job) throws BucketUnavailable {
        String key = BlockPaths.claim(name(job));
        Claimed.Theirs theirs = new Claimed.Theirs("", 0);
        Condition condition = Condition.ABSENT;
        for (int i = 0; i < MAX_RACES; i++) {
            ClaimMark ours = fresh(clock.nowMs());
            Optional<String> version = bucket.putIf(condition, key, ours.print());
            if (version.isPresent()) {
                JobClaim claim = new JobClaim(this, bucket, key, ours, version.get());
                held.add(claim);
                return new Claimed.Ours(claim);
            }
            try {
                StoredObject there = bucket.get(key, ClaimMark.MAX_BYTES);
                ClaimMark mark = read(there, bucket.name() + "/" + key);
                theirs = new Claimed.Theirs(mark.owner(), mark.expiresAtMs());
                if (!mark.owner().equals(self) && clock.nowMs() < mark.expiresAtMs()) {
                    return theirs;
                }
                condition = Condition.matches(there.info().version());
            } catch (NoSuchObject _) {
                condition = Condition.ABSENT; // its owner has just let go of it
            }
        }
        return theirs;
    }

    /** Of the same blocks in the same range, whoever plans it. */
    static String name(PlannedJob job) {
        String identity = job.rangeStartMs() + "-" + job.rangeEndMs() + " "
                + job.ids().stream().sorted().map(BlockId::toString).collect(Collectors.joining(" "));
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(identity.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(hash, 0, hash.length / 2);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** One that cannot be read is nobody's and has expired. */
    static ClaimMark read(StoredObject object, String where) {
        try {
            return ClaimMark.read(object.bytes(), where);
        } catch (DamagedJson e) {
            LOG.warn("the claim of a compaction counts as none problem={}", e.getMessage());
            return new ClaimMark("", 0, 0);
        }
    }

    ClaimMark fresh(long claimedAtMs) {
        return new ClaimMark(self, claimedAtMs, clock.nowMs() + LIFE_TIME_MS);
    }

    long nowMs() {
        return clock.nowMs();
    }

    /** Renews the claims of all jobs that are under way; to be called every {@link #RENEWAL_MS}. */
    public void renewAll() {
        for (JobClaim claim : held) {
            try {
                claim.renew();
            } catch (JobOvertaken e) {
                LOG.info("a compaction ends at its next step: {}", e.getMessage());
            } catch (BucketUnavailable | RuntimeException e) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                LOG.warn("cannot renew the claim of a compaction, will try again", e);
            }
        }
    }

    void closed(JobClaim claim) {
        held.remove(claim);
    }
}
