package io.engram.distributor.ha;

import io.engram.model.TenantId;
import io.engram.ring.KeyValueStore;
import io.engram.ring.KeyValueStore.Versioned;
import java.nio.charset.StandardCharsets;

/**
 * Who leads, as the processes of a cluster share it: a key for each (tenant, cluster), written when the leader changes and
 * at no other time. Text, so that an operator can read it:
 *
 * <pre>
 * engram ha-tracker 1
 * ‹elected at, ms› ‹failovers› ‹replica›
 * </pre>
 *
 * Safe for all threads.
 */
final class ElectionStore {
    private static final String HEADER = "engram ha-tracker 1\n";
    private static final Elected NOBODY = new Elected(0, "", Long.MIN_VALUE, 0);

    private final KeyValueStore store;

    /** @param leader empty where nobody leads */
    record Elected(long version, String leader, long electedMs, int failovers) {}

    ElectionStore(KeyValueStore store) {
        this.store = store;
    }

    private static String key(TenantId tenant, String cluster) {
        return "ha-tracker/" + tenant.value() + "/" + cluster;
    }

    /** @throws IllegalArgumentException where what is stored is no such text */
    Elected read(TenantId tenant, String cluster) {
        Versioned stored = store.get(key(tenant, cluster));
        if (stored.value().length == 0) {
            return new Elected(stored.version(), NOBODY.leader, NOBODY.electedMs, NOBODY.failovers);
        }
        String text = new String(stored.value(), StandardCharsets.UTF_8);
        int first = text.indexOf(' ', HEADER.length());
        int second = text.indexOf(' ', first + 1);
        if (!text.startsWith(HEADER) || first < 0 || second < 0) {
            throw new IllegalArgumentException(
                    key(tenant, cluster) + " at version " + stored.version() + " is not what the HA tracker writes");
        }
        return new Elected(
                stored.version(),
                text.substring(second + 1),
                Long.parseLong(text.substring(HEADER.length(), first)),
                Integer.parseInt(text.substring(first + 1, second)));
    }

    /**
     * Writes who leads, where nobody has since {@code version}.
     *
     * @return whether it was written; the version is one higher then
     */
    boolean write(TenantId tenant, String cluster, long version, ClusterState state) {
        String text = HEADER + state.electedMs() + ' ' + state.failovers() + ' ' + state.leader();
        return store.compareAndSet(key(tenant, cluster), version, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Says that nobody leads. */
    void clear(TenantId tenant, String cluster, long version) {
        store.compareAndSet(key(tenant, cluster), version, new byte[0]);
    }
}
