package io.engram.promql.promqltest;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.promql.ast.Expr;
import io.engram.promql.ast.ValueType;
import io.engram.promql.engine.QueryException;
import io.engram.promql.engine.QueryResult;
import io.engram.promql.parser.ParseException;
import io.engram.promql.parser.Parser;
import io.engram.promql.parser.ParserOptions;
import io.engram.promql.parser.Printer;
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
public final class ScriptRunner {
    private static final long MINUTE_MS = 60_000;
    private static final Set<String> HISTOGRAM_FUNCTIONS =
            Set.of("histogram_count", "histogram_sum", "histogram_avg", "histogram_stddev", "histogram_stdvar");

    private final ScriptTarget target;
    /** Series that hold native histograms, or have start timestamps. */
    private final Set<Labels> beyondFloats = new HashSet<>();

    private final List<String> failures = new ArrayList<>();
    private int passed;
    private int notEvaluated;
    private int queries;

    private ScriptRunner(ScriptTarget target) {
        this.target = target;
    }

    /**
     * How a script went.
     *
     * @param passed evals that went as they should
     * @param notEvaluated evals left out by the rule of {@link ScriptRunner}
     * @param queries asked for that, as an eval is asked in several forms
     * @param failures a text for each eval that did not go as it should
     */
    public record Outcome(int passed, int notEvaluated, int queries, List<String> failures) {
        @Override
        public String toString() {
            return "passed %d, failed %d, not evaluated %d, queries %d"
                    .formatted(passed, failures.size(), notEvaluated, queries);
        }
    }

    /** Runs the script over an empty target, as it is between two {@code clear}. */
    public static Outcome run(Script script, ScriptTarget target) {
        ScriptRunner runner = new ScriptRunner(target);
        target.clear();
        for (Script.Command command : script.commands()) {
            switch (command) {
                case Script.Command.Clear _ -> {
                    target.clear();
                    runner.beyondFloats.clear();
                }
                case Script.Command.Load load -> runner.load(load);
                case Script.Command.Eval eval -> runner.eval(eval);
            }
        }
        return new Outcome(runner.passed, runner.notEvaluated, runner.queries, List.copyOf(runner.failures));
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
        List<QueryResult.Series> series = new ArrayList<>();
        for (SeriesLine line : lines.values()) {
            if (load.nhcb()) {
                beyondFloats.add(nativeHistogramOf(line.labels()));
            }
            if (!beyondFloats.contains(line.labels())) {
                series.add(line.samples(load.intervalMs()));
            }
        }
        target.load(series);
    }

    private static Labels nativeHistogramOf(Labels classic) {
        String name = classic.metricName().replaceFirst("_(bucket|count|sum)$", "");
        return classic.without("le").with(Label.METRIC_NAME, name);
    }

    private void eval(Script.Command.Eval eval) {
        Expr expression = null;
        try {
            expression = Parser.parse(eval.query(), ParserOptions.EVERYTHING);
        } catch (ParseException e) {
            // No other forms can be made of it; what the target says to it is checked all the same.
        }
        if (expression != null && needsMore(eval, expression)) {
            notEvaluated++;
            return;
        }
        String problem;
        try {
            problem = expression == null || !eval.instant() ? asWritten(eval) : instantForms(eval, expression);
        } catch (RuntimeException e) {
            java.io.StringWriter trace = new java.io.StringWriter();
            e.printStackTrace(new java.io.PrintWriter(trace));
            problem = trace.toString().lines().limit(6).collect(java.util.stream.Collectors.joining("\n"));
        }
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

    /** A query that must give what the eval expects; the others than the eval's own blame expressions elsewhere. */
    private record Form(String query, boolean asWritten, ValueType type, boolean dependsOnQueryTimes) {}

    private String asWritten(Script.Command.Eval eval) {
        Form form = new Form(eval.query(), true, null, false);
        return attempt(eval, form, eval.startMs(), eval.endMs(), eval.stepMs());
    }

    /** Null where all goes as expected. */
    private String instantForms(Script.Command.Eval eval, Expr expression) {
        long t = eval.startMs();
        boolean dependsOnQueryTimes = ExprRewriter.dependsOnQueryTimes(expression);
        Form written = new Form(eval.query(), true, expression.type(), dependsOnQueryTimes);
        String problem = instantAndAround(eval, written, t);
        if (problem != null || eval.expectations().fails() || ExprRewriter.dependsOnEvaluationTime(expression)) {
            return problem;
        }
        String fixedQuery = Printer.print(ExprRewriter.at(expression, t));
        Form fixed = new Form(fixedQuery, false, expression.type(), dependsOnQueryTimes);
        long[] others = t == 0 ? new long[] {-1000, 0, 1000} : new long[] {-10 * t, 0, t / 5, t, 10 * t};
        for (long at : others) {
            problem = instantAndAround(eval, fixed, at);
            if (problem != null) {
                return fixedQuery + " at " + at + ": " + problem;
            }
        }
        return null;
    }

    private String instantAndAround(Script.Command.Eval eval, Form form, long at) {
        String problem = attempt(eval, form, at, at, 0);
        Expectations expected = eval.expectations();
        if (problem != null
                || expected.fails()
                || expected.ordered()
                || expected.text() != null
                || form.type == ValueType.MATRIX
                || form.type == ValueType.STRING
                || form.dependsOnQueryTimes) {
            return problem;
        }
        QueryResult result;
        try {
            result = query(form.query, at - MINUTE_MS, at + MINUTE_MS, MINUTE_MS);
        } catch (QueryException | ParseException e) {
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
        QueryResult.Value value = form.type == ValueType.SCALAR
                ? new QueryResult.Scalar(at, middle.getFirst().value())
                : new QueryResult.Vector(middle);
        problem = Comparison.problem(eval, value);
        return problem == null ? null : "in a range around " + at + ": " + problem;
    }

    private QueryResult query(String query, long startMs, long endMs, long stepMs) {
        queries++;
        return target.query(query, startMs, endMs, stepMs);
    }

    private String attempt(Script.Command.Eval eval, Form form, long startMs, long endMs, long stepMs) {
        QueryResult result;
        try {
            result = query(form.query, startMs, endMs, stepMs);
        } catch (QueryException | ParseException e) {
            return failure(eval, e.getMessage());
        }
        Expectations expected = eval.expectations();
        if (expected.fails()) {
            return "did not fail";
        }
        String problem = form.asWritten
                ? expected.warnings().problem("warning", result.warnings())
                : expected.warnings().problemButForPositions("warning", result.warnings());
        if (problem == null) {
            problem = form.asWritten
                    ? expected.infos().problem("info", result.infos())
                    : expected.infos().problemButForPositions("info", result.infos());
        }
        return problem != null ? problem : Comparison.problem(eval, result.value());
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
}
