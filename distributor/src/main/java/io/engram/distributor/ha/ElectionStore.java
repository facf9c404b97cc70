package io.engram.distributor.ha;

import io.engram.model.TenantId;
import io.engram.ring.KeyValueStore;
import io.engram.ring.KeyValueStore.Versioned;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
 * <p>Where the leader seems to have a hole it is {@code ha-tracker 2}, with {@code ‹hole seen for, ms›} before the replica. A
 * second key has the replicas that do not lead, a line each, with names as in URLs:
 *
 * <pre>
 * engram ha-standbys 1
 * ‹there for, ms› ‹silent for, ms› ‹newest sample, ms› ‹replica›
 * </pre>
 *
 * Safe for all threads.
 */
final class ElectionStore {
    private static final String HEADER = "engram ha-tracker 1\n";
    /** As long as the other. */
    private static final String HOLE_HEADER = "engram ha-tracker 2\n";

    private static final int FIELDS = 6;
    private static final String STANDBYS_HEADER = "engram ha-standbys 1\n";
    private static final int STANDBY_FIELDS = 4;

    private final KeyValueStore store;

    /**
     * What the store says. Times as in {@link ClusterState}.
     *
     * @param term {@link Term#NONE} where nobody leads
     * @param silentMs how long the leader had been silent when that was written: no two clocks are compared
     * @param holeMs for how long the leader had seemed to have a hole then; {@link #NO_HOLE} where it did not
     */
    record Elected(long version, Term term, long writtenMs, long silentMs, long holeMs) {
        static final long NO_HOLE = -1;

        static Elected of(long version, ClusterState state, long nowMs) {
            return new Elected(
                    version,
                    state.term(),
                    state.writtenMs(),
                    Math.max(0, nowMs - state.heardMs()),
                    state.holeSinceMs() == ClusterState.NO_HOLE ? NO_HOLE : Math.max(0, nowMs - state.holeSinceMs()));
        }

        /** As {@link ClusterState} has it. */
        long holeSinceMs(long nowMs) {
            return holeMs == NO_HOLE ? ClusterState.NO_HOLE : nowMs - holeMs;
        }
    }

    /**
     * A replica that does not lead. Times but the newest sample's are ages, of when it was written.
     *
     * @param presentMs for how long it has been sending without a pause as long as a fail-over takes
     * @param silentMs since when nothing came of it
     */
    record Told(String replica, long presentMs, long silentMs, long newestMs) {}

    /** What the store says of those that do not lead. */
    record Present(long version, List<Told> standbys) {
        Present {
            standbys = List.copyOf(standbys);
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
            return new Elected(stored.version(), Term.NONE, Long.MIN_VALUE, 0, Elected.NO_HOLE);
        }
        boolean hole = text.startsWith(HOLE_HEADER);
        int fieldCount = hole ? FIELDS + 1 : FIELDS;
        String[] fields = hole || text.startsWith(HEADER)
                ? text.substring(HEADER.length()).split(" ", fieldCount)
                : new String[0];
        if (fields.length < fieldCount) {
            throw notOurs(key, stored);
        }
        Term term = new Term(
                fields[fieldCount - 1],
                Long.parseLong(fields[0]),
                Integer.parseInt(fields[1]),
                Long.parseLong(fields[2]));
        return new Elected(
                stored.version(),
                term,
                Long.parseLong(fields[3]),
                Long.parseLong(fields[4]),
                hole ? Long.parseLong(fields[5]) : Elected.NO_HOLE);
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
                "%s%d %d %d %d %d %s%s",
                elected.holeMs == Elected.NO_HOLE ? HEADER : HOLE_HEADER,
                term.electedMs(),
                term.failovers(),
                term.afterMs(),
                elected.writtenMs,
                elected.silentMs,
                elected.holeMs == Elected.NO_HOLE ? "" : elected.holeMs + " ",
                term.leader());
        return store.compareAndSet(key(tenant, cluster), elected.version, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String standbysKey(TenantId tenant, String cluster) {
        return "ha-standbys/" + tenant.value() + "/" + cluster;
    }

    /** As {@link #watch}. */
    KeyValueStore.Watch watchStandbys(TenantId tenant, String cluster, Consumer<Present> onChange) {
        String key = standbysKey(tenant, cluster);
        return store.watch(key, stored -> onChange.accept(present(key, stored)));
    }

    private static Present present(String key, Versioned stored) {
        String text = new String(stored.value(), StandardCharsets.UTF_8);
        List<Told> standbys = new ArrayList<>();
        if (!text.isEmpty() && !text.startsWith(STANDBYS_HEADER)) {
            throw notOurs(key, stored);
        }
        for (String line : text.isEmpty()
                ? List.<String>of()
                : text.substring(STANDBYS_HEADER.length()).lines().toList()) {
            String[] fields = line.split(" ", STANDBY_FIELDS);
            if (fields.length < STANDBY_FIELDS) {
                throw notOurs(key, stored);
            }
            standbys.add(new Told(
                    URLDecoder.decode(fields[3], StandardCharsets.UTF_8),
                    Long.parseLong(fields[0]),
                    Long.parseLong(fields[1]),
                    Long.parseLong(fields[2])));
        }
        return new Present(stored.version(), standbys);
    }

    private static IllegalArgumentException notOurs(String key, Versioned stored) {
        return new IllegalArgumentException(
                key + " at version " + stored.version() + " is not what the HA tracker writes");
    }

    /** Writes who does not lead, where nobody has since {@code present.version}; as {@link #write}. */
    boolean writeStandbys(TenantId tenant, String cluster, Present present) {
        StringBuilder text = new StringBuilder(STANDBYS_HEADER);
        for (Told told : present.standbys) {
            text.append(told.presentMs)
                    .append(' ')
                    .append(told.silentMs)
                    .append(' ')
                    .append(told.newestMs)
                    .append(' ')
                    .append(URLEncoder.encode(told.replica, StandardCharsets.UTF_8))
                    .append('\n');
        }
        return store.compareAndSet(
                standbysKey(tenant, cluster), present.version, text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Says that there are none. */
    void clearStandbys(TenantId tenant, String cluster, long version) {
        store.compareAndSet(standbysKey(tenant, cluster), version, new byte[0]);
    }

    /** Says that nobody leads. */
    void clear(TenantId tenant, String cluster, long version) {
        store.compareAndSet(key(tenant, cluster), version, new byte[0]);
    }
}
