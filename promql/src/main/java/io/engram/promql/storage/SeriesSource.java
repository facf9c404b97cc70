package io.engram.promql.storage;

import io.engram.model.labels.Labels;
import java.util.List;

/** The series that a selection found. */
public interface SeriesSource extends AutoCloseable {
    int size();

    /** Labels of a series; made on each call, so callers keep what they need again. */
    Labels labels(int series);

    /** Reads the samples of the series {@code from .. to-1}, one after the other. Several readers may be used at once, each by one thread. */
    SampleReader read(int from, int to);

    /** Annotations that the storage has for the user. */
    default List<String> warnings() {
        return List.of();
    }

    /** What the storage has to tell the user of the samples that were read; asked when all of them were. */
    default List<String> infos() {
        return List.of();
    }

    @Override
    void close();
}
