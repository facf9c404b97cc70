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
    TENANT_SEVERAL(
            Cause.BAD_REQUEST,
            "The request names more than one tenant.",
            "Send one X-Scope-OrgID header with one tenant id."),
    OPERATOR_ONLY(
            Cause.FORBIDDEN,
            "The path changes or shows how the server works, and the request did not come from the same machine.",
            "Call it on the machine itself (127.0.0.1)."),
    PATH_UNKNOWN(Cause.NOT_FOUND, "Nothing is served at the path of the request.", "Compare the path with the API's."),
    METHOD_NOT_ALLOWED(
            Cause.METHOD_NOT_ALLOWED,
            "The path is served, but not with this method.",
            "Use a method that the header Allow names."),
    REQUEST_MALFORMED(
            Cause.BAD_REQUEST,
            "The request line, a header, a path or a parameter is not legal HTTP, URL encoding or UTF-8.",
            "Correct the client; a proxy in between may be at fault."),
    REQUEST_TOO_LARGE(
            Cause.TOO_LARGE,
            "The body, the form or the headers of the request have more bytes than may be.",
            "Send less at a time, or raise the key that the message names."),
    REQUEST_TOO_SLOW(
            Cause.REQUEST_TIMEOUT,
            "The body of the request came too slowly, or stopped coming.",
            "Look at the network between sender and server, or lower server.min-body-rate-bytes."),
    SERVER_BUSY(
            Cause.UNAVAILABLE,
            "As many requests as may be are being served already.",
            "Send again after Retry-After; if it lasts, add capacity or raise server.max-concurrent-requests."),
    NOT_READY(
            Cause.UNAVAILABLE,
            "The server is starting and cannot serve yet.",
            "Send again after Retry-After; /ready says what is awaited and how far it is."),
    SHUTTING_DOWN(
            Cause.UNAVAILABLE,
            "The server is stopping.",
            "Send again: another instance, or the next start, serves it."),
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
