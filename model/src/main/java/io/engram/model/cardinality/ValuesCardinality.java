package io.engram.model.cardinality;

import java.util.List;

/**
 * The values of one label of some series.
 *
 * @param name of the label
 * @param values how many distinct ones there are
 * @param series that have the label
 * @param top values with the series that have them; most series first, then by value
 */
public record ValuesCardinality(String name, long values, long series, List<Count> top) {
    public ValuesCardinality {
        top = List.copyOf(top);
    }

    public static ValuesCardinality none(String name) {
        return new ValuesCardinality(name, 0, 0, List.of());
    }
}
