package io.engram.compactor.tenant;

/**
 * How long things stay.
 *
 * @param deletionDelayMs a block that is marked for deletion: readers must have learnt of what replaces it
 * @param originalsDelayMs how much longer a block stays whose replicas were folded into another
 * @param partialDelayMs a folder without {@code meta.json} in which nothing is written
 * @param tenantCleanupDelayMs what is left of a tenant whose blocks are gone
 */
public record UpkeepRules(
        long deletionDelayMs, long originalsDelayMs, long partialDelayMs, long tenantCleanupDelayMs) {}
