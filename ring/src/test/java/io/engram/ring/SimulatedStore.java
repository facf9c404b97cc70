package io.engram.ring;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A store without threads or bytes, for simulations; checks what must hold after every write. */
final class SimulatedStore {
    final Map<String, Registered> instances = new HashMap<>();
    /** Who holds each heartbeat. */
    final Map<String, Object> heartbeats = new HashMap<>();

    private final Map<String, List<Integer>> tokensOf = new HashMap<>();
    private long claimVersion;
    boolean reachable = true;

    Roll roll() {
        return new Roll(claimVersion, Map.copyOf(instances), Set.copyOf(heartbeats.keySet()));
    }

    boolean commit(String id, Registration.Step.Write write, long expectedClaim) {
        Registered present = instances.get(id);
        long version = present == null ? 0 : present.version();
        if (version != write.expectedVersion() || write.claims() && claimVersion != expectedClaim) {
            return false;
        }
        claimVersion += write.claims() ? 1 : 0;
        if (write.instance() == null) {
            forget(id);
        } else {
            instances.put(id, new Registered(write.instance(), version + 1));
            checkTokens(write.instance());
        }
        return true;
    }

    void forget(String id) {
        instances.remove(id);
        tokensOf.remove(id);
    }

    /** Once placed, tokens stay as they are, and nobody else has them. */
    private void checkTokens(Instance written) {
        if (written.tokens().isEmpty()) {
            return;
        }
        List<Integer> before = tokensOf.put(written.id(), written.tokens());
        if (before != null) {
            assertTrue(before.equals(written.tokens()), written.id() + " changed its tokens");
            return;
        }
        Set<Integer> all = new HashSet<>();
        instances.values().forEach(each -> each.instance()
                .tokens()
                .forEach(token -> assertTrue(all.add(token), "token " + token + " is there twice")));
    }

    /** All is gone, as if its disk were new: who comes back first may have taken tokens of who comes later. */
    void wipe() {
        instances.clear();
        tokensOf.clear();
        claimVersion = 0;
    }
}
