package io.engram.distributor.limits;

import io.engram.model.TenantId;

/**
 * How fast a tenant sends.
 *
 * @param samplesPerSecond that were let in, over about the last minute
 * @param burst samples that may come at once where the tenant has a rate, else 0
 * @param burstLeft what of them may come now
 */
public record SendingRate(double samplesPerSecond, long burst, long burstLeft) {
    /** Of all tenants. Safe for many threads. */
    @FunctionalInterface
    public interface Source {
        SendingRate of(TenantId tenant);
    }
}
