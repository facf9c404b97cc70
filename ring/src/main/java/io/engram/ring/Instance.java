package io.engram.ring;

import java.util.List;

/**
 * A process on the ring.
 *
 * @param address where it takes internal calls, {@code host:port}; empty where everything runs in one process
 * @param zone its failure domain; empty where zones are not configured
 * @param tokens unsigned, each the upper end (included) of a range that this instance owns
 */
public record Instance(String id, String address, String zone, State state, List<Integer> tokens) {
    /** From first sight to leave-taking, in this order. */
    public enum State {
        /** Registered, without tokens yet. */
        PENDING,
        /** Has tokens; not written to yet. */
        JOINING,
        ACTIVE,
        /** Not written to any more; still read from. */
        LEAVING
    }

    public Instance {
        if (id.isEmpty()) {
            throw new IllegalArgumentException("an instance needs an id (ring.instance-id)");
        }
        for (String text : List.of(id, address, zone)) {
            if (text.chars().anyMatch(Character::isWhitespace)) {
                throw new IllegalArgumentException("'" + text + "' has white space; ring.instance-* may not");
            }
        }
        tokens = List.copyOf(tokens);
    }

    public Instance withState(State next) {
        return new Instance(id, address, zone, next, tokens);
    }
}
