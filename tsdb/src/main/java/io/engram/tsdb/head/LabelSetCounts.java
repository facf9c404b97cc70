package io.engram.tsdb.head;

import io.engram.model.labels.LabelCursor;
import io.engram.model.labels.Matcher;
import io.engram.model.limits.LabelSetBudget;
import io.engram.model.limits.LabelSetBudgets;
import io.engram.model.limits.LocalShare;
import io.engram.tsdb.index.LabelIndex;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/**
 * How many of a tenant's series fall under each of its budgets. Counted from the postings when the list of budgets
 * changes and when series go, series by series when they come. All calls under the tenant's index lock.
 */
final class LabelSetCounts {
    private static final BitSet NONE = new BitSet(0);

    /** A matcher with its texts as bytes. */
    private record ByteMatcher(Matcher matcher, byte[] name, byte[] value, boolean passesEmpty) {
        static ByteMatcher of(Matcher matcher) {
            return new ByteMatcher(
                    matcher,
                    matcher.name().getBytes(StandardCharsets.UTF_8),
                    matcher.value().getBytes(StandardCharsets.UTF_8),
                    matcher.matchesEmpty());
        }

        boolean passes(byte[] bytes, int from, int to) {
            return switch (matcher.type()) {
                case EQUAL -> Arrays.equals(value, 0, value.length, bytes, from, to);
                case NOT_EQUAL -> !Arrays.equals(value, 0, value.length, bytes, from, to);
                case REGEX -> matcher.regex().matches(bytes, from, to);
                case NOT_REGEX -> !matcher.regex().matches(bytes, from, to);
            };
        }
    }

    private LabelSetBudgets budgets = LabelSetBudgets.NONE;
    private ByteMatcher[][] matchers = {};
    private int[] series = {};
    private int defaultBudget = -1;
    private BitSet fallsUnder = NONE; // of the series that was looked at last
    private final LabelCursor label = new LabelCursor();

    /** Makes sure that these budgets are counted. */
    void hold(LabelSetBudgets wanted, LabelIndex index) {
        if (wanted == budgets) {
            return;
        }
        boolean counted = wanted.equals(budgets);
        budgets = wanted;
        if (!counted) {
            prepare();
            recount(index);
        }
    }

    private void prepare() {
        matchers = new ByteMatcher[budgets.size()][];
        series = new int[budgets.size()];
        fallsUnder = budgets.isEmpty() ? NONE : new BitSet(budgets.size());
        defaultBudget = -1;
        for (int i = 0; i < budgets.size(); i++) {
            LabelSetBudget budget = budgets.at(i);
            matchers[i] = budget.matchers().stream().map(ByteMatcher::of).toArray(ByteMatcher[]::new);
            defaultBudget = budget.isDefault() ? i : defaultBudget;
        }
    }

    /** Counts anew from the postings: some milliseconds for a million series, whatever their labels. */
    void recount(LabelIndex index) {
        if (budgets.isEmpty()) {
            return;
        }
        try (var view = index.view()) {
            RoaringBitmap others = defaultBudget < 0 ? null : view.all();
            for (int i = 0; i < series.length; i++) {
                if (i != defaultBudget) {
                    RoaringBitmap under = view.select(budgets.at(i).matchers());
                    series[i] = under.getCardinality();
                    if (others != null) {
                        others.andNot(under);
                    }
                }
            }
            if (others != null) {
                series[defaultBudget] = others.getCardinality();
            }
        }
    }

    /**
     * The first budget that a new series with these canonical labels falls under and that is full, or -1. {@link #add}
     * counts the series.
     */
    int full(byte[] labels, int offset, int length, LocalShare share) {
        fallsUnder.clear();
        int full = -1;
        for (int i = 0; i < matchers.length; i++) {
            if (i != defaultBudget && passes(matchers[i], labels, offset, length)) {
                fallsUnder.set(i);
                full = full < 0 && isFull(i, share) ? i : full;
            }
        }
        if (defaultBudget >= 0 && fallsUnder.isEmpty()) {
            fallsUnder.set(defaultBudget);
            full = isFull(defaultBudget, share) ? defaultBudget : -1;
        }
        return full;
    }

    private boolean isFull(int i, LocalShare share) {
        int limit = share.of(budgets.at(i).maxSeries());
        return limit > 0 && series[i] >= limit;
    }

    private boolean passes(ByteMatcher[] all, byte[] labels, int offset, int length) {
        for (ByteMatcher matcher : all) {
            if (!passes(matcher, labels, offset, length)) {
                return false;
            }
        }
        return true;
    }

    private boolean passes(ByteMatcher matcher, byte[] labels, int offset, int length) {
        label.on(labels, offset, offset + length);
        byte[] name = matcher.name;
        while (label.next()) {
            if (Arrays.equals(name, 0, name.length, labels, label.nameAt, label.nameAt + label.nameLength)) {
                return matcher.passes(labels, label.valueAt, label.valueAt + label.valueLength);
            }
        }
        return matcher.passesEmpty;
    }

    /** Counts the series that {@link #full} looked at last. */
    void add() {
        for (int i = fallsUnder.nextSetBit(0); i >= 0; i = fallsUnder.nextSetBit(i + 1)) {
            series[i]++;
        }
    }

    int series(int budget) {
        return series[budget];
    }

    /** All counts, in the order of the budgets. */
    List<Integer> counts() {
        return Arrays.stream(series).boxed().toList();
    }
}
