package io.engram.ring;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that the store says of a ring at one moment.
 *
 * @param claimVersion of {@link RingKeys#claim}; read before the instances, so that tokens it counts are among theirs
 * @param alive the ids whose heartbeat is there
 */
record Roll(long claimVersion, Map<String, Registered> instances, Set<String> alive) {
    private static final Logger LOG = LoggerFactory.getLogger(Roll.class);

    /**
     * Reads what is there; others that cannot be read are passed over.
     *
     * @throws IllegalArgumentException where {@code self} cannot be read
     */
    static Roll read(KeyValueStore store, RingKeys keys, String self) {
        long claimVersion = store.get(keys.claim()).version();
        Map<String, Registered> instances = new HashMap<>();
        store.list(keys.instances()).forEach((id, value) -> {
            try {
                instances.put(id, new Registered(InstanceCodec.decode(value.value()), value.version()));
            } catch (IllegalArgumentException e) {
                String message = "cannot read " + keys.instance(id) + " at version " + value.version()
                        + ", delete it where nothing else helps: " + e.getMessage();
                if (id.equals(self)) {
                    throw new IllegalArgumentException(message, e);
                }
                LOG.error("{}", message);
            }
        });
        return new Roll(claimVersion, instances, store.list(keys.heartbeats()).keySet());
    }

    List<Instance> others(String id) {
        List<Instance> others = new ArrayList<>();
        instances.forEach((other, registered) -> {
            if (!other.equals(id)) {
                others.add(registered.instance());
            }
        });
        return others;
    }
}
