/**
 * The two hashes that name a series everywhere: its fingerprint (all labels) and its placement (without the replica
 * labels). In go canonical label bytes and the seed of the cluster, out come 128 and 32 bits. They stand in logs, in
 * frames and on the ring, so they may never change; read {@link io.engram.model.hash.SeriesHash} first.
 */
package io.engram.model.hash;
