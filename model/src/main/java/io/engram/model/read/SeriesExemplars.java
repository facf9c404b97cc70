package io.engram.model.read;

import io.engram.model.labels.Labels;
import java.util.List;

/** The exemplars of one series, in the order of their times. */
public record SeriesExemplars(Labels series, List<Exemplar> exemplars) {
    public SeriesExemplars {
        exemplars = List.copyOf(exemplars);
    }
}
