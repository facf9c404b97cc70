package io.engram.ring;

/**
 * Where a ring is kept in the store.
 *
 * @param name of the ring: {@code ingester}
 */
record RingKeys(String name) {
    /** A key for each instance, by id: what {@link InstanceCodec} writes. Stays when the instance dies. */
    String instances() {
        return "ring/" + name;
    }

    String instance(String id) {
        return instances() + "/" + id;
    }

    /** Beside them, a key for each instance that is there: its heartbeat. */
    String heartbeats() {
        return "alive/" + name;
    }

    String heartbeat(String id) {
        return heartbeats() + "/" + id;
    }

    /** Written together with every change of an instance's tokens, so that no two place theirs at the same time. */
    String claim() {
        return "claims/" + name;
    }
}
