package io.engram.model.failure;

/** Why a request was not served, in as many kinds as a caller must tell apart. {@code server} maps each to a status. */
public enum Cause {
    /** The request breaks a rule: sending it again will not help. */
    BAD_REQUEST,
    UNAUTHENTICATED,
    FORBIDDEN,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    NOT_ACCEPTABLE,
    TOO_LARGE,
    UNSUPPORTED_TYPE,
    /** Too slow a sender. */
    REQUEST_TIMEOUT,
    /** The tenant sends more than it may: later is fine. */
    RATE_LIMITED,
    /** A query asks for more than the tenant's may: less of it, or a higher limit, will do. */
    QUERY_TOO_LARGE,
    /** We cannot now: the caller must try again. */
    UNAVAILABLE,
    /** Corrupt data or our own mistake. */
    BROKEN
}
