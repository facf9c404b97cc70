package io.engram.promql.engine;

import io.engram.model.labels.Labels;
import java.util.List;

/**
 * The answer to a query.
 *
 * @param warnings and {@code infos}: annotations as Prometheus words them, position included
 */
public record QueryResult(Value value, List<String> warnings, List<String> infos) {
    public QueryResult {
        warnings = List.copyOf(warnings);
        infos = List.copyOf(infos);
    }

    /** What a query evaluates to. */
    public sealed interface Value {}

    public record Scalar(long timestampMs, double value) implements Value {}

    public record Text(long timestampMs, String value) implements Value {}

    /** In the order that the query asks for. */
    public record Vector(List<Sample> samples) implements Value {}

    /** Sorted by labels. */
    public record Matrix(List<Series> series) implements Value {}

    /** One element of an instant vector. */
    public record Sample(Labels labels, long timestampMs, double value) {}

    /** One series of a range vector: parallel columns of the same length, points that are there. */
    public record Series(Labels labels, long[] timestampMs, double[] value) {}
}
