package io.engram.promql.promqltest;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.promql.ast.Expr;
import io.engram.promql.ast.ValueType;
import io.engram.promql.engine.Engine;
import io.engram.promql.engine.QueryException;
import io.engram.promql.engine.QueryOptions;
import io.engram.promql.engine.QueryResult;
import io.engram.promql.parser.ParseException;
import io.engram.promql.parser.Parser;
import io.engram.promql.parser.ParserOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs one script. An eval is not evaluated, and counted as such, where it needs what the engine does not have: it
 * selects a series that holds native histograms or was loaded with start timestamps, names a function of native
 * histograms, or expects one.
 */
final class ScriptRunner {
    private static final long LOOKBACK_MS = 300_000;
    private static final long MINUTE_MS = 60_000;
    private static final Set<String> HISTOGRAM_FUNCTIONS =
            Set.of("histogram_count", "histogram_sum", "histogram_avg", "histogram_stddev", "histogram_stdvar");

    private final Engine engine;
    /** Series that hold native histograms, or have start timestamps. */
    private final Set<Labels> beyondFloats = new HashSet<>();

    private MemoryStorage storage = new MemoryStorage();
    final List<String> failures = new ArrayList<>();
    int passed;
    int notEvaluated;

    ScriptRunner(Engine engine) {
        this.engine = engine;
    }

    void run(List<Script.Command> commands) {
        for (Script.Command command : commands) {
            switch (command) {
                case Script.Command.Clear _ -> {
                    storage = new MemoryStorage();
                    beyondFloats.clear();
                }
                case Script.Command.Load load -> load(load);
                case Script.Command.Eval eval -> eval(eval);
            }
        }
    }

    private void load(Script.Command.Load load) {
        Map<Labels, SeriesLine> lines = new LinkedHashMap<>();
        for (String text : load.series()) {
            SeriesLine line = SeriesLine.parse(text);
            if (line.startTimestamps() || line.hasHistogram()) {
                beyondFloats.add(line.labels());
            }
            if (!line.startTimestamps()) {
                lines.put(line.labels(), line);
            }
        }
        for (SeriesLine line : lines.values()) {
            if (load.nhcb()) {
                beyondFloats.add(nativeHistogramOf(line.labels()));
            }
            for (int i = 0; i < line.points().size() && !beyondFloats.contains(line.labels()); i++) {
                if (line.points().get(i) != null) {
                    storage.put(
                            line.labels(), i * load.intervalMs(), line.points().get(i));
                }
            }
        }
    }

    private static Labels nativeHistogramOf(Labels classic) {
        String name = classic.metricName().replaceFirst("_(bucket|count|sum)$", "");
        return classic.without("le").with(Label.METRIC_NAME, name);
    }

    private void eval(Script.Command.Eval eval) {
        Expr expression;
        try {
            expression = Parser.parse(eval.query(), ParserOptions.EVERYTHING);
        } catch (ParseException e) {
            report(eval, failure(eval, e.getMessage()));
            return;
        }
        if (needsMore(eval, expression)) {
            notEvaluated++;
            return;
        }
        try {
            report(eval, problem(eval, expression));
        } catch (RuntimeException e) {
            java.io.StringWriter trace = new java.io.StringWriter();
            e.printStackTrace(new java.io.PrintWriter(trace));
            report(eval, trace.toString().lines().limit(6).collect(java.util.stream.Collectors.joining("\n")));
        }
    }

    private void report(Script.Command.Eval eval, String problem) {
        if (problem == null) {
            passed++;
        } else {
            failures.add("line " + eval.line() + ": " + eval.query() + "\n    " + problem);
        }
    }

    private boolean needsMore(Script.Command.Eval eval, Expr expression) {
        if (eval.expectations().results().stream().anyMatch(line -> line.contains("{{"))) {
            return true;
        }
        boolean[] found = {false};
        ExprRewriter.walk(expression, one -> {
            if (one instanceof Expr.Call call) {
                found[0] |= HISTOGRAM_FUNCTIONS.contains(call.function().name());
            } else if (one instanceof Expr.VectorSelector selector) {
                found[0] |=
                        beyondFloats.stream().anyMatch(labels -> MemoryStorage.matches(selector.matchers(), labels));
            }
        });
        return found[0];
    }

    private static String failure(Script.Command.Eval eval, String message) {
        Expectations expected = eval.expectations();
        if (!expected.fails()) {
            return "failed: " + message;
        }
        return expected.failTexts().stream().allMatch(check -> check.passes(message))
                ? null
                : "wrong error: " + message;
    }

    /** Null where all goes as expected. */
    private String problem(Script.Command.Eval eval, Expr expression) {
        if (!eval.instant()) {
            return attempt(eval, expression, eval.startMs(), eval.endMs(), eval.stepMs());
        }
        String problem = instantAndAround(eval, expression, eval.startMs());
        if (problem != null || eval.expectations().fails() || ExprRewriter.dependsOnEvaluationTime(expression)) {
            return problem;
        }
        long t = eval.startMs();
        Expr fixed = ExprRewriter.at(expression, t);
        long[] others = t == 0 ? new long[] {-1000, 0, 1000} : new long[] {-10 * t, 0, t / 5, t, 10 * t};
        for (long at : others) {
            problem = instantAndAround(eval, fixed, at);
            if (problem != null) {
                return "with @ " + t + " at " + at + ": " + problem;
            }
        }
        return null;
    }

    private String instantAndAround(Script.Command.Eval eval, Expr expression, long at) {
        String problem = attempt(eval, expression, at, at, 0);
        Expectations expected = eval.expectations();
        if (problem != null
                || expected.fails()
                || expected.ordered()
                || expected.text() != null
                || expression.type() == ValueType.MATRIX
                || expression.type() == ValueType.STRING
                || ExprRewriter.dependsOnQueryTimes(expression)) {
            return problem;
        }
        QueryResult result;
        try {
            result = query(eval, expression, at - MINUTE_MS, at + MINUTE_MS, MINUTE_MS);
        } catch (QueryException e) {
            return "range around failed: " + e.getMessage();
        }
        List<QueryResult.Sample> middle = new ArrayList<>();
        for (QueryResult.Series series : ((QueryResult.Matrix) result.value()).series()) {
            for (int i = 0; i < series.timestampMs().length; i++) {
                if (series.timestampMs()[i] == at) {
                    middle.add(new QueryResult.Sample(series.labels(), at, series.value()[i]));
                }
            }
        }
        QueryResult.Value value = expression.type() == ValueType.SCALAR
                ? new QueryResult.Scalar(at, middle.getFirst().value())
                : new QueryResult.Vector(middle);
        problem = Comparison.problem(eval, value);
        return problem == null ? null : "in a range around " + at + ": " + problem;
    }

    private QueryResult query(Script.Command.Eval eval, Expr expression, long start, long end, long step) {
        var options = new QueryOptions(start, end, step, LOOKBACK_MS, 60_000, 50_000_000, true, () -> false);
        return engine.run(expression, eval.query(), storage, options);
    }

    private String attempt(Script.Command.Eval eval, Expr expression, long start, long end, long step) {
        QueryResult result;
        try {
            result = query(eval, expression, start, end, step);
        } catch (QueryException | ParseException e) {
            return failure(eval, e.getMessage());
        }
        Expectations expected = eval.expectations();
        if (expected.fails()) {
            return "did not fail";
        }
        String problem = expected.warnings().problem("warning", result.warnings());
        if (problem == null) {
            problem = expected.infos().problem("info", result.infos());
        }
        return problem != null ? problem : Comparison.problem(eval, result.value());
    }
}
