package io.engram.model.failure;

import java.util.Locale;

/**
 * The permanent names of refusals. A name never changes once released; {@code docs/errors.md} is made from this list
 * and a test compares the two.
 */
public enum ErrorId {
    TENANT_MISSING(
            Cause.UNAUTHENTICATED,
            "The request has no X-Scope-OrgID header and this server requires one.",
            "Send the header, or start the server without --auth.require-tenant."),
    TENANT_INVALID(
            Cause.BAD_REQUEST,
            "The tenant id breaks a rule: 1 to 150 of a-zA-Z0-9!-_.*'(), not '.', '..' or a reserved name.",
            "Change the X-Scope-OrgID that the sender or Grafana sends."),
    WAL_UNAVAILABLE(
            Cause.UNAVAILABLE,
            "The write-ahead log cannot be written: the disk is full, broken, or far too slow.",
            "Free space in the ingester's data folder or replace the disk; writing resumes by itself. Senders retry."),
    INTERNAL(Cause.BROKEN, "A mistake of ours, or damaged data.", "Look into the log; report it with the log lines.");

    private final Cause cause;
    private final String meaning;
    private final String remedy;

    ErrorId(Cause cause, String meaning, String remedy) {
        this.cause = cause;
        this.meaning = meaning;
        this.remedy = remedy;
    }

    public Cause cause() {
        return cause;
    }

    /** What happened, in a sentence for {@code docs/errors.md}. */
    public String meaning() {
        return meaning;
    }

    /** What the operator or the sender can do. */
    public String remedy() {
        return remedy;
    }

    /** As it stands at the end of every message: {@code err-engram-tenant-missing}. */
    public String code() {
        return "err-engram-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
