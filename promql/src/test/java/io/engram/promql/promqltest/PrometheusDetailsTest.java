package io.engram.promql.promqltest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.promql.engine.Engine;
import io.engram.promql.engine.EngineConfig;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Prometheus' engine does at the edges, where its own scripts do not look. */
class PrometheusDetailsTest {
    private static void run(String script) {
        try (Engine engine = new Engine(new EngineConfig(1, 512, Duration.ofMinutes(1)))) {
            ScriptRunner.Outcome outcome = ScriptRunner.run(Script.of("details", script), new EngineTarget(engine));
            assertEquals(List.of(), outcome.failures());
            assertEquals(0, outcome.notEvaluated());
            assertTrue(outcome.passed() > 0);
        }
    }

    @Test
    void comparisonOfVectorsAndLastOverTimeBringDroppedNamesBack() {
        run("""
                load 1m
                  x_total 0 60 120
                  y_total 0 30 60

                eval instant at 2m rate(x_total[5m]) > rate(y_total[5m])
                  x_total 0.4

                eval instant at 2m rate(x_total[5m]) > bool rate(y_total[5m])
                  {} 1

                eval instant at 2m (-x_total) < on () group_left () x_total
                  x_total -120

                eval instant at 2m last_over_time((-x_total)[2m:1m])
                  x_total -120

                eval instant at 2m first_over_time((-x_total)[2m:1m])
                  x_total -60
                """);
    }

    @Test
    void lastStepOfAGroupDecidesWhetherItsNameGoes() {
        run("""
                load 1m
                  x{a="1"} 1 1 stale
                  x{a="2"} 1 1 1

                eval range from 0 to 2m step 1m sum by (__name__) (abs(x{a="1"}) or x{a="2"})
                  x 2 2 1

                eval range from 0 to 2m step 1m sum by (__name__) (x{a="1"} or abs(x{a="2"}))
                  {} 2 2 1
                """);
    }

    @Test
    void absentOverTimeDropsWhatSaysWhichMetricItIs() {
        run("""
                eval instant at 0 absent(x{__type__="counter", a="b"})
                  {__type__="counter", a="b"} 1

                eval instant at 0 absent_over_time(x{__type__="counter", a="b"}[1m])
                  {a="b"} 1
                """);
    }

    @Test
    void timestampForgetsTheOffsetOfAFixedSelector() {
        run("""
                load 10s
                  x 0+1x20

                eval instant at 0 timestamp(x @ 100 offset 30s)
                  {} 100

                eval instant at 100s timestamp(x offset 30s)
                  {} 70
                """);
    }

    @Test
    void boundsThatAreNoNumbersClampInfinitiesAsGoDoes() {
        run("""
                load 10s
                  x{v="low"} -Inf
                  x{v="mid"} 1
                  x{v="high"} Inf

                eval instant at 0 clamp_max(x, NaN)
                  {v="low"} -Inf
                  {v="mid"} NaN
                  {v="high"} NaN

                eval instant at 0 clamp_min(x, NaN)
                  {v="low"} NaN
                  {v="mid"} NaN
                  {v="high"} Inf
                """);
    }

    @Test
    void parameterThatIsNoNumberAtAnyStepFailsTheSelection() {
        run("""
                load 1m
                  k 0 NaN
                  x 1 1

                eval range from 0 to 1m step 1m topk(scalar(k), x)
                  expect fail msg: Parameter value is NaN

                eval range from 0 to 1m step 1m quantile(scalar(k) - 1, x)
                  expect warn msg: PromQL warning: quantile value should be between 0 and 1, got NaN (1:10)
                  {} -Inf NaN
                """);
    }

    @Test
    void selectionOfNothingStillTellsOfItsOperand() {
        run("""
                load 1m
                  x 1 2

                eval instant at 1m topk(0, rate(x[2m]))
                  expect info msg: PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "x" (1:14)
                """);
    }

    @Test
    void duplicatesCountWhereTheOtherSideIsFilled() {
        run("""
                load 1m
                  y{a="1"} 1
                  y{a="2"} 1

                eval instant at 0 x + ignoring (a) y
                  expect no_warn

                eval instant at 0 x + ignoring (a) fill_right (0) y
                  expect fail regex: found duplicate series for the match group \\{\\} on the right hand-side
                """);
    }

    @Test
    void rangeVectorsThatBecomeAlikeAreRefused() {
        run("""
                load 1m
                  x 1 2
                  y 1 2

                eval instant at 1m (-{__name__=~"x|y"})[2m:1m]
                  expect fail msg: vector cannot contain metrics with the same labelset

                eval instant at 1m ((-x) > -2 or (-y) < -1)[2m:1m]
                  expect range vector from 0 to 1m step 1m
                  {} -1 -2
                """);
    }

    @Test
    void groupNumbersWithLeadingZeroAreNoGroups() {
        run("""
                load 1m
                  x{a="b"} 1

                eval instant at 0 label_replace(x, "c", "<$01$1>", "a", "(.*)")
                  x{a="b", c="<b>"} 1
                """);
    }

    @Test
    void predictionOfAConstantInfinitelyFarAheadIsUnknown() {
        run("""
                load 1m
                  x 5 5 5

                eval instant at 2m predict_linear(x[5m], Inf)
                  {} NaN

                eval instant at 2m predict_linear(x[5m], 60)
                  {} 5
                """);
    }

    @Test
    void bucketBoundsBeyondAllFloatsAreMalformed() {
        run("""
                load 1m
                  h_bucket{le="1"} 1
                  h_bucket{le="+Inf"} 1
                  h_bucket{le="1e999"} 7

                eval instant at 0 histogram_quantile(1, h_bucket)
                  expect warn msg: PromQL warning: bucket label "le" is missing or has a malformed value of "1e999" for metric name "h_bucket" (1:23)
                  {} 1
                """);
    }
}
