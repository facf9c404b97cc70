package io.engram.promql.engine;

import io.engram.model.config.Check;
import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import java.time.Duration;

/** How queries are computed. */
@Section("promql")
public record EngineConfig(
        @Setting(
                value = "0",
                doc =
                        "Threads that compute queries, all queries together; 0 is one per processor, 1 is the caller's only.")
        int workers,

        @Setting(value = "512", doc = "From how many series on a selection is read by several threads.")
        int parallelSeries,

        @Setting(value = "1m", doc = "The step of a subquery that names none.")
        Duration defaultSubqueryStep) {

    public EngineConfig {
        Check.that(workers >= 0, "promql.workers must be 0 or more, is " + workers);
        Check.that(parallelSeries >= 1, "promql.parallel-series must be 1 or more, is " + parallelSeries);
        Check.that(
                defaultSubqueryStep.toMillis() >= 1,
                "promql.default-subquery-step must be 1ms or more, is " + defaultSubqueryStep);
    }

    public static EngineConfig defaults() {
        return new EngineConfig(0, 512, Duration.ofMinutes(1));
    }

    int threads() {
        return workers == 0 ? Runtime.getRuntime().availableProcessors() : workers;
    }
}
