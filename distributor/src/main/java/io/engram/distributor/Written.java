package io.engram.distributor;

import io.engram.model.failure.Failure;

/**
 * What became of a request: how much of it is stored, retries of what is there and what a policy left out included.
 *
 * @param refusal what is answered where some of it was refused, or null
 */
record Written(int samples, int histograms, int exemplars, Failure refusal) {
    static final Written NOTHING = new Written(0, 0, 0, null);
}
