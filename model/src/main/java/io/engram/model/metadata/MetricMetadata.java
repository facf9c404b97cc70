package io.engram.model.metadata;

/**
 * What one sender says of a metric family.
 *
 * @param help empty where there is none
 * @param unit empty where there is none
 */
public record MetricMetadata(String metric, MetricType type, String help, String unit) {}
