package io.engram.promql.engine;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.text.GoFloat;
import io.engram.promql.ast.AggregateOp;
import io.engram.promql.ast.Span;
import io.engram.promql.engine.functions.Quantiles;
import io.engram.promql.engine.functions.Row;
import java.util.Arrays;

/**
 * Aggregations with a number: {@code quantile}, {@code limitk} and {@code limit_ratio}, which have all values of a step
 * before them, and {@code topk} and {@code bottomk}, which {@link TopSelection} computes.
 */
final class Selection {
    /** The largest value that a long holds, less what a double cannot tell from it. */
    private static final double MAX_LONG = 9223372036854774784.0;

    private static final double MIN_LONG = -9223372036854775808.0;

    private final QueryContext context;
    private final AggregateOp op;
    private final VectorOperator operand;
    private final Grouping grouping;
    private final double[] parameter;
    private final Span parameterSpan;
    private final int steps;

    /** @param parameter one per step */
    Selection(
            QueryContext context,
            AggregateOp op,
            VectorOperator operand,
            Grouping grouping,
            double[] parameter,
            Span parameterSpan,
            int steps) {
        this.context = context;
        this.op = op;
        this.operand = operand;
        this.grouping = grouping;
        this.parameter = parameter;
        this.parameterSpan = parameterSpan;
        this.steps = steps;
    }

    HeldVector compute() {
        if (!checkParameter()) {
            HeldVector.of(context, operand, steps).release(context); // what it has to tell is told all the same
            return HeldVector.EMPTY;
        }
        if (op == AggregateOp.TOPK || op == AggregateOp.BOTTOMK) {
            return new TopSelection(context, operand, grouping, op == AggregateOp.TOPK, parameter).compute();
        }
        HeldVector input = HeldVector.of(context, operand, steps);
        Groups groups = Groups.of(input.series(), grouping);
        int[][] members = members(input, groups);
        HeldVector result = op == AggregateOp.QUANTILE ? quantiles(input, groups, members) : select(input, members);
        input.release(context);
        return result;
    }

    /** NaN where any step's is. */
    private double lowest() {
        return Arrays.stream(parameter).min().orElse(Double.NaN);
    }

    private double highest() {
        return Arrays.stream(parameter).max().orElse(Double.NaN);
    }

    /** False where the parameter leaves nothing to select at any step. */
    private boolean checkParameter() {
        boolean anyNaN = Arrays.stream(parameter).anyMatch(Double::isNaN);
        double low = lowest();
        double high = highest();
        switch (op) {
            case TOPK, BOTTOMK, LIMITK -> {
                if (high < 1) {
                    return false;
                }
                if (anyNaN) {
                    throw QueryContext.failure("Parameter value is NaN");
                }
                if (low <= MIN_LONG) {
                    throw QueryContext.failure("Scalar value " + GoFloat.general(low) + " underflows int64");
                }
                if (high >= MAX_LONG) {
                    throw QueryContext.failure("Scalar value " + GoFloat.general(high) + " overflows int64");
                }
            }
            case LIMIT_RATIO -> {
                if (high == 0 && low == 0) {
                    return false;
                }
                if (anyNaN) {
                    throw QueryContext.failure("Ratio value is NaN");
                }
                if (high > 1) {
                    context.annotations().invalidRatio(high, 1, parameterSpan);
                }
                if (low < -1) {
                    context.annotations().invalidRatio(low, -1, parameterSpan);
                }
            }
            default -> {
                if (anyNaN) {
                    context.annotations().invalidQuantile(Double.NaN, parameterSpan);
                }
                if (high > 1) {
                    context.annotations().invalidQuantile(high, parameterSpan);
                }
                if (low < 0) {
                    context.annotations().invalidQuantile(low, parameterSpan);
                }
            }
        }
        return parameter.length > 0;
    }

    /** The series that have values, by group. */
    private static int[][] members(HeldVector input, Groups groups) {
        int[][] members = new int[groups.count()][];
        int[] size = new int[groups.count()];
        for (int i = 0; i < input.rows().length; i++) {
            if (input.rows()[i] == null) {
                continue;
            }
            int group = groups.ofSeries()[i];
            if (members[group] == null) {
                members[group] = new int[4];
            } else if (size[group] == members[group].length) {
                members[group] = Arrays.copyOf(members[group], 2 * size[group]);
            }
            members[group][size[group]++] = i;
        }
        for (int group = 0; group < members.length; group++) {
            members[group] = members[group] == null ? new int[0] : Arrays.copyOf(members[group], size[group]);
        }
        return members;
    }

    private HeldVector quantiles(HeldVector input, Groups groups, int[][] members) {
        HeldVector.Builder result = new HeldVector.Builder(context, steps);
        for (int group = 0; group < members.length; group++) {
            double[] values = new double[members[group].length];
            boolean drops = false;
            for (int member : members[group]) {
                drops |= input.series().dropName()[member];
            }
            for (int step = 0; step < steps; step++) {
                int n = 0;
                for (int member : members[group]) {
                    Row row = input.rows()[member];
                    if (row.has(step)) {
                        values[n++] = row.value[step];
                    }
                }
                if (n > 0) {
                    result.set(groups.labels()[group], drops, step, Quantiles.of(parameter[step], values, n));
                }
            }
        }
        return result.build();
    }

    private HeldVector select(HeldVector input, int[][] members) {
        SeriesSet series = input.series();
        Row[] out = new Row[series.size()];
        int[] order = new int[series.size()];
        int ordered = 0;
        double[] offsets = op == AggregateOp.LIMIT_RATIO ? offsets(series) : null;
        for (int step = 0; step < steps; step++) {
            context.check();
            for (int[] group : members) {
                int[] chosen = choose(input, group, step, offsets);
                for (int member : chosen) {
                    if (out[member] == null) {
                        context.hold(steps);
                        out[member] = new Row(steps);
                        order[ordered++] = member;
                    }
                    out[member].set(step, input.rows()[member].value[step]);
                }
            }
        }
        Labels[] labels = new Labels[ordered];
        boolean[] drops = new boolean[ordered];
        Row[] rows = new Row[ordered];
        for (int i = 0; i < ordered; i++) {
            labels[i] = series.labels()[order[i]];
            drops[i] = series.dropName()[order[i]];
            rows[i] = out[order[i]];
        }
        return new HeldVector(new SeriesSet(labels, drops), rows);
    }

    /** Those of a group that {@code limitk} or {@code limit_ratio} takes at a step. */
    private int[] choose(HeldVector input, int[] group, int step, double[] offsets) {
        int[] there =
                Arrays.stream(group).filter(i -> input.rows()[i].has(step)).toArray();
        double p = parameter[step];
        if (op == AggregateOp.LIMIT_RATIO) {
            double ratio = Math.clamp(p, -1.0, 1.0);
            return Arrays.stream(there)
                    .filter(i -> ratio >= 0 ? offsets[i] < ratio : offsets[i] >= 1 + ratio)
                    .toArray();
        }
        return Arrays.copyOf(there, (int) Math.max(0, Math.min((long) p, there.length)));
    }

    /** A number in [0, 1) for each series that depends on its labels alone. */
    private static double[] offsets(SeriesSet series) {
        double[] offsets = new double[series.size()];
        for (int i = 0; i < offsets.length; i++) {
            long hash = 0xcbf29ce484222325L;
            for (int j = 0; j < series.labels()[i].size(); j++) {
                Label label = series.labels()[i].at(j);
                hash = mix(mix(hash, label.name()), label.value());
            }
            hash ^= hash >>> 32;
            hash *= 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 29;
            offsets[i] = (hash >>> 11) * 0x1p-53;
        }
        return offsets;
    }

    /** FNV-1a over the characters and an end mark. */
    private static long mix(long hash, String text) {
        long h = hash;
        for (int i = 0; i < text.length(); i++) {
            h = (h ^ text.charAt(i)) * 0x100000001b3L;
        }
        return (h ^ 0xffff) * 0x100000001b3L;
    }
}
