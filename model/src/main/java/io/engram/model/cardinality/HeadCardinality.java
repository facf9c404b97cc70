package io.engram.model.cardinality;

import java.util.List;

/**
 * All series of a tenant that are in memory, from several sides; each list has the largest first, then by name.
 *
 * @param series in memory
 * @param pairs distinct pairs of name and value
 * @param chunks open ones and those sealed since the process started
 * @param minTimeMs oldest sample; {@code Long.MAX_VALUE} where there is none
 * @param maxTimeMs newest sample; {@code Long.MIN_VALUE} where there is none
 * @param seriesByMetric series of a metric
 * @param valuesByName distinct values of a label name
 * @param valueBytesByName bytes of a label's values, each as often as a series has it
 * @param seriesByPair series with a pair, written {@code name=value}
 */
public record HeadCardinality(
        long series,
        long pairs,
        long chunks,
        long minTimeMs,
        long maxTimeMs,
        List<Count> seriesByMetric,
        List<Count> valuesByName,
        List<Count> valueBytesByName,
        List<Count> seriesByPair) {
    public static final HeadCardinality NONE =
            new HeadCardinality(0, 0, 0, Long.MAX_VALUE, Long.MIN_VALUE, List.of(), List.of(), List.of(), List.of());

    public HeadCardinality {
        seriesByMetric = List.copyOf(seriesByMetric);
        valuesByName = List.copyOf(valuesByName);
        valueBytesByName = List.copyOf(valueBytesByName);
        seriesByPair = List.copyOf(seriesByPair);
    }
}
