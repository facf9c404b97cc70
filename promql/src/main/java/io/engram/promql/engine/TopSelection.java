package io.engram.promql.engine;

import io.engram.model.labels.Labels;
import io.engram.promql.engine.functions.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code topk} and {@code bottomk}: series are offered one after the other, and only the best k of each group and step
 * are kept. Each thread keeps those of its part; these are merged at the end.
 */
final class TopSelection {
    private final QueryContext context;
    private final VectorOperator operand;
    private final Grouping grouping;
    private final boolean highest;
    private final double[] parameter;

    /** @param parameter k at each step; checked to be a long */
    TopSelection(QueryContext context, VectorOperator operand, Grouping grouping, boolean highest, double[] parameter) {
        this.context = context;
        this.operand = operand;
        this.grouping = grouping;
        this.highest = highest;
        this.parameter = parameter;
    }

    HeldVector compute() {
        SeriesSet input = operand.series();
        Groups groups = Groups.of(input, grouping);
        int steps = parameter.length;
        int[] k = new int[steps];
        for (int step = 0; step < steps; step++) {
            k[step] = (int) Math.max(0, Math.min((long) parameter[step], input.size()));
        }
        List<StepHeaps[]> partials = new ArrayList<>(); // guarded by itself: threads add theirs when they begin
        context.forEachPart(input.size(), () -> {
            StepHeaps[] heaps = new StepHeaps[groups.count()];
            synchronized (partials) {
                partials.add(heaps);
            }
            Row row = new Row(steps);
            return (from, to) -> {
                try (VectorOperator.Reader reader = operand.read(from, to)) {
                    for (int i = from; reader.next(row); i++) {
                        offer(heaps, groups.ofSeries()[i], row, i, k);
                    }
                }
            };
        });
        return finish(input, merged(partials, groups.count()), steps);
    }

    private void offer(StepHeaps[] heaps, int group, Row row, int series, int[] k) {
        int grown = 0;
        for (int step = row.next(0); step >= 0; step = row.next(step + 1)) {
            if (heaps[group] == null) {
                heaps[group] = new StepHeaps(highest, k);
            }
            grown += heaps[group].offer(step, row.value[step], series);
        }
        if (grown > 0) {
            context.hold(grown);
        }
    }

    private static StepHeaps[] merged(List<StepHeaps[]> partials, int groups) {
        StepHeaps[] merged = new StepHeaps[groups];
        for (StepHeaps[] partial : partials) {
            for (int group = 0; group < groups; group++) {
                if (merged[group] == null) {
                    merged[group] = partial[group];
                } else if (partial[group] != null) {
                    merged[group].mergeFrom(partial[group]);
                }
            }
        }
        return merged;
    }

    private HeldVector finish(SeriesSet input, StepHeaps[] heaps, int steps) {
        Map<Integer, Row> rows = new LinkedHashMap<>();
        for (StepHeaps heap : heaps) {
            for (int step = 0; heap != null && step < steps; step++) {
                int at = step;
                heap.drain(step, (series, value) -> rows.computeIfAbsent(series, _ -> new Row(steps))
                        .set(at, value));
            }
        }
        context.hold((long) rows.size() * steps);
        Labels[] labels = new Labels[rows.size()];
        boolean[] drops = new boolean[rows.size()];
        int i = 0;
        for (int series : rows.keySet()) {
            labels[i] = input.labels()[series];
            drops[i++] = input.dropName()[series];
        }
        return new HeldVector(new SeriesSet(labels, drops), rows.values().toArray(Row[]::new));
    }
}
