package io.engram.promql.engine;

import io.engram.model.labels.Labels;
import io.engram.promql.ast.Expr;
import io.engram.promql.ast.ValueType;
import io.engram.promql.engine.functions.Row;
import io.engram.promql.engine.plan.Plan;
import io.engram.promql.engine.plan.Planner;
import io.engram.promql.parser.ParseException;
import io.engram.promql.parser.Parser;
import io.engram.promql.parser.ParserOptions;
import io.engram.promql.storage.SampleColumns;
import io.engram.promql.storage.SampleReader;
import io.engram.promql.storage.Storage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Evaluates PromQL. Instant and range queries take one path: an instant query has one step. Semantics are those of
 * Prometheus 3.15 with delayed removal of metric names. Safe for many threads; {@link #close} after the last query.
 */
public final class Engine implements AutoCloseable {
    private final EngineConfig config;
    private final Workers workers;

    public Engine(EngineConfig config) {
        this.config = config;
        this.workers = new Workers(config.threads());
    }

    /**
     * @throws ParseException where {@code query} is no PromQL, or no query of this kind
     * @throws QueryException where it could not be answered within its limits
     * @throws RuntimeException of the storage's own
     */
    public QueryResult run(String query, Storage storage, QueryOptions options) {
        Expr expression =
                Parser.parse(query, options.experimental() ? ParserOptions.EVERYTHING : ParserOptions.DEFAULT);
        return run(expression, query, storage, options);
    }

    /**
     * As {@link #run(String, Storage, QueryOptions)}, of an expression that is parsed already.
     *
     * @param query the text that the expression's spans point into; empty leaves positions out of annotations
     */
    public QueryResult run(Expr expression, String query, Storage storage, QueryOptions options) {
        ValueType type = expression.type();
        if (!options.instant() && type != ValueType.VECTOR && type != ValueType.SCALAR) {
            throw new ParseException("invalid expression type \"" + type.documented()
                    + "\" for range query, must be Scalar or instant Vector");
        }
        Plan plan = new Planner(
                        options.startMs(),
                        options.endMs(),
                        options.stepMs(),
                        config.defaultSubqueryStep().toMillis())
                .plan(expression);
        Annotations annotations = new Annotations(query);
        try (QueryContext context = new QueryContext(storage, options, config, workers, annotations)) {
            context.check();
            QueryResult.Value value = evaluate(plan, context);
            context.gatherInfos();
            return new QueryResult(value, annotations.warnings(), annotations.infos());
        }
    }

    private static QueryResult.Value evaluate(Plan plan, QueryContext context) {
        QueryOptions options = context.options();
        StepTimes times = options.instant()
                ? new StepTimes(options.startMs(), 1, 1)
                : StepTimes.between(options.startMs(), options.endMs(), options.stepMs());
        OperatorBuilder operators = new OperatorBuilder(context);
        return switch (plan.type()) {
            case STRING -> new QueryResult.Text(times.startMs(), ((Plan.Text) plan).value());
            case SCALAR -> scalar(operators.scalars().values(plan, times), times, options.instant());
            case MATRIX -> matrix(plan, operators, times);
            case VECTOR -> {
                VectorOperator vector = operators.vector(plan, times);
                HeldVector held = visible(context, HeldVector.of(context, vector, times.count()), times.count());
                yield options.instant() ? instant(held, times) : range(held, times);
            }
            case NONE -> throw new IllegalStateException("expression without a type");
        };
    }

    private static QueryResult.Value scalar(double[] values, StepTimes times, boolean instant) {
        if (instant) {
            return new QueryResult.Scalar(times.startMs(), values[0]);
        }
        if (values.length == 0) {
            return new QueryResult.Matrix(List.of());
        }
        long[] timestamps = new long[values.length];
        Arrays.setAll(timestamps, times::at);
        return new QueryResult.Matrix(List.of(new QueryResult.Series(Labels.EMPTY, timestamps, values)));
    }

    /** Drops the names that are to go; series that become alike are joined, where they do not overlap. */
    private static HeldVector visible(QueryContext context, HeldVector held, int steps) {
        HeldVector.Builder result = new HeldVector.Builder(context, steps);
        boolean distinct = true;
        Labels[] labels = new Labels[held.rows().length];
        java.util.Set<Labels> seen = new java.util.HashSet<>();
        for (int i = 0; i < labels.length; i++) {
            if (held.rows()[i] != null) {
                labels[i] = held.series().visible(i);
                distinct &= seen.add(labels[i]);
            }
        }
        if (distinct) {
            return new HeldVector(new SeriesSet(labels, new boolean[labels.length]), held.rows());
        }
        for (int i = 0; i < labels.length; i++) {
            if (held.rows()[i] != null) {
                result.add(labels[i], false, held.rows()[i]);
            }
        }
        return result.build();
    }

    private static QueryResult.Vector instant(HeldVector vector, StepTimes times) {
        List<QueryResult.Sample> samples = new ArrayList<>();
        for (int i = 0; i < vector.rows().length; i++) {
            if (vector.rows()[i] != null) {
                samples.add(new QueryResult.Sample(
                        vector.series().labels()[i], times.startMs(), vector.rows()[i].value[0]));
            }
        }
        return new QueryResult.Vector(samples);
    }

    private static QueryResult.Matrix range(HeldVector vector, StepTimes times) {
        List<QueryResult.Series> result = new ArrayList<>();
        for (int i = 0; i < vector.rows().length; i++) {
            Row row = vector.rows()[i];
            if (row == null) {
                continue;
            }
            int n = row.count();
            long[] timestamps = new long[n];
            double[] values = new double[n];
            int at = 0;
            for (int step = row.next(0); step >= 0; step = row.next(step + 1)) {
                timestamps[at] = times.at(step);
                values[at++] = row.value[step];
            }
            result.add(new QueryResult.Series(vector.series().labels()[i], timestamps, values));
        }
        result.sort(Comparator.comparing(QueryResult.Series::labels));
        return new QueryResult.Matrix(result);
    }

    /** A range vector as the result: the samples themselves. */
    private static QueryResult.Matrix matrix(Plan plan, OperatorBuilder operators, StepTimes times) {
        SampleSource source = operators.samples(plan, times, "");
        SeriesSet series = source.series();
        SampleColumns columns = new SampleColumns();
        List<QueryResult.Series> result = new ArrayList<>();
        try (SampleReader reader = source.read(0, series.size())) {
            for (int i = 0; reader.next(columns); i++) {
                SampleColumns window = operators.windowOf(plan, times.startMs(), columns);
                if (window.size > 0) {
                    result.add(new QueryResult.Series(
                            series.visible(i),
                            Arrays.copyOf(window.timestampMs, window.size),
                            Arrays.copyOf(window.value, window.size)));
                }
            }
        }
        result.sort(Comparator.comparing(QueryResult.Series::labels));
        return new QueryResult.Matrix(joined(result));
    }

    /** Joins neighbours with equal labels, whose samples must not be of the same time. */
    private static List<QueryResult.Series> joined(List<QueryResult.Series> sorted) {
        List<QueryResult.Series> result = new ArrayList<>();
        for (QueryResult.Series series : sorted) {
            if (result.isEmpty() || !result.getLast().labels().equals(series.labels())) {
                result.add(series);
                continue;
            }
            TreeMap<Long, Double> samples = new TreeMap<>();
            for (QueryResult.Series one : List.of(result.removeLast(), series)) {
                for (int i = 0; i < one.timestampMs().length; i++) {
                    if (samples.put(one.timestampMs()[i], one.value()[i]) != null) {
                        throw HeldVector.sameLabelset();
                    }
                }
            }
            result.add(new QueryResult.Series(
                    series.labels(),
                    samples.keySet().stream().mapToLong(Long::longValue).toArray(),
                    samples.values().stream().mapToDouble(Double::doubleValue).toArray()));
        }
        return result;
    }

    @Override
    public void close() {
        workers.close();
    }
}
