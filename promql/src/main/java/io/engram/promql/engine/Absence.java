package io.engram.promql.engine;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.promql.engine.functions.Row;
import io.engram.promql.engine.plan.Plan;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code absent} and {@code absent_over_time}: 1 at the steps at which a vector has nothing. */
final class Absence {
    private Absence() {}

    static HeldVector compute(
            QueryContext context, VectorOperator operand, Labels labels, boolean dropsName, int steps) {
        SeriesSet series = operand.series();
        Row result = new Row(steps);
        result.markAll();
        Arrays.fill(result.value, 1);
        Row row = new Row(steps);
        try (VectorOperator.Reader reader = operand.read(0, series.size())) {
            while (!result.isEmpty() && reader.next(row)) {
                for (int word = 0; word < row.present.length; word++) {
                    result.present[word] &= ~row.present[word];
                }
            }
        }
        context.hold(steps);
        return new HeldVector(SeriesSet.of(labels).withDropName(dropsName), new Row[] {result});
    }

    /** What is known of the labels of the missing series: names that the selector equates with one value. */
    static Labels labelsOf(Plan argument) {
        return switch (argument) {
            case Plan.StepInvariant once -> labelsOf(once.operand());
            case Plan.Selector selector -> equated(selector.matchers());
            case Plan.Matrix matrix -> equated(matrix.selector().matchers());
            default -> Labels.EMPTY;
        };
    }

    private static Labels equated(List<Matcher> matchers) {
        Map<String, String> labels = new HashMap<>();
        Set<String> known = new HashSet<>();
        for (Matcher matcher : matchers) {
            if (matcher.name().equals(Label.METRIC_NAME)) {
                continue;
            }
            if (matcher.type() == Matcher.Type.EQUAL && known.add(matcher.name())) {
                labels.put(matcher.name(), matcher.value());
            } else {
                labels.remove(matcher.name());
            }
        }
        return Labels.of(labels);
    }
}
