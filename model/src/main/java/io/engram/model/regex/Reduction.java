package io.engram.model.regex;

import io.engram.model.regex.Node.Alternate;
import io.engram.model.regex.Node.Chars;
import io.engram.model.regex.Node.Concat;
import io.engram.model.regex.Node.Edge;
import io.engram.model.regex.Node.Other;
import io.engram.model.regex.Node.Repeat;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds the simple thing that an expression says. */
final class Reduction {
    static final int MAX_LITERALS = 10_000;
    private static final int MAX_LITERAL_CHARS = 1 << 20;

    private Reduction() {}

    /**
     * Without the edges that say nothing, since the whole is anchored, and with concatenations joined; null where there
     * is something in it that only the general engine knows.
     */
    static Node simplify(Node node, boolean atBegin, boolean atEnd) {
        return switch (node) {
            case Chars chars -> chars;
            case Edge edge -> (edge.begin() ? atBegin : atEnd) ? Node.EMPTY : null;
            case Other _ -> null;
            case Concat concat -> simplifyConcat(concat.parts(), atBegin, atEnd);
            case Alternate alternate -> {
                List<Node> branches = new ArrayList<>();
                for (Node branch : alternate.branches()) {
                    branches.add(simplify(branch, atBegin, atEnd));
                }
                yield branches.contains(null) ? null : new Alternate(branches);
            }
            case Repeat repeat -> {
                Node inner = simplify(repeat.node(), false, false);
                yield inner == null
                        ? null
                        : repeat.max() == 0 ? Node.EMPTY : new Repeat(inner, repeat.min(), repeat.max());
            }
        };
    }

    private static Node simplifyConcat(List<Node> parts, boolean atBegin, boolean atEnd) {
        List<Node> joined = new ArrayList<>();
        int last = parts.size() - 1;
        while (last >= 0 && parts.get(last) instanceof Edge edge && !edge.begin() && atEnd) {
            last--;
        }
        for (int i = 0; i <= last; i++) {
            Node part = simplify(parts.get(i), atBegin && joined.isEmpty(), atEnd && i == last);
            if (part == null) {
                return null;
            }
            if (part instanceof Concat inner) {
                joined.addAll(inner.parts());
            } else {
                joined.add(part);
            }
        }
        return joined.size() == 1 ? joined.getFirst() : new Concat(joined);
    }

    /** All texts that match, or null where they are too many. */
    static Set<String> literals(Node node) {
        return switch (node) {
            case Chars chars -> {
                if (chars.count() > MAX_LITERALS) {
                    yield null;
                }
                Set<String> result = new LinkedHashSet<>();
                for (int i = 0; i < chars.ranges().length; i += 2) {
                    for (int c = chars.ranges()[i]; c <= chars.ranges()[i + 1]; c++) {
                        result.add(Character.toString(c));
                    }
                }
                yield result;
            }
            case Concat concat -> {
                Set<String> result = Set.of("");
                for (Node part : concat.parts()) {
                    result = product(result, literals(part));
                }
                yield result;
            }
            case Alternate alternate -> {
                Set<String> result = new LinkedHashSet<>();
                for (Node branch : alternate.branches()) {
                    Set<String> more = literals(branch);
                    if (more == null || result.size() + more.size() > MAX_LITERALS) {
                        yield null;
                    }
                    result.addAll(more);
                }
                yield result;
            }
            case Repeat repeat -> repetitions(repeat);
            case Edge _, Other _ -> null;
        };
    }

    private static Set<String> repetitions(Repeat repeat) {
        Set<String> inner = repeat.max() < 0 ? null : literals(repeat.node());
        if (inner == null) {
            return null;
        }
        Set<String> power = Set.of("");
        Set<String> result = new LinkedHashSet<>();
        for (int times = 0; times <= repeat.max() && power != null; times++) {
            if (times >= repeat.min()) {
                result.addAll(power);
            }
            if (result.size() > MAX_LITERALS) {
                return null;
            }
            power = times < repeat.max() ? product(power, inner) : power;
        }
        return power == null ? null : result;
    }

    private static Set<String> product(Set<String> heads, Set<String> tails) {
        if (heads == null || tails == null || (long) heads.size() * tails.size() > MAX_LITERALS) {
            return null;
        }
        Set<String> result = new LinkedHashSet<>();
        int chars = 0;
        for (String head : heads) {
            for (String tail : tails) {
                chars += head.length() + tail.length();
                if (chars > MAX_LITERAL_CHARS) {
                    return null;
                }
                result.add(head + tail);
            }
        }
        return result;
    }

    /** The characters that every match begins with. */
    static String prefix(Node node) {
        var prefix = new StringBuilder();
        for (Node part : parts(node)) {
            if (!(part instanceof Chars chars) || chars.count() != 1) {
                break;
            }
            prefix.appendCodePoint(chars.ranges()[0]);
        }
        return prefix.toString();
    }

    /** The expression as literals with {@code .*} or {@code .+} between them, or null where it is not of that kind. */
    static Wildcard wildcard(Node node) {
        List<String> literals = new ArrayList<>();
        List<Boolean> gapNotEmpty = new ArrayList<>();
        var literal = new StringBuilder();
        boolean afterGap = false;
        for (Node part : parts(node)) {
            if (part instanceof Chars chars && chars.count() == 1) {
                literal.appendCodePoint(chars.ranges()[0]);
                afterGap = false;
            } else if (part instanceof Repeat repeat
                    && repeat.node() instanceof Chars chars
                    && chars.isAny()
                    && repeat.max() < 0
                    && repeat.min() <= 1) {
                if (afterGap) {
                    if (repeat.min() == 1 && gapNotEmpty.getLast()) {
                        return null; // two characters at least: not this kind
                    }
                    gapNotEmpty.set(gapNotEmpty.size() - 1, repeat.min() == 1 || gapNotEmpty.getLast());
                } else {
                    literals.add(literal.toString());
                    literal.setLength(0);
                    gapNotEmpty.add(repeat.min() == 1);
                    afterGap = true;
                }
            } else {
                return null;
            }
        }
        literals.add(literal.toString());
        return new Wildcard(literals, gapNotEmpty);
    }

    private static List<Node> parts(Node node) {
        return node instanceof Concat concat ? concat.parts() : List.of(node);
    }
}
