package io.engram.ingester;

import io.engram.model.config.Check;
import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import java.time.Duration;

/** Which series count as active, and how often they are counted. */
@Section("ingester")
public record ActiveSeriesConfig(
        @Setting(
                value = "10m",
                doc = "A series is active while its newest sample is not older than this; future ones count too.")
        Duration activeSeriesWindow,

        @Setting(value = "15s", doc = "How often active series are counted for the metrics.")
        Duration activeSeriesInterval) {

    public ActiveSeriesConfig {
        Check.aboveZero("ingester.active-series-window", activeSeriesWindow);
        Check.aboveZero("ingester.active-series-interval", activeSeriesInterval);
    }
}
