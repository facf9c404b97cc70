package io.engram.model.write;

/** What became of one sample in an ingester. */
public enum SampleStatus {
    STORED,
    /** Same time, same value as what is there: a retry, a success. */
    DUPLICATE,
    /** Same time as what is there, another value: the first stays. */
    CONFLICT,
    /** Older than its series' newest sample. */
    OUT_OF_ORDER,
    /** Older than all that the tenant still keeps. */
    TOO_OLD,
    /** A new series, and the instance's memory holds no more. */
    INSTANCE_SERIES_LIMIT,
    /** No labels came with it and the ingester does not know its fingerprint: send it again with labels. */
    UNKNOWN_SERIES;

    /** Whether the sender may forget the sample. */
    public boolean success() {
        return this == STORED || this == DUPLICATE;
    }
}
