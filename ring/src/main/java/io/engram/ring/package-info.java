/**
 * Who owns which part of the token space, and who is there. In go instances with their tokens and heartbeats, from a {@link
 * io.engram.ring.KeyValueStore}; out comes, for a series' placement, the {@link io.engram.ring.ReplicationSet} of instances
 * that hold it. {@link io.engram.ring.Ring} is immutable; {@link io.engram.ring.RingState} (what is seen) and {@link
 * io.engram.ring.Registration} (what is said) are pure, from state and event to state and actions; {@link
 * io.engram.ring.RingView} and {@link io.engram.ring.RingLifecycle} run them. Read {@code Ring} first, then {@code
 * Registration}; docs/internals/ring.md has the whole.
 */
package io.engram.ring;
