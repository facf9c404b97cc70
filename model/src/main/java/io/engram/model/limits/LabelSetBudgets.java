package io.engram.model.limits;

import io.engram.model.labels.SelectorReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A tenant's budgets of series by their labels, as {@code limits_per_label_set} of Cortex: a new series counts against
 * every budget whose matchers it passes, and against the one of {@code {}} where it passes no other. Written
 * {@code {team="a"}=1000,{team=~"b|c",env!="dev"}=500,{}=2000}.
 */
public record LabelSetBudgets(List<LabelSetBudget> budgets) {
    /** Each new series of the tenant is held against each. */
    private static final int MAX_BUDGETS = 100;

    public static final LabelSetBudgets NONE = new LabelSetBudgets(List.of());

    public LabelSetBudgets {
        budgets = List.copyOf(budgets);
        if (budgets.size() > MAX_BUDGETS) {
            throw new IllegalArgumentException("at most " + MAX_BUDGETS + " budgets");
        }
        Set<Object> selectors = new HashSet<>();
        for (LabelSetBudget budget : budgets) {
            if (!selectors.add(Set.copyOf(budget.matchers()))) {
                throw new IllegalArgumentException("one budget for " + budget.selector() + ", not two");
            }
        }
    }

    /**
     * Reads what {@link #toString} writes; selectors may have any form that PromQL knows.
     *
     * @throws IllegalArgumentException saying what is expected
     */
    public static LabelSetBudgets parse(String text) {
        SelectorReader reader = new SelectorReader(text);
        List<LabelSetBudget> budgets = new ArrayList<>();
        if (!reader.atEnd()) {
            do {
                var matchers = reader.next();
                if (!reader.take('=')) {
                    throw reader.expected("= and a number of series");
                }
                budgets.add(new LabelSetBudget(matchers, reader.number()));
            } while (reader.take(','));
            if (!reader.atEnd()) {
                throw reader.expected("a comma or the end");
            }
        }
        return budgets.isEmpty() ? NONE : new LabelSetBudgets(budgets);
    }

    public boolean isEmpty() {
        return budgets.isEmpty();
    }

    public int size() {
        return budgets.size();
    }

    public LabelSetBudget at(int index) {
        return budgets.get(index);
    }

    @Override
    public String toString() {
        return budgets.stream().map(LabelSetBudget::toString).collect(Collectors.joining(","));
    }
}
