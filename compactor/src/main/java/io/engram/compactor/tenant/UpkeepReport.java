package io.engram.compactor.tenant;

/** What was done. */
public record UpkeepReport(int expired, int superseded, int removed, int partialRemoved) {}
