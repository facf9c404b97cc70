package io.engram.model.cardinality;

/** How much there is of something that has a name. */
public record Count(String name, long count) {}
