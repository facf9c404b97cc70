package io.engram.distributor.ha;

import io.engram.distributor.ha.ClusterState.Standby;
import io.engram.distributor.ha.ElectionStore.Present;
import io.engram.distributor.ha.ElectionStore.Told;
import io.engram.model.TenantId;
import io.engram.ring.KeyValueStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the processes of a cluster tell each other of the replicas of one HA cluster that do not lead: a sender keeps its
 * connection, so each process may hear one of them alone, and who comes back with a hole must be known to whoever hears it.
 * Used under the lock of its {@link TrackedCluster}, but for the watch.
 */
final class SharedStandbys {
    private final ElectionStore store;
    private final TenantId tenant;
    private final String cluster;
    private final long shareMs;

    private long version = -1; // of what was last taken over or written; -1 before the first was seen
    /** When the store says that they were heard, by this process's clock. */
    private final Map<String, Long> toldHeardMs = new HashMap<>();

    private volatile Present seen; // the newest that the store told
    private volatile KeyValueStore.Watch watch = () -> {};

    /** @param shareMs after how long others are told that a standby sends */
    SharedStandbys(ElectionStore store, TenantId tenant, String cluster, long shareMs) {
        this.store = store;
        this.tenant = tenant;
        this.cluster = cluster;
        this.shareMs = shareMs;
    }

    /** Begins to follow what other processes write. */
    void follow() {
        watch = store.watchStandbys(tenant, cluster, present -> seen = present);
    }

    /** What others have told since this was last asked; of what was there from the start nobody knows how old it is. */
    List<Standby> told(long nowMs) {
        Present newest = seen;
        if (newest == null || newest.version() <= version) {
            return List.of();
        }
        boolean first = version < 0;
        version = newest.version();
        toldHeardMs.clear();
        if (first) {
            return List.of();
        }
        List<Standby> standbys = new ArrayList<>();
        for (Told told : newest.standbys()) {
            long heardMs = nowMs - told.silentMs();
            toldHeardMs.put(told.replica(), heardMs);
            standbys.add(new Standby(told.replica(), nowMs - told.presentMs(), heardMs, told.newestMs()));
        }
        return standbys;
    }

    /** What others should be told; null where they know. */
    Present due(ClusterState state, long nowMs) {
        boolean isNews = false;
        List<Told> all = new ArrayList<>();
        for (Standby standby : state.standbys()) {
            long knownMs = toldHeardMs.getOrDefault(standby.replica(), Long.MIN_VALUE / 2);
            isNews |= standby.heardMs() - knownMs >= shareMs;
            all.add(new Told(
                    standby.replica(),
                    Math.max(0, nowMs - standby.sinceMs()),
                    Math.max(0, nowMs - standby.heardMs()),
                    standby.newestMs()));
        }
        return isNews && version >= 0 ? new Present(version, all) : null;
    }

    /** Writes it, where nobody has since; whoever loses hears of it and may try again. Needs no lock. */
    boolean write(Present due) {
        return store.writeStandbys(tenant, cluster, due);
    }

    void written(Present due, long nowMs) {
        version = Math.max(version, due.version() + 1);
        due.standbys().forEach(told -> toldHeardMs.put(told.replica(), nowMs - told.silentMs()));
    }

    /** The cluster is forgotten here; the others forget it as well, or tell anew. */
    void close() {
        watch.close();
        if (version > 0) {
            store.clearStandbys(tenant, cluster, version);
        }
    }
}
