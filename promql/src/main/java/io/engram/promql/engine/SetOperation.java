package io.engram.promql.engine;

import io.engram.model.labels.Labels;
import io.engram.promql.ast.BinaryOp;
import io.engram.promql.engine.functions.Row;
import java.util.HashMap;
import java.util.Map;

/** {@code and}, {@code or}, {@code unless}: whether a value stays depends on what the other side has at the same step. */
final class SetOperation {
    private SetOperation() {}

    static HeldVector compute(
            QueryContext context,
            BinaryOp op,
            VectorOperator leftOperand,
            VectorOperator rightOperand,
            Grouping matching,
            int steps) {
        HeldVector left = HeldVector.of(context, leftOperand, steps);
        HeldVector right = HeldVector.of(context, rightOperand, steps);
        HeldVector.Builder result = new HeldVector.Builder(context, steps);
        if (op == BinaryOp.OR) {
            addAll(result, left);
            Map<Labels, long[]> there = presence(left, matching);
            addWhere(result, right, matching, there, false);
        } else {
            addWhere(result, left, matching, presence(right, matching), op == BinaryOp.AND);
        }
        left.release(context);
        right.release(context);
        return result.build();
    }

    private static void addAll(HeldVector.Builder result, HeldVector vector) {
        for (int i = 0; i < vector.rows().length; i++) {
            if (vector.rows()[i] != null) {
                result.add(vector.series().labels()[i], vector.series().dropName()[i], vector.rows()[i]);
            }
        }
    }

    /** At which steps each match group has a value. */
    private static Map<Labels, long[]> presence(HeldVector vector, Grouping matching) {
        Map<Labels, long[]> presence = new HashMap<>();
        for (int i = 0; i < vector.rows().length; i++) {
            Row row = vector.rows()[i];
            if (row != null) {
                long[] bits = presence.computeIfAbsent(
                        matching.of(vector.series().labels()[i]), _ -> new long[row.present.length]);
                for (int word = 0; word < bits.length; word++) {
                    bits[word] |= row.present[word];
                }
            }
        }
        return presence;
    }

    private static void addWhere(
            HeldVector.Builder result,
            HeldVector vector,
            Grouping matching,
            Map<Labels, long[]> presence,
            boolean present) {
        for (int i = 0; i < vector.rows().length; i++) {
            Row row = vector.rows()[i];
            if (row == null) {
                continue;
            }
            Labels labels = vector.series().labels()[i];
            long[] bits = presence.get(matching.of(labels));
            Row kept = row.copy();
            for (int word = 0; word < kept.present.length; word++) {
                long there = bits == null ? 0 : bits[word];
                kept.present[word] &= present ? there : ~there;
            }
            result.add(labels, vector.series().dropName()[i], kept);
        }
    }
}
