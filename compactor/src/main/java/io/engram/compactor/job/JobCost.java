package io.engram.compactor.job;

/**
 * What a job took. Times are those on the wall, by a monotonic clock; steps that an earlier try had done take none.
 *
 * @param samplesIn of all sources
 * @param samplesOut less than {@code samplesIn} by those that folded
 */
public record JobCost(
        long downloadedBytes,
        long uploadedBytes,
        long samplesIn,
        long samplesOut,
        long downloadNanos,
        long mergeNanos,
        long verifyNanos,
        long uploadNanos) {

    /** Of all steps. */
    public long nanos() {
        return downloadNanos + mergeNanos + verifyNanos + uploadNanos;
    }
}
