package io.engram.promql.ast;

/** {@code anchored} and {@code smoothed} behind a selector: which samples beyond its range take part. */
public enum WindowMode {
    PLAIN,
    ANCHORED,
    SMOOTHED
}
