/**
 * Decides which blocks of a tenant are merged into which: in go what is known of the blocks and the time, out come jobs.
 * Nothing here reads or writes. Begin with {@link io.engram.compactor.plan.CompactionPlanner}.
 */
package io.engram.compactor.plan;
