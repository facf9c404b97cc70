package io.engram.ring;

import java.time.Duration;

/**
 * How long a read waits for those that it would be whole without, counted from when it would be.
 *
 * @param least of all waits; a question that takes the others long may take the last one a quarter of that longer
 */
public record ReadPatience(Duration least) {
    private static final int SHARE = 4;
    /** With nobody to compare with, only one that is not there at all is left out. */
    private static final int ALONE = 10;

    /**
     * @param tookNs how long the others took
     * @param answered how many of them there were
     */
    long waitNs(long tookNs, int answered) {
        return answered == 0 ? ALONE * least.toNanos() : Math.max(least.toNanos(), tookNs / SHARE);
    }
}
