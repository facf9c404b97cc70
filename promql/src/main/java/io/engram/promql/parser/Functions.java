package io.engram.promql.parser;

import static io.engram.promql.ast.ValueType.MATRIX;
import static io.engram.promql.ast.ValueType.SCALAR;
import static io.engram.promql.ast.ValueType.STRING;
import static io.engram.promql.ast.ValueType.VECTOR;

import io.engram.promql.ast.Function;
import io.engram.promql.ast.ValueType;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The functions of PromQL as of Prometheus 3.15, with their types. */
public final class Functions {
    private static final Map<String, Function> BY_NAME = table();

    private Functions() {}

    /** Null where there is none of that name; names are in lower case. */
    public static Function find(String name) {
        return BY_NAME.get(name);
    }

    /** All functions, sorted by name. */
    public static Collection<Function> all() {
        return BY_NAME.values();
    }

    private static Map<String, Function> table() {
        var table = new TreeMap<String, Function>();
        for (String name : List.of(
                "abs",
                "absent",
                "acos",
                "acosh",
                "asin",
                "asinh",
                "atan",
                "atanh",
                "ceil",
                "cos",
                "cosh",
                "deg",
                "exp",
                "floor",
                "histogram_avg",
                "histogram_count",
                "histogram_stddev",
                "histogram_stdvar",
                "histogram_sum",
                "ln",
                "log10",
                "log2",
                "rad",
                "sgn",
                "sin",
                "sinh",
                "sort",
                "sort_desc",
                "sqrt",
                "tan",
                "tanh",
                "timestamp")) {
            stable(table, name, 0, VECTOR, VECTOR);
        }
        for (String name : List.of(
                "day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year")) {
            stable(table, name, 1, VECTOR, VECTOR);
        }
        for (String name : List.of(
                "absent_over_time",
                "avg_over_time",
                "changes",
                "count_over_time",
                "delta",
                "deriv",
                "first_over_time",
                "idelta",
                "increase",
                "irate",
                "last_over_time",
                "max_over_time",
                "min_over_time",
                "present_over_time",
                "rate",
                "resets",
                "stddev_over_time",
                "stdvar_over_time",
                "sum_over_time")) {
            stable(table, name, 0, VECTOR, MATRIX);
        }
        for (String name : List.of(
                "mad_over_time",
                "ts_of_first_over_time",
                "ts_of_last_over_time",
                "ts_of_max_over_time",
                "ts_of_min_over_time")) {
            experimental(table, name, 0, VECTOR, MATRIX);
        }
        for (String name : List.of("end", "range", "start", "step")) {
            experimental(table, name, 0, SCALAR);
        }
        stable(table, "clamp", 0, VECTOR, VECTOR, SCALAR, SCALAR);
        stable(table, "clamp_max", 0, VECTOR, VECTOR, SCALAR);
        stable(table, "clamp_min", 0, VECTOR, VECTOR, SCALAR);
        experimental(table, "double_exponential_smoothing", 0, VECTOR, MATRIX, SCALAR, SCALAR);
        stable(table, "histogram_fraction", 0, VECTOR, SCALAR, SCALAR, VECTOR);
        stable(table, "histogram_quantile", 0, VECTOR, SCALAR, VECTOR);
        experimental(table, "histogram_quantiles", 9, VECTOR, VECTOR, STRING, SCALAR, SCALAR);
        experimental(table, "info", 1, VECTOR, VECTOR, VECTOR);
        stable(table, "label_join", -1, VECTOR, VECTOR, STRING, STRING, STRING);
        stable(table, "label_replace", 0, VECTOR, VECTOR, STRING, STRING, STRING, STRING);
        experimental(table, "max_of", 0, SCALAR, SCALAR, SCALAR);
        experimental(table, "min_of", 0, SCALAR, SCALAR, SCALAR);
        stable(table, "pi", 0, SCALAR);
        stable(table, "predict_linear", 0, VECTOR, MATRIX, SCALAR);
        stable(table, "quantile_over_time", 0, VECTOR, SCALAR, MATRIX);
        stable(table, "round", 1, VECTOR, VECTOR, SCALAR);
        stable(table, "scalar", 0, SCALAR, VECTOR);
        experimental(table, "sort_by_label", -1, VECTOR, VECTOR, STRING);
        experimental(table, "sort_by_label_desc", -1, VECTOR, VECTOR, STRING);
        experimental(table, "start_timestamp", 0, VECTOR, VECTOR);
        stable(table, "time", 0, SCALAR);
        stable(table, "vector", 0, VECTOR, SCALAR);
        return Collections.unmodifiableMap(table);
    }

    private static void stable(
            Map<String, Function> table, String name, int variadic, ValueType returns, ValueType... arguments) {
        table.put(name, new Function(name, List.of(arguments), variadic, returns, false));
    }

    private static void experimental(
            Map<String, Function> table, String name, int variadic, ValueType returns, ValueType... arguments) {
        table.put(name, new Function(name, List.of(arguments), variadic, returns, true));
    }
}
