package io.engram.promql.engine;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.promql.ast.BinaryOp;
import io.engram.promql.ast.Span;
import io.engram.promql.ast.VectorMatching;
import io.engram.promql.ast.VectorMatching.Card;
import io.engram.promql.engine.functions.BinaryFunction;
import io.engram.promql.engine.functions.Row;
import io.engram.promql.engine.plan.Plan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Arithmetic and comparison between two vectors. One side is the "one" (the right, except with {@code group_right}):
 *
 * <ol>
 *   <li>Both sides' series are put into match groups by the labels that count.
 *   <li>Within a group, each series of the "many" side meets each of the "one" side where both have a value; at one step
 *       there may be one of the latter only, and in a one-to-one match one of the former.
 *   <li>What has no partner at a step meets the fill value, where there is one.
 *   <li>Results of equal labels become one series.
 * </ol>
 */
final class VectorBinary {
    private final QueryContext context;
    private final BinaryOp op;
    private final VectorMatching matching;
    private final boolean returnBool;
    private final Span span;
    private final int steps;
    private final boolean swapped;
    private final Double fillMany;
    private final Double fillOne;
    private final Grouping grouping;

    VectorBinary(QueryContext context, Plan.Binary binary, int steps) {
        this.context = context;
        this.op = binary.op();
        this.matching = binary.matching();
        this.returnBool = binary.returnBool();
        this.span = binary.span();
        this.steps = steps;
        this.swapped = matching.card() == Card.ONE_TO_MANY;
        this.fillMany = swapped ? matching.fillRight() : matching.fillLeft();
        this.fillOne = swapped ? matching.fillLeft() : matching.fillRight();
        this.grouping = matching.on() ? Grouping.keeping(matching.labels()) : Grouping.leavingOut(matching.labels());
    }

    HeldVector compute(VectorOperator left, VectorOperator right) {
        HeldVector many = HeldVector.of(context, swapped ? right : left, steps);
        HeldVector one = HeldVector.of(context, swapped ? left : right, steps);
        Map<Labels, MatchGroup> groups = new LinkedHashMap<>();
        long[] anyMany = assign(many, groups, true);
        assign(one, groups, false);
        HeldVector.Builder result = new HeldVector.Builder(context, steps);
        for (Map.Entry<Labels, MatchGroup> group : groups.entrySet()) {
            context.check();
            new Match(group.getKey(), group.getValue(), many, one).run(anyMany, result);
        }
        many.release(context);
        one.release(context);
        return result.build();
    }

    private record MatchGroup(List<Integer> many, List<Integer> one) {}

    /** Returns at which steps the side has any value. */
    private long[] assign(HeldVector side, Map<Labels, MatchGroup> groups, boolean isMany) {
        long[] any = new long[(steps + 63) >>> 6];
        for (int i = 0; i < side.rows().length; i++) {
            Row row = side.rows()[i];
            if (row == null) {
                continue;
            }
            MatchGroup group = groups.computeIfAbsent(
                    grouping.of(side.series().labels()[i]), _ -> new MatchGroup(new ArrayList<>(), new ArrayList<>()));
            (isMany ? group.many() : group.one()).add(i);
            for (int word = 0; word < any.length; word++) {
                any[word] |= row.present[word];
            }
        }
        return any;
    }

    /** The work on one match group. */
    private final class Match {
        private final Labels key;
        private final MatchGroup group;
        private final HeldVector many;
        private final HeldVector one;
        private final Map<Labels, Output> outputs = new LinkedHashMap<>();
        // Steps at which the group's "one" side has met something.
        private final long[] matched = new long[(steps + 63) >>> 6];

        Match(Labels key, MatchGroup group, HeldVector many, HeldVector one) {
            this.key = key;
            this.group = group;
            this.many = many;
            this.one = one;
        }

        void run(long[] anyMany, HeldVector.Builder result) {
            long[] anyOne = presenceOfOne(anyMany);
            for (int m : group.many()) {
                Row manyRow = many.rows()[m];
                Labels manyLabels = many.series().labels()[m];
                for (int o : group.one()) {
                    Row oneRow = one.rows()[o];
                    Output output = null;
                    for (int word = 0; word < matched.length; word++) {
                        long both = manyRow.present[word] & oneRow.present[word];
                        if (both != 0 && output == null) {
                            output = output(manyLabels, one.series().labels()[o]);
                        }
                        for (; both != 0; both &= both - 1) {
                            int step = (word << 6) + Long.numberOfTrailingZeros(both);
                            meet(output, step, manyRow.value[step], oneRow.value[step]);
                        }
                    }
                }
                if (fillOne != null) {
                    fillOne(manyRow, manyLabels, anyOne);
                }
            }
            if (fillMany != null) {
                fillMany();
            }
            outputs.forEach((labels, output) -> result.add(labels, output.dropsName, output.row));
        }

        /** Where the "one" side has a value; it may have two at a step only where there is nothing to match. */
        private long[] presenceOfOne(long[] anyMany) {
            long[] present = new long[matched.length];
            for (int o : group.one()) {
                long[] bits = one.rows()[o].present;
                for (int word = 0; word < present.length; word++) {
                    long twice =
                            present[word] & bits[word] & (fillMany == null && fillOne == null ? anyMany[word] : -1L);
                    if (twice != 0) {
                        throw duplicate((word << 6) + Long.numberOfTrailingZeros(twice), o);
                    }
                    present[word] |= bits[word];
                }
            }
            return present;
        }

        private QueryException duplicate(int step, int series) {
            int other = group.one().stream()
                    .filter(o -> o != series && one.rows()[o].has(step))
                    .findFirst()
                    .orElse(series);
            Labels a = one.series().labels()[other];
            Labels b = one.series().labels()[series];
            boolean inOrder = a.compareTo(b) <= 0;
            return QueryContext.failure("found duplicate series for the match group " + GoText.labels(key) + " on the "
                    + (swapped ? "left" : "right") + " hand-side of the operation: ["
                    + GoText.labels(inOrder ? a : b) + ", " + GoText.labels(inOrder ? b : a)
                    + "];many-to-many matching not allowed: matching labels must be unique on one side");
        }

        private void fillOne(Row manyRow, Labels manyLabels, long[] anyOne) {
            Output output = null;
            for (int step = manyRow.next(0); step >= 0; step = manyRow.next(step + 1)) {
                if ((anyOne[step >> 6] & (1L << step)) == 0) {
                    output = output == null ? output(manyLabels, key) : output;
                    meet(output, step, manyRow.value[step], fillOne);
                }
            }
        }

        private void fillMany() {
            for (int o : group.one()) {
                Row oneRow = one.rows()[o];
                Output output = null;
                for (int step = oneRow.next(0); step >= 0; step = oneRow.next(step + 1)) {
                    if ((matched[step >> 6] & (1L << step)) == 0) {
                        output = output == null ? output(key, one.series().labels()[o]) : output;
                        meet(output, step, fillMany, oneRow.value[step]);
                    }
                }
            }
        }

        /** A name that was to be dropped is back: arithmetic has removed it, a comparison keeps what it finds. */
        private Output output(Labels manyLabels, Labels oneLabels) {
            return outputs.computeIfAbsent(resultLabels(manyLabels, oneLabels), _ -> new Output(steps, returnBool));
        }

        private void meet(Output output, int step, double manyValue, double oneValue) {
            long bit = 1L << step;
            if (matching.card() == Card.ONE_TO_ONE) {
                if ((matched[step >> 6] & bit) != 0) {
                    throw QueryContext.failure(
                            "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)");
                }
            } else if ((output.met[step >> 6] & bit) != 0) {
                throw QueryContext.failure("multiple matches for labels: grouping labels must ensure unique matches");
            }
            matched[step >> 6] |= bit;
            output.met[step >> 6] |= bit;
            if (op == BinaryOp.TRIM_LOWER || op == BinaryOp.TRIM_UPPER) {
                context.annotations().incompatibleFloats(op.symbol(), span);
                return;
            }
            double left = swapped ? oneValue : manyValue;
            double right = swapped ? manyValue : oneValue;
            if (op.kind() == BinaryOp.Kind.ARITHMETIC) {
                output.row.set(step, BinaryFunction.arithmetic(op, left, right));
                return;
            }
            boolean holds = BinaryFunction.compares(op, left, right);
            if (returnBool) {
                output.row.set(step, holds ? 1 : 0);
            } else if (holds) {
                output.row.set(step, left);
            }
        }
    }

    private static final class Output {
        private final Row row;
        // Steps at which values met, whether or not the comparison held.
        private final long[] met;
        private final boolean dropsName;

        Output(int steps, boolean dropsName) {
            this.row = new Row(steps);
            this.met = new long[row.present.length];
            this.dropsName = dropsName;
        }
    }

    private Labels resultLabels(Labels manyLabels, Labels oneLabels) {
        Labels result = op.kind() == BinaryOp.Kind.ARITHMETIC ? SeriesSet.withoutMetadata(manyLabels) : manyLabels;
        if (matching.card() == Card.ONE_TO_ONE) {
            List<String> names = matching.labels();
            result = result.filter(name -> names.contains(name) == matching.on());
        }
        if (matching.include().isEmpty()) {
            return result;
        }
        Map<String, String> labels = new HashMap<>();
        for (int i = 0; i < result.size(); i++) {
            Label label = result.at(i);
            labels.put(label.name(), label.value());
        }
        for (String name : matching.include()) {
            labels.put(name, oneLabels.get(name));
        }
        return Labels.of(labels);
    }
}
