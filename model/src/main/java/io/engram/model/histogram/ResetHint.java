package io.engram.model.histogram;

/** What is known of a counter reset between a histogram and the one before it; ordinals are those of the wire. */
public enum ResetHint {
    UNKNOWN,
    RESET,
    NOT_RESET,
    GAUGE
}
