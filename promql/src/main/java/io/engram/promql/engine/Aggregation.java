package io.engram.promql.engine;

import io.engram.model.labels.Labels;
import io.engram.promql.ast.AggregateOp;
import io.engram.promql.engine.functions.Accumulator;
import io.engram.promql.engine.functions.Row;
import java.util.ArrayList;
import java.util.List;

/**
 * Aggregations that keep a few numbers per group and step: {@code sum}, {@code avg}, {@code count}, {@code min},
 * {@code max}, {@code group}, {@code stddev}, {@code stdvar}. Each thread adds the rows of its part of the series to
 * accumulators of its own; these are merged at the end.
 */
final class Aggregation {
    private final QueryContext context;
    private final AggregateOp op;
    private final VectorOperator operand;
    private final Grouping grouping;
    private final int steps;

    Aggregation(QueryContext context, AggregateOp op, VectorOperator operand, Grouping grouping, int steps) {
        this.context = context;
        this.op = op;
        this.operand = operand;
        this.grouping = grouping;
        this.steps = steps;
    }

    HeldVector compute() {
        SeriesSet series = operand.series();
        Groups groups = Groups.of(series, grouping);
        List<Partial> partials = new ArrayList<>(); // guarded by itself: threads add theirs when they begin
        context.forEachPart(series.size(), () -> {
            Partial partial = new Partial(groups.count());
            synchronized (partials) {
                partials.add(partial);
            }
            Row row = new Row(steps);
            return (from, to) -> {
                try (VectorOperator.Reader reader = operand.read(from, to)) {
                    for (int i = from; reader.next(row); i++) {
                        if (!row.isEmpty()) {
                            partial.add(groups.ofSeries()[i], row, series.dropName()[i]);
                        }
                    }
                }
            };
        });
        return finish(groups, partials);
    }

    private HeldVector finish(Groups groups, List<Partial> partials) {
        List<Labels> labels = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        boolean[] drops = new boolean[groups.count()];
        for (int group = 0; group < groups.count(); group++) {
            Accumulator merged = null;
            int lastDropping = 0;
            for (Partial partial : partials) {
                Accumulator accumulator = partial.accumulators[group];
                if (accumulator == null) {
                    continue;
                }
                lastDropping = Math.max(lastDropping, partial.lastDropping[group]);
                if (merged == null) {
                    merged = accumulator;
                } else {
                    merged.merge(accumulator);
                    context.release((long) steps * accumulator.numbersPerStep());
                }
                partial.accumulators[group] = null;
            }
            if (merged != null) {
                Row row = new Row(steps);
                merged.finish(row);
                context.release((long) steps * (merged.numbersPerStep() - 1));
                // As in Prometheus the last step decides whether the name goes.
                drops[rows.size()] = lastDropping == row.last() + 1;
                labels.add(groups.labels()[group]);
                rows.add(row);
            }
        }
        return new HeldVector(
                new SeriesSet(labels.toArray(Labels[]::new), java.util.Arrays.copyOf(drops, rows.size())),
                rows.toArray(Row[]::new));
    }

    /** One thread's share. */
    private final class Partial {
        private final Accumulator[] accumulators;
        // By group: the last step at which a series whose name is to go had a value; 0 is none, 1 the first step.
        private final int[] lastDropping;

        Partial(int groups) {
            accumulators = new Accumulator[groups];
            lastDropping = new int[groups];
        }

        void add(int group, Row row, boolean dropName) {
            Accumulator accumulator = accumulators[group];
            if (accumulator == null) {
                accumulator = Accumulator.of(op, steps);
                context.hold((long) steps * accumulator.numbersPerStep());
                accumulators[group] = accumulator;
            }
            accumulator.add(row);
            if (dropName) {
                lastDropping[group] = Math.max(lastDropping[group], row.last() + 1);
            }
        }
    }
}
