package io.engram.model.limits;

/** What a sender is told whose samples would begin series beyond a limit. */
public enum SeriesLimitAction {
    /** A final refusal, 400, that names the limit: the sender logs it and goes on. */
    REJECT,
    /** Success: what was left out is only counted. */
    DROP
}
