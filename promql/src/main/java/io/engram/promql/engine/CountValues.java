package io.engram.promql.engine;

import io.engram.model.labels.Labels;
import io.engram.model.text.GoFloat;
import io.engram.promql.engine.functions.Row;
import java.util.HashMap;
import java.util.Map;

/** {@code count_values}: a series per group and value, which counts how often the value is there. */
final class CountValues {
    private CountValues() {}

    /** @param label takes the value; where {@code grouping} keeps labels it must keep this one */
    static HeldVector compute(
            QueryContext context, VectorOperator operand, Grouping grouping, String label, int steps) {
        HeldVector input = HeldVector.of(context, operand, steps);
        Map<Labels, Row> counts = new java.util.LinkedHashMap<>();
        for (int i = 0; i < input.rows().length; i++) {
            Row row = input.rows()[i];
            if (row == null) {
                continue;
            }
            Labels labels = input.series().labels()[i];
            Map<Long, Row> ofValue = new HashMap<>();
            for (int step = row.next(0); step >= 0; step = row.next(step + 1)) {
                double value = row.value[step];
                Row count = ofValue.computeIfAbsent(
                        Double.doubleToLongBits(value),
                        _ -> counts.computeIfAbsent(grouping.of(labels.with(label, GoFloat.plain(value))), _ -> {
                            context.hold(steps);
                            return new Row(steps);
                        }));
                count.set(step, count.has(step) ? count.value[step] + 1 : 1);
            }
        }
        input.release(context);
        return new HeldVector(
                new SeriesSet(counts.keySet().toArray(Labels[]::new), new boolean[counts.size()]),
                counts.values().toArray(Row[]::new));
    }
}
