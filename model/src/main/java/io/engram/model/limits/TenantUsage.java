package io.engram.model.limits;

import java.util.List;

/**
 * What a tenant has of what its limits count, and what the instance has left.
 *
 * @param series of the tenant
 * @param budgetSeries by budget of {@link Limits#seriesBudgets}, in their order
 * @param biggestMetric the one with the most series; empty where there is none
 * @param biggestMetricSeries how many it has
 * @param exemplars that are kept
 * @param metadataMetrics metrics whose metadata is kept
 * @param instanceSeries of all tenants
 * @param instanceRoom series of usual size that this tenant may still add as far as the instance's memory goes
 */
public record TenantUsage(
        long series,
        List<Integer> budgetSeries,
        String biggestMetric,
        long biggestMetricSeries,
        long exemplars,
        long metadataMetrics,
        long instanceSeries,
        long instanceRoom) {
    public TenantUsage {
        budgetSeries = List.copyOf(budgetSeries);
    }
}
