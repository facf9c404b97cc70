package io.engram.model.write;

/** What became of one sample, histogram or exemplar in an ingester. */
public enum SampleStatus {
    STORED,
    /** Same time, same value as what is there: a retry, a success. */
    DUPLICATE,
    /** Same time as what is there, another value: the first stays. */
    CONFLICT,
    /** Older than its series' newest sample, by more than the tenant's window. */
    OUT_OF_ORDER,
    /** Older than all that the tenant still keeps. */
    TOO_OLD,
    /** A new series, and the instance's memory holds no more. */
    INSTANCE_SERIES_LIMIT,
    /** A new series, and the tenant has as many as it may. */
    TENANT_SERIES_LIMIT,
    /** A new series of a metric that has as many as one may. */
    METRIC_SERIES_LIMIT,
    /** A new series, and one of the tenant's budgets for label sets is used up. */
    LABEL_SET_SERIES_LIMIT,
    /** An exemplar older than the newest of its series, or of a series that is not there. */
    EXEMPLAR_REFUSED,
    /** No labels came with it and the ingester does not know its fingerprint: send it again with labels. */
    UNKNOWN_SERIES;

    /** Whether the sender may forget the sample. */
    public boolean success() {
        return this == STORED || this == DUPLICATE;
    }
}
