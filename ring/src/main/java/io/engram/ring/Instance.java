package io.engram.ring;

import java.util.List;

/**
 * A process on the ring.
 *
 * @param address where it takes internal calls, {@code host:port}; empty where everything runs in one process
 * @param zone its failure domain; empty where zones are not configured
 * @param readOnly whether it takes no new samples, by an operator's word, and is still read from
 * @param healthy whether it was heard from lately; not kept in the store, each process judges for itself
 * @param tokens unsigned, each the upper end (included) of a range that this instance owns
 * @param registeredMs when it first came onto the ring, in Unix time; a restart does not change it
 */
public record Instance(
        String id,
        String address,
        String zone,
        State state,
        boolean readOnly,
        boolean healthy,
        List<Integer> tokens,
        long registeredMs) {
    /** From first sight to leave-taking, in this order. */
    public enum State {
        /** Registered, without tokens yet. */
        PENDING,
        /** Has tokens; not written to yet, but read from: it may be back with what it had. */
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
        if (id.indexOf('/') >= 0) {
            throw new IllegalArgumentException("'" + id + "' has a slash; ring.instance-id may not");
        }
        tokens = List.copyOf(tokens);
    }

    /** Writable and healthy, on the ring since ever. */
    public Instance(String id, String address, String zone, State state, List<Integer> tokens) {
        this(id, address, zone, state, false, true, tokens, 0);
    }

    /** Whether series that hash to it are written to it; a copy that counts, also while it is not healthy. */
    public boolean takesWrites() {
        return state == State.ACTIVE && !readOnly;
    }

    public Instance withState(State next) {
        return new Instance(id, address, zone, next, readOnly, healthy, tokens, registeredMs);
    }

    public Instance withTokens(List<Integer> placed) {
        return new Instance(id, address, zone, state, readOnly, healthy, placed, registeredMs);
    }

    public Instance withReadOnly(boolean now) {
        return new Instance(id, address, zone, state, now, healthy, tokens, registeredMs);
    }

    public Instance withHealthy(boolean now) {
        return new Instance(id, address, zone, state, readOnly, now, tokens, registeredMs);
    }
}
