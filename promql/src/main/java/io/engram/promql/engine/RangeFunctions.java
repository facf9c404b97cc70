package io.engram.promql.engine;

import io.engram.promql.ast.WindowMode;
import io.engram.promql.engine.functions.ExtendedRate;
import io.engram.promql.engine.functions.OverTime;
import io.engram.promql.engine.functions.RangeFunction;
import io.engram.promql.engine.functions.Rate;
import io.engram.promql.engine.functions.Regression;
import io.engram.promql.engine.functions.SlidingFold;
import io.engram.promql.engine.functions.SlidingFold.Kind;
import java.util.List;
import java.util.Set;

/** Range functions by name. */
final class RangeFunctions {
    private static final Set<String> RATES = Set.of("rate", "increase", "delta");
    private static final Set<String> ANCHORED = Set.of("rate", "increase", "delta", "resets", "changes");
    private static final Set<String> KEEP_NAME = Set.of("last_over_time", "first_over_time");

    private RangeFunctions() {}

    static boolean keepsName(String function) {
        return KEEP_NAME.contains(function);
    }

    /** @throws QueryException where the function does not go with {@code anchored} or {@code smoothed} */
    static void checkMode(String function, WindowMode mode) {
        if (mode == WindowMode.ANCHORED && !ANCHORED.contains(function)) {
            throw QueryContext.failure(
                    "anchored modifier can only be used with: changes, delta, increase, rate, resets - not with "
                            + function);
        }
        if (mode == WindowMode.SMOOTHED && !RATES.contains(function)) {
            throw QueryContext.failure(
                    "smoothed modifier can only be used with: delta, increase, rate - not with " + function);
        }
    }

    /**
     * @param scalars the function's other arguments, each with a value per step
     * @return null where there is no such function
     */
    static RangeFunction.Factory named(String function, List<double[]> scalars, WindowMode mode, long lookbackMs) {
        boolean anchored = mode == WindowMode.ANCHORED;
        return switch (function) {
            case "rate", "increase", "delta" -> {
                boolean counter = !function.equals("delta");
                boolean perSecond = function.equals("rate");
                yield mode == WindowMode.PLAIN
                        ? () -> new Rate(counter, perSecond)
                        : () -> new ExtendedRate(!anchored, lookbackMs, counter, perSecond);
            }
            case "irate" -> () -> OverTime.lastTwo(true);
            case "idelta" -> () -> OverTime.lastTwo(false);
            case "resets" -> () -> OverTime.transitions(true, anchored, lookbackMs);
            case "changes" -> () -> OverTime.transitions(false, anchored, lookbackMs);
            case "deriv" -> Regression::slope;
            case "predict_linear" -> () -> Regression.prediction(scalars.getFirst());
            case "double_exponential_smoothing", "holt_winters" ->
                () -> OverTime.doubleExponentialSmoothing(scalars.get(0), scalars.get(1));
            case "sum_over_time" -> () -> new SlidingFold(Kind.SUM);
            case "avg_over_time" -> () -> new SlidingFold(Kind.AVG);
            case "min_over_time" -> () -> new SlidingFold(Kind.MIN);
            case "max_over_time" -> () -> new SlidingFold(Kind.MAX);
            case "count_over_time" -> OverTime::count;
            case "last_over_time" -> OverTime::last;
            case "first_over_time" -> OverTime::first;
            case "present_over_time", "absent_over_time" -> OverTime::present;
            case "stddev_over_time" -> () -> OverTime.variance(true);
            case "stdvar_over_time" -> () -> OverTime.variance(false);
            case "quantile_over_time" -> () -> OverTime.quantile(scalars.getFirst());
            case "mad_over_time" -> OverTime::medianDeviation;
            case "ts_of_min_over_time" -> () -> OverTime.timeOfExtreme(false);
            case "ts_of_max_over_time" -> () -> OverTime.timeOfExtreme(true);
            case "ts_of_last_over_time" -> OverTime::timeOfLast;
            case "ts_of_first_over_time" -> OverTime::timeOfFirst;
            default -> null;
        };
    }
}
