/**
 * Reads from ingesters that hold copies of the same samples: {@link io.engram.ring.RingReads} asks them all, and here their
 * answers become one. Samples are joined series by series, with equal chunks once; what else there is is united, or counted
 * and divided by how many copies there are. Who may be missing, and how long one is waited for: docs/internals/reads.md.
 */
package io.engram.querier.copies;
