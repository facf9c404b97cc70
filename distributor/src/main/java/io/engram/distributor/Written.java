package io.engram.distributor;

import io.engram.model.failure.Failure;

/**
 * What became of a request: how much of it is stored, retries of what is there and what a policy left out included.
 *
 * @param refusal what is answered where some of it was refused, or null
 * @param standby whether some of it was left out because another replica of its HA pair leads
 * @param retrySeconds when the sender is asked to come back; 0 leaves that to the server
 */
record Written(int samples, int histograms, int exemplars, Failure refusal, boolean standby, int retrySeconds) {
    static final Written NOTHING = new Written(0, 0, 0, null, false, 0);
}
