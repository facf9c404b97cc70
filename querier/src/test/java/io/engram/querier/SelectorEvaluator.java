package io.engram.querier;

import io.engram.model.StaleMarker;
import io.engram.model.labels.Labels;
import io.engram.promql.ast.Expr;
import io.engram.promql.engine.QueryOptions;
import io.engram.promql.engine.QueryResult;
import io.engram.promql.storage.SampleColumns;
import io.engram.promql.storage.SampleReader;
import io.engram.promql.storage.SeriesSource;
import io.engram.promql.storage.Storage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** As much of an engine as the API's tests need: selectors, numbers and strings. */
final class SelectorEvaluator implements QueryEndpoints.Evaluator {
    volatile QueryOptions lastOptions;
    volatile List<String> warnings = List.of();
    volatile List<String> infos = List.of();
    volatile RuntimeException failure;

    @Override
    public QueryResult run(Expr expression, String query, Storage storage, QueryOptions options) {
        lastOptions = options;
        if (failure != null) {
            throw failure;
        }
        return new QueryResult(value(expression, storage, options), warnings, infos);
    }

    private static QueryResult.Value value(Expr expression, Storage storage, QueryOptions options) {
        return switch (expression) {
            case Expr.NumberLiteral number -> new QueryResult.Scalar(options.startMs(), number.value());
            case Expr.StringLiteral text -> new QueryResult.Text(options.startMs(), text.value());
            case Expr.VectorSelector selector -> select(selector, storage, options);
            default -> throw new IllegalArgumentException("not in this test: " + expression);
        };
    }

    private static QueryResult.Value select(Expr.VectorSelector selector, Storage storage, QueryOptions options) {
        List<QueryResult.Sample> vector = new ArrayList<>();
        List<QueryResult.Series> matrix = new ArrayList<>();
        long fromMs = options.startMs() - options.lookbackMs() + 1;
        var selection = new Storage.Selection(selector.matchers(), fromMs, options.endMs(), "", 0, options.stepMs());
        SampleColumns samples = new SampleColumns();
        try (SeriesSource series = storage.select(selection);
                SampleReader reader = series.read(0, series.size())) {
            for (int i = 0; reader.next(samples); i++) {
                QueryResult.Series row = row(series.labels(i), samples, options);
                if (row.value().length > 0) {
                    matrix.add(row);
                    vector.add(new QueryResult.Sample(row.labels(), row.timestampMs()[0], row.value()[0]));
                }
            }
        }
        matrix.sort(Comparator.comparing(QueryResult.Series::labels));
        vector.sort(Comparator.comparing(QueryResult.Sample::labels));
        return options.instant() ? new QueryResult.Vector(vector) : new QueryResult.Matrix(matrix);
    }

    private static QueryResult.Series row(Labels labels, SampleColumns samples, QueryOptions options) {
        long[] times = new long[options.steps()];
        double[] values = new double[options.steps()];
        int n = 0;
        for (int step = 0; step < options.steps(); step++) {
            long time = options.startMs() + step * options.stepMs();
            int last = -1;
            for (int i = 0; i < samples.size && samples.timestampMs[i] <= time; i++) {
                last = samples.timestampMs[i] > time - options.lookbackMs() ? i : -1;
            }
            if (last >= 0 && !StaleMarker.is(samples.value[last])) {
                times[n] = time;
                values[n++] = samples.value[last];
            }
        }
        return new QueryResult.Series(labels, Arrays.copyOf(times, n), Arrays.copyOf(values, n));
    }
}
