package io.engram.model.write;

import io.engram.model.labels.Labels;

/**
 * An exemplar in a {@link WriteBatch}.
 *
 * @param series its series' ordinal in the batch
 * @param labels its own, such as a trace id
 */
public record ExemplarSample(int series, long timestampMs, double value, Labels labels) {}
