package io.engram.model.write;

import io.engram.model.histogram.Histogram;

/**
 * A native histogram in a {@link WriteBatch}.
 *
 * @param series its series' ordinal in the batch
 * @param startMs when counting began; 0 where the sender did not say
 */
public record HistogramSample(int series, long timestampMs, long startMs, Histogram value) {}
