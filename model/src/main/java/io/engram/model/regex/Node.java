package io.engram.model.regex;

import java.util.List;

/** A parsed expression, without what does not change which texts match: groups, names, greediness. */
sealed interface Node {
    int MAX_CHAR = Character.MAX_CODE_POINT;

    /** Any one character. */
    Chars ANY = new Chars(new int[] {0, MAX_CHAR});

    /** The empty text. */
    Concat EMPTY = new Concat(List.of());

    /** One character out of these ranges: first and last, both included, in turn; sorted, apart from each other. */
    record Chars(int[] ranges) implements Node {
        boolean isAny() {
            return ranges.length == 2 && ranges[0] == 0 && ranges[1] == MAX_CHAR;
        }

        long count() {
            long count = 0;
            for (int i = 0; i < ranges.length; i += 2) {
                count += ranges[i + 1] - ranges[i] + 1;
            }
            return count;
        }
    }

    record Concat(List<Node> parts) implements Node {}

    record Alternate(List<Node> branches) implements Node {}

    /** @param max -1 where there is no end */
    record Repeat(Node node, int min, int max) implements Node {}

    /** The beginning of the text, or its end. */
    record Edge(boolean begin) implements Node {}

    /** What only the general engine knows: word boundaries, lines, classes by Unicode property. */
    record Other() implements Node {}
}
