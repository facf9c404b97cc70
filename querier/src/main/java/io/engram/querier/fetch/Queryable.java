package io.engram.querier.fetch;

import io.engram.model.TenantId;
import io.engram.proto.Select;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The sources of samples that queries are put to. Safe for many threads. */
public final class Queryable {
    private final List<Select> sources;
    /** What is remembered makes queries faster; the answers are the same, but more chunks count towards limits. */
    private final Set<TenantId> withTwins = ConcurrentHashMap.newKeySet();

    public Queryable(List<Select> sources) {
        this.sources = List.copyOf(sources);
    }

    /**
     * The samples of one tenant, for one query.
     *
     * @param replicas which series are replicas of one another and answered as one
     * @param nowMs when the query was asked
     */
    public SelectStorage storage(TenantId tenant, ReplicaRule replicas, FetchBudget budget, long nowMs) {
        return new SelectStorage(new Selecting(this, tenant, replicas, budget, nowMs), budget);
    }

    List<Select> sources() {
        return sources;
    }

    /** Whether the last selections of this tenant found twins: the next one will, most likely. */
    boolean hasTwins(TenantId tenant) {
        return withTwins.contains(tenant);
    }

    /** What a selection found that read as much as a merge must see. */
    void foundTwins(TenantId tenant, boolean twins) {
        if (!twins) {
            withTwins.remove(tenant);
        } else if (!withTwins.contains(tenant)) {
            withTwins.add(tenant);
        }
    }
}
