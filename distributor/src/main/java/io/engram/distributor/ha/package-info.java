/**
 * Write-time election: of the servers of an HA pair ({@code cluster}) that send the same series, one is elected, and only
 * what it sends is stored.
 *
 * <p>In: which replicas of which clusters a request has samples of, and what of them became durable. Out: a {@link
 * io.engram.distributor.ha.Verdict} for each. Kept: who leads, and of the others the writes that they were told are
 * stored and that the leader has not sent yet.
 *
 * <p>Read {@code Election} first, it decides and is pure; {@code TrackedCluster} acts, {@link
 * io.engram.distributor.ha.HaTracker} has all of them, {@link io.engram.distributor.ha.HaWatch} looks at the clock.
 */
package io.engram.distributor.ha;
