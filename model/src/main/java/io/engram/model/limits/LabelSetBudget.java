package io.engram.model.limits;

import io.engram.model.labels.Matcher;
import java.util.List;
import java.util.stream.Collectors;

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
        return matchers.stream().map(LabelSetBudget::text).collect(Collectors.joining(",", "{", "}"));
    }

    private static String text(Matcher matcher) {
        String name = matcher.name();
        String text = matcher.toString();
        boolean plain = name.matches("[a-zA-Z_][a-zA-Z0-9_]*");
        return plain
                ? text
                : '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"' + text.substring(name.length());
    }

    @Override
    public String toString() {
        return selector() + "=" + maxSeries;
    }
}
