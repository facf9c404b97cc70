package io.engram.promql.ast;

import java.util.List;

/**
 * How the sides of a binary operation find each other.
 *
 * @param on {@code labels} are those to match on, else those to ignore
 * @param include labels of {@code group_left(…)} or {@code group_right(…)}
 * @param fillLeft the value that a missing left side takes, or null ({@code fill}, {@code fill_left})
 * @param fillRight likewise for the right side
 */
public record VectorMatching(
        Card card, boolean on, List<String> labels, List<String> include, Double fillLeft, Double fillRight) {

    /** How many series of a side may meet one of the other; named as in Prometheus' error texts. */
    public enum Card {
        ONE_TO_ONE("one-to-one"),
        MANY_TO_ONE("many-to-one"),
        ONE_TO_MANY("one-to-many"),
        MANY_TO_MANY("many-to-many");

        private final String text;

        Card(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    public VectorMatching {
        labels = List.copyOf(labels);
        include = List.copyOf(include);
    }
}
