package io.engram.model.cardinality;

import java.util.List;

/**
 * The label names of some series.
 *
 * @param names how many there are
 * @param values of all names together
 * @param top names with their distinct values; most values first, then by name
 */
public record NamesCardinality(long names, long values, List<Count> top) {
    public static final NamesCardinality NONE = new NamesCardinality(0, 0, List.of());

    public NamesCardinality {
        top = List.copyOf(top);
    }
}
