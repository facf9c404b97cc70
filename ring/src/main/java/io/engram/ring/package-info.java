/**
 * Who owns which part of the token space. In go instances with their tokens, from a {@link
 * io.engram.ring.KeyValueStore}; out comes, for a series' placement, the {@link io.engram.ring.ReplicationSet} of
 * instances that hold it. {@link io.engram.ring.Ring} is pure and immutable, {@link io.engram.ring.RingView} holds the
 * newest one, {@link io.engram.ring.RingLifecycle} takes this process in and out. Read {@code Ring} first.
 */
package io.engram.ring;
