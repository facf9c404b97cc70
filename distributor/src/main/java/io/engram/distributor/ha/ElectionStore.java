package io.engram.distributor.ha;

import io.engram.model.TenantId;
import io.engram.ring.KeyValueStore;
import io.engram.ring.KeyValueStore.Versioned;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Who leads, as the processes of a cluster share it: a key for each (tenant, cluster), written when the leader changes, and
 * now and then by those that hear of the leader, for those that do not. Text, so that an operator can read it:
 *
 * <pre>
 * engram ha-tracker 1
 * ‹elected at, ms› ‹failovers› ‹sends what is newer than, ms› ‹newest stored, ms› ‹silent for, ms› ‹replica›
 * </pre>
 *
 * Safe for all threads.
 */
final class ElectionStore {
    private static final String HEADER = "engram ha-tracker 1\n";
    private static final int FIELDS = 6;

    private final KeyValueStore store;

    /**
     * What the store says. Times as in {@link ClusterState}.
     *
     * @param term {@link Term#NONE} where nobody leads
     * @param silentMs how long the leader had been silent when that was written: no two clocks are compared
     */
    record Elected(long version, Term term, long writtenMs, long silentMs) {
        static Elected of(long version, ClusterState state, long nowMs) {
            return new Elected(version, state.term(), state.writtenMs(), Math.max(0, nowMs - state.heardMs()));
        }
    }

    ElectionStore(KeyValueStore store) {
        this.store = store;
    }

    private static String key(TenantId tenant, String cluster) {
        return "ha-tracker/" + tenant.value() + "/" + cluster;
    }

    /** @throws IllegalArgumentException where what is stored is no such text */
    Elected read(TenantId tenant, String cluster) {
        return elected(key(tenant, cluster), store.get(key(tenant, cluster)));
    }

    /** Tells what is stored, now and after each change, until it is closed; on a thread that may not wait. */
    KeyValueStore.Watch watch(TenantId tenant, String cluster, Consumer<Elected> onChange) {
        String key = key(tenant, cluster);
        return store.watch(key, stored -> onChange.accept(elected(key, stored)));
    }

    private static Elected elected(String key, Versioned stored) {
        String text = new String(stored.value(), StandardCharsets.UTF_8);
        if (text.isEmpty()) {
            return new Elected(stored.version(), Term.NONE, Long.MIN_VALUE, 0);
        }
        String[] fields =
                text.startsWith(HEADER) ? text.substring(HEADER.length()).split(" ", FIELDS) : new String[0];
        if (fields.length < FIELDS) {
            throw new IllegalArgumentException(
                    key + " at version " + stored.version() + " is not what the HA tracker writes");
        }
        Term term =
                new Term(fields[5], Long.parseLong(fields[0]), Integer.parseInt(fields[1]), Long.parseLong(fields[2]));
        return new Elected(stored.version(), term, Long.parseLong(fields[3]), Long.parseLong(fields[4]));
    }

    /**
     * Writes who leads, where nobody has since {@code elected.version}.
     *
     * @return whether it was written; the version is one higher then
     */
    boolean write(TenantId tenant, String cluster, Elected elected) {
        Term term = elected.term;
        String text = String.format(
                Locale.ROOT,
                HEADER + "%d %d %d %d %d %s",
                term.electedMs(),
                term.failovers(),
                term.afterMs(),
                elected.writtenMs,
                elected.silentMs,
                term.leader());
        return store.compareAndSet(key(tenant, cluster), elected.version, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Says that nobody leads. */
    void clear(TenantId tenant, String cluster, long version) {
        store.compareAndSet(key(tenant, cluster), version, new byte[0]);
    }
}
