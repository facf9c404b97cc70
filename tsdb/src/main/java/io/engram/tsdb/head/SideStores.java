package io.engram.tsdb.head;

import java.util.Arrays;

/** The side stores of one lane; those that nothing was put into do not exist. Guarded by the lane's lock. */
final class SideStores {
    private static final SideStore[] NONE = {};

    private final Stripe lane;
    private SideStore[] all = NONE;
    private ActivityStore activity; // one of all: every sample of a pair asks for it

    SideStores(Stripe lane) {
        this.lane = lane;
    }

    /** Those that exist. */
    SideStore[] all() {
        return all;
    }

    /** The store of this kind, or null where there is none yet. */
    SideStore find(SideKind kind) {
        for (SideStore store : all) {
            if (store.kind() == kind) {
                return store;
            }
        }
        return null;
    }

    /** The store of this kind; made at the first call. */
    SideStore of(SideKind kind, TenantHead head) {
        SideStore store = find(kind);
        if (store == null) {
            store = kind.create(head, lane);
            all = Arrays.copyOf(all, all.length + 1);
            all[all.length - 1] = store;
        }
        return store;
    }

    LateStore late(TenantHead head) {
        return (LateStore) of(SideKind.LATE, head);
    }

    StartStore starts(TenantHead head) {
        return (StartStore) of(SideKind.STARTS, head);
    }

    ExemplarStore exemplars(TenantHead head) {
        return (ExemplarStore) of(SideKind.EXEMPLARS, head);
    }

    MetadataStore metadata(TenantHead head) {
        return (MetadataStore) of(SideKind.METADATA, head);
    }

    HistogramStore histograms(TenantHead head) {
        return (HistogramStore) of(SideKind.HISTOGRAMS, head);
    }

    LateHistogramStore lateHistograms(TenantHead head) {
        return (LateHistogramStore) of(SideKind.LATE_HISTOGRAMS, head);
    }

    ActivityStore activity(TenantHead head) {
        if (activity == null) {
            activity = (ActivityStore) of(SideKind.ACTIVITY, head);
        }
        return activity;
    }

    void addChunks(int series, SideChunks to) {
        for (SideStore store : all) {
            store.addChunks(series, to);
        }
    }

    void addTimes(int series, SideTimes to) {
        for (SideStore store : all) {
            store.addTimes(series, to);
        }
    }

    void seal(int series, long fingerprintLo) {
        for (SideStore store : all) {
            store.seal(series, fingerprintLo);
        }
    }

    void truncate(long cutMs) {
        for (SideStore store : all) {
            store.truncate(cutMs);
        }
    }

    void truncate(SideKind kind, long cutMs) {
        SideStore store = find(kind);
        if (store != null) {
            store.truncate(cutMs);
        }
    }

    void remove(int series) {
        for (SideStore store : all) {
            store.remove(series);
        }
    }

    long bytes() {
        long bytes = 0;
        for (SideStore store : all) {
            bytes += store.bytes();
        }
        return bytes;
    }
}
