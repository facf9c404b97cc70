/**
 * Tells tenants how far they are from their limits: {@code /api/v1/user_limits}, and whether more series fit:
 * {@code /api/v1/capacity}. In: limits, and usage as ingesters tell it. Read {@link io.engram.distributor.limits.LimitsApi}.
 */
package io.engram.distributor.limits;
