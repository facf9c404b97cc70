package io.engram.model.limits;

import io.engram.model.labels.Matcher;
import io.engram.model.labels.SelectorReader;
import java.util.List;

/**
 * How many series with certain labels a tenant may have.
 *
 * @param matchers all must pass; none at all: the series that fall under no other budget
 * @param maxSeries 0 only counts
 */
public record LabelSetBudget(List<Matcher> matchers, int maxSeries) {
    public LabelSetBudget {
        matchers = List.copyOf(matchers);
    }

    /** Whether it takes the series that no other budget takes. */
    public boolean isDefault() {
        return matchers.isEmpty();
    }

    /** {@code {team="a"}}. */
    public String selector() {
        return SelectorReader.text(matchers);
    }

    @Override
    public String toString() {
        return selector() + "=" + maxSeries;
    }
}
