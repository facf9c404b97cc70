package io.engram.ring;

import java.util.Map;
import java.util.Set;

/** What happens to a process' sight of a ring. */
sealed interface RingEvent {
    /** The store says who is on the ring. */
    record Instances(Map<String, Registered> all) implements RingEvent {}

    /** The store says whose heartbeat is there. */
    record Heartbeats(Set<String> ids) implements RingEvent {}

    /** Time went by; {@code connected} says whether the store is there now. */
    record Tick(boolean connected) implements RingEvent {}
}
