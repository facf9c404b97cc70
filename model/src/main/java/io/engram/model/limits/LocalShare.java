package io.engram.model.limits;

/**
 * What of a tenant's limit one ingester enforces. Limits count for the cluster; each of the {@code instances} that a
 * tenant's series are spread over gets its part, and a tenth more, because the spread is not even.
 *
 * @param copies of each series, the replication factor
 * @param instances that hold the tenant's series
 */
public record LocalShare(int copies, int instances) {
    /** One instance holds everything. */
    public static final LocalShare WHOLE = new LocalShare(1, 1);

    public LocalShare {
        if (copies < 1 || instances < 1) {
            throw new IllegalArgumentException(copies + " copies on " + instances + " instances");
        }
    }

    /** The share of a limit; 0, no limit, stays 0. */
    public int of(int limit) {
        if (limit == 0 || instances <= copies) {
            return limit;
        }
        return (int) Math.min(limit, Math.ceil((double) limit * copies / instances * 1.1));
    }
}
