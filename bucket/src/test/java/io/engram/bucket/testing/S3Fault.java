package io.engram.bucket.testing;

/** A way in which {@link S3Fake} fails. */
public enum S3Fault {
    /** 500, nothing done. */
    INTERNAL_ERROR,
    /** 503 {@code SlowDown}, nothing done. */
    SLOW_DOWN,
    /** 403 {@code AccessDenied}, nothing done. */
    DENIED,
    /** The connection is closed before an answer, nothing done. */
    RESET,
    /** Done, and the connection closed before the answer. */
    LOST_ANSWER,
    /** Half of the body that was announced, then the connection is closed. Answers without a body are {@link #RESET}. */
    TRUNCATED,
    /** Right, but half of the body comes late by {@link S3Fake#setSlowMs}; answers without a body come as a whole so late. */
    SLOW,
    /** One bit of the body is another. */
    FLIPPED_BIT,
    /** No answer before {@link S3Fake#release} or {@link S3Fake#close}; then done. */
    HANG
}
