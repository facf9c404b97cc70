package io.engram.distributor;

import io.engram.distributor.limits.SendingRate;
import io.engram.model.limits.Limits;
import java.util.function.IntSupplier;

/**
 * How fast a tenant sends, and may. Its limit holds for the cluster, and each distributor lets an equal share of it in,
 * burst included: whoever spreads requests over them gets all of it. Safe for all threads.
 */
final class TenantRate {
    private final IntSupplier distributors;
    private final TokenBucket bucket = new TokenBucket();
    private final SampleRate sent = new SampleRate();

    TenantRate(IntSupplier distributors) {
        this.distributors = distributors;
    }

    /** Samples that may come at once, to all distributors together; 0 where there is no limit. */
    static long burst(Limits limits) {
        return limits.ingestionRate() == 0 ? 0 : TokenBucket.burst(limits.ingestionRate(), limits.ingestionBurst());
    }

    /** Takes samples out of what may come now; false, and none, where they are more. */
    boolean admit(int samples, Limits limits, long nowMs) {
        if (limits.ingestionRate() > 0) {
            int parts = distributors.getAsInt();
            int rate = Math.ceilDiv(limits.ingestionRate(), parts);
            if (!bucket.take(samples, rate, Math.ceilDiv(burst(limits), parts), nowMs)) {
                return false;
            }
        }
        sent.add(samples, nowMs);
        return true;
    }

    /** For the whole cluster, as far as this distributor's part tells. */
    SendingRate sending(Limits limits, long nowMs) {
        int parts = distributors.getAsInt();
        long burst = burst(limits);
        int rate = Math.ceilDiv(limits.ingestionRate(), parts);
        long left = burst == 0 ? 0 : parts * bucket.left(rate, Math.ceilDiv(burst, parts), nowMs);
        return new SendingRate(parts * sent.perSecond(nowMs), burst, Math.min(burst, left));
    }
}
