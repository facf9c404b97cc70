package io.engram.tsdb.head;

/**
 * What a tenant's head has besides samples.
 *
 * @param exemplars that there are
 * @param exemplarsAppended stored since the process started
 * @param metadataMetrics metrics of which type, help or unit is known
 */
public record TenantExtraStats(int exemplars, long exemplarsAppended, int metadataMetrics) {}
