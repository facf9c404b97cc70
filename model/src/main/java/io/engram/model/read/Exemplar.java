package io.engram.model.read;

import io.engram.model.labels.Labels;

/**
 * One observation that a series' sender gave as an example.
 *
 * @param labels the exemplar's own, such as a trace id
 */
public record Exemplar(long timestampMs, double value, Labels labels) {}
