package io.engram.model.metadata;

import java.util.Locale;

/** Ordinals are those of both remote write versions; {@link #text} is what the HTTP API shows. */
public enum MetricType {
    UNKNOWN,
    COUNTER,
    GAUGE,
    HISTOGRAM,
    GAUGEHISTOGRAM,
    SUMMARY,
    INFO,
    STATESET;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
