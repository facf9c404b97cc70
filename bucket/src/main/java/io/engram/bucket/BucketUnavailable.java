package io.engram.bucket;

/** The store refused or could not. What was asked to be written may have been written all the same. */
public final class BucketUnavailable extends BucketException {
    private static final long serialVersionUID = 1L;
    private final Reason reason;

    /** Why, in as many kinds as a caller must tell apart. */
    public enum Reason {
        /** Too many requests. */
        SLOW_DOWN(true),
        /** The network, a time-out, or a mistake of the store. */
        FAILED(true),
        /** Fewer bytes came than were asked for or announced. */
        SHORT_BODY(true),
        /** The thread was interrupted. */
        INTERRUPTED(true),
        /** The disk or the quota of the store is full. */
        FULL(true),
        /** The credentials may not do it. */
        PERMISSION_DENIED(false),
        /** The object is not what it must be: too big, too short for the range. */
        UNFIT(false),
        /** The request breaks a rule of the store, or the bucket does not exist. */
        REFUSED(false),
        /** A file on this side cannot be read or written. */
        LOCAL_FILE(false);

        private final boolean retryable;

        Reason(boolean retryable) {
            this.retryable = retryable;
        }
    }

    public BucketUnavailable(
            Reason reason, Operation operation, String bucket, String key, String problem, Throwable cause) {
        super(operation, bucket, key, problem, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Whether the same call may succeed later without anybody changing anything. */
    public boolean retryable() {
        return reason.retryable;
    }
}
