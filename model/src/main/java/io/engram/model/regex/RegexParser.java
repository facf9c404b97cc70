package io.engram.model.regex;

import io.engram.model.regex.Node.Alternate;
import io.engram.model.regex.Node.Chars;
import io.engram.model.regex.Node.Concat;
import io.engram.model.regex.Node.Edge;
import io.engram.model.regex.Node.Other;
import io.engram.model.regex.Node.Repeat;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads an expression that is known, or about to be found out, to be RE2 (https://github.com/google/re2/wiki/Syntax).
 * It need not refuse what RE2 refuses; what it does not understand becomes {@link Other}, or null for the whole.
 */
final class RegexParser {
    /** As in RE2: no part may be repeated more often than that, however the repetitions are nested. */
    static final int MAX_REPEAT = 1000;

    /** What threads have stack for, here and in re2j, which recurse. Nobody writes a tenth of it. */
    static final int MAX_DEPTH = 200;

    /**
     * How many characters re2j may copy while it reads: the rest of the expression at every group, escape and member of
     * a class, and a literal at each character that it grows by. Up to a second of work.
     */
    static final long MAX_COPIED_CHARS = 1L << 31;

    private static final int[] DIGIT = {'0', '9'};
    private static final int[] WORD = {'0', '9', 'A', 'Z', '_', '_', 'a', 'z'};
    private static final int[] SPACE = {'\t', '\n', '\f', '\r', ' ', ' '};

    private final String text;
    private int at;
    private int depth;
    private long copiedChars; // by re2j, as estimated
    private boolean ignoreCase;
    private boolean dotAll = true;
    private boolean multiLine;

    private RegexParser(String text) {
        this.text = text;
    }

    /**
     * Null where this is nothing that the parser knows.
     *
     * @throws InvalidRegex where the expression nests or repeats more than is allowed
     */
    static Node parse(String text) {
        var parser = new RegexParser(text);
        Node node = parser.understood();
        parser.checkCost(node == null);
        return node;
    }

    private Node understood() {
        try {
            Node node = alternate();
            checkRepeats(node, 1);
            return at == text.length() ? node : null;
        } catch (NotUnderstood e) {
            return null;
        }
    }

    /** Sees to it that re2j, which reads the text next, has neither too deep nor too long a way. */
    private void checkCost(boolean partly) {
        if (partly && text.chars().filter(c -> c == '(').count() > MAX_DEPTH) {
            throw tooDeep(); // perhaps not, but who could tell
        }
        if ((partly ? (long) text.length() * text.length() / 2 : copiedChars) > MAX_COPIED_CHARS) {
            throw new InvalidRegex("error parsing regexp: expression of " + text.length()
                    + " characters has too many groups, escapes and members of classes, or too long a literal");
        }
    }

    private InvalidRegex tooDeep() {
        return new InvalidRegex("error parsing regexp: expression nests too deeply: `" + text + "`");
    }

    /** Ends the parsing of something that the parser leaves to the general engine. */
    private static final class NotUnderstood extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotUnderstood() {
            super(null, null, false, false);
        }
    }

    private void checkRepeats(Node node, int outer) {
        switch (node) {
            case Concat concat -> concat.parts().forEach(part -> checkRepeats(part, outer));
            case Alternate alternate -> alternate.branches().forEach(branch -> checkRepeats(branch, outer));
            case Repeat repeat -> {
                int times = outer * Math.max(1, Math.max(repeat.min(), repeat.max()));
                if (times > MAX_REPEAT) {
                    throw invalidRepeat(text);
                }
                checkRepeats(repeat.node(), times);
            }
            case Chars _, Edge _, Other _ -> {}
        }
    }

    private Node alternate() {
        if (++depth > MAX_DEPTH) {
            throw tooDeep();
        }
        List<Node> branches = new ArrayList<>();
        branches.add(concat());
        while (at < text.length() && text.charAt(at) == '|') {
            at++;
            branches.add(concat());
        }
        depth--;
        return branches.size() == 1 ? branches.getFirst() : new Alternate(branches);
    }

    private Node concat() {
        List<Node> parts = new ArrayList<>();
        int literalChars = 0;
        while (at < text.length() && text.charAt(at) != '|' && text.charAt(at) != ')') {
            int from = at;
            Node node = atom();
            if (node != null) {
                Node part = text.startsWith("\\Q", from) ? node : repeated(node);
                literalChars = part instanceof Chars ? literalChars + 1 : 0;
                copiedChars += literalChars;
                parts.add(part);
            }
        }
        return parts.size() == 1 ? parts.getFirst() : new Concat(parts);
    }

    private Node repeated(Node node) {
        Node result = node;
        while (at < text.length()) {
            switch (text.charAt(at)) {
                case '*' -> {
                    at++;
                    result = new Repeat(result, 0, -1);
                }
                case '+' -> {
                    at++;
                    result = new Repeat(result, 1, -1);
                }
                case '?' -> {
                    at++;
                    result = new Repeat(result, 0, 1);
                }
                case '{' -> {
                    Node counted = counted(result);
                    if (counted == null) {
                        return result;
                    }
                    result = counted;
                }
                default -> {
                    return result;
                }
            }
            if (at < text.length() && text.charAt(at) == '?') {
                at++; // lazy: the same texts match
            }
        }
        return result;
    }

    /** {@code {n}}, {@code {n,}} or {@code {n,m}}; null where the brace is only a brace. */
    private Node counted(Node node) {
        int end = text.indexOf('}', at);
        String inside = end < 0 ? "" : text.substring(at + 1, end);
        int comma = inside.indexOf(',');
        String first = comma < 0 ? inside : inside.substring(0, comma);
        String second = comma < 0 ? first : inside.substring(comma + 1);
        if (!isNumber(first) || !(second.isEmpty() || isNumber(second))) {
            return null;
        }
        int min = Integer.parseInt(first);
        int max = second.isEmpty() ? -1 : Integer.parseInt(second);
        if (min > MAX_REPEAT || max > MAX_REPEAT) {
            throw invalidRepeat(text.substring(at, end + 1));
        }
        at = end + 1;
        if (max >= 0 && max < min) {
            throw new NotUnderstood();
        }
        return new Repeat(node, min, max);
    }

    private static InvalidRegex invalidRepeat(String where) {
        return new InvalidRegex("error parsing regexp: invalid repeat count: `" + where + "`");
    }

    private static boolean isNumber(String digits) {
        return !digits.isEmpty()
                && digits.length() <= 5
                && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                && (digits.length() == 1 || digits.charAt(0) != '0');
    }

    /** Null for what is no part of the concatenation: flags. */
    private Node atom() {
        int c = text.codePointAt(at);
        at += Character.charCount(c);
        return switch (c) {
            case '(' -> group();
            case '[' -> charClass();
            case '.' -> dotAll ? Node.ANY : new Chars(new int[] {0, '\n' - 1, '\n' + 1, Node.MAX_CHAR});
            case '^' -> multiLine ? new Other() : new Edge(true);
            case '$' -> multiLine ? new Other() : new Edge(false);
            case '\\' -> escape();
            case '*', '+', '?' -> throw new NotUnderstood();
            default -> literal(c);
        };
    }

    private Node group() {
        copiedChars += text.length() - at;
        boolean caseBefore = ignoreCase;
        boolean dotBefore = dotAll;
        boolean lineBefore = multiLine;
        if (text.startsWith("?P<", at) || text.startsWith("?<", at)) {
            at = text.indexOf('>', at) + 1;
            if (at == 0) {
                throw new NotUnderstood();
            }
        } else if (at < text.length() && text.charAt(at) == '?') {
            at++;
            if (flags() == ')') {
                return null; // they hold until the group around them ends
            }
        }
        Node node = alternate();
        if (at >= text.length() || text.charAt(at) != ')') {
            throw new NotUnderstood();
        }
        at++;
        ignoreCase = caseBefore;
        dotAll = dotBefore;
        multiLine = lineBefore;
        return node;
    }

    /** Reads up to the closing {@code :} or {@code )} and returns it. */
    private char flags() {
        boolean on = true;
        while (at < text.length()) {
            char c = text.charAt(at++);
            switch (c) {
                case 'i' -> ignoreCase = on;
                case 's' -> dotAll = on;
                case 'm' -> multiLine = on;
                case 'U' -> {} // greediness: the same texts match
                case '-' -> on = false;
                case ':', ')' -> {
                    return c;
                }
                default -> throw new NotUnderstood();
            }
        }
        throw new NotUnderstood();
    }

    private Node literal(int c) {
        return chars(new CharRanges().add(c, c), false);
    }

    private Node chars(CharRanges ranges, boolean negated) {
        if (ignoreCase) {
            if (ranges.reachesBeyondAscii()) {
                return new Other();
            }
            ranges.addAsciiFolds();
        }
        int[] sorted = ranges.toArray();
        return new Chars(negated ? CharRanges.negate(sorted) : sorted);
    }

    private Node escape() {
        copiedChars += text.length() - at;
        if (at >= text.length()) {
            throw new NotUnderstood();
        }
        char c = text.charAt(at);
        switch (c) {
            case 'A' -> {
                at++;
                return new Edge(true);
            }
            case 'z' -> {
                at++;
                return new Edge(false);
            }
            case 'b', 'B' -> {
                at++;
                return new Other();
            }
            case 'Q' -> {
                return quoted();
            }
            default -> {
                int[] perl = perlClass(c);
                if (perl != null) {
                    at++;
                    return new Chars(perl);
                }
                return literal(escapedChar());
            }
        }
    }

    private Node quoted() {
        int from = at + 1;
        int end = text.indexOf("\\E", from);
        at = end < 0 ? text.length() : end + 2;
        List<Node> parts = new ArrayList<>();
        text.substring(from, end < 0 ? text.length() : end).codePoints().forEach(c -> parts.add(literal(c)));
        if (!parts.isEmpty()) {
            parts.add(repeated(parts.removeLast())); // a repetition after the quote is of its last character
        }
        copiedChars += (long) parts.size() * parts.size() / 2;
        return new Concat(parts);
    }

    private static int[] perlClass(char c) {
        return switch (c) {
            case 'd' -> DIGIT;
            case 'w' -> WORD;
            case 's' -> SPACE;
            case 'D' -> CharRanges.negate(DIGIT);
            case 'W' -> CharRanges.negate(WORD);
            case 'S' -> CharRanges.negate(SPACE);
            default -> null;
        };
    }

    /** The character that an escape stands for; the backslash is behind. */
    private int escapedChar() {
        int c = text.codePointAt(at);
        at += Character.charCount(c);
        return switch (c) {
            case 'a' -> 7;
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 0x0B;
            case 'x' -> hex();
            default -> {
                if (c >= 0x80 || Character.isLetterOrDigit(c)) {
                    throw new NotUnderstood();
                }
                yield c;
            }
        };
    }

    private int hex() {
        int end = at + 2;
        int from = at;
        if (at < text.length() && text.charAt(at) == '{') {
            from++;
            end = text.indexOf('}', at);
        }
        if (end < from + 1 || end > text.length() || end > from + 6) {
            throw new NotUnderstood();
        }
        int value = 0;
        for (int i = from; i < end; i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0) {
                throw new NotUnderstood();
            }
            value = value << 4 | digit;
        }
        at = from > at ? end + 1 : end;
        if (value > Node.MAX_CHAR) {
            throw new NotUnderstood();
        }
        return value;
    }

    private Node charClass() {
        boolean negated = at < text.length() && text.charAt(at) == '^';
        if (negated) {
            at++;
        }
        var ranges = new CharRanges();
        for (boolean first = true; ; first = false) {
            copiedChars += text.length() - at;
            if (at >= text.length()) {
                throw new NotUnderstood();
            }
            char c = text.charAt(at);
            if (c == ']' && !first) {
                at++;
                return chars(ranges, negated);
            }
            if (c == '[' && text.startsWith("[:", at)) {
                ranges.addAll(posixClass());
            } else if (c == '\\' && at + 1 < text.length() && perlClass(text.charAt(at + 1)) != null) {
                ranges.addAll(perlClass(text.charAt(at + 1)));
                at += 2;
            } else {
                int low = classChar();
                int high = low;
                if (at + 1 < text.length() && text.charAt(at) == '-' && text.charAt(at + 1) != ']') {
                    at++;
                    high = classChar();
                }
                if (high < low) {
                    throw new NotUnderstood();
                }
                ranges.add(low, high);
            }
        }
    }

    private int classChar() {
        if (at >= text.length()) {
            throw new NotUnderstood();
        }
        int c = text.codePointAt(at);
        at += Character.charCount(c);
        if (c != '\\') {
            return c;
        }
        if (at >= text.length()) {
            throw new NotUnderstood();
        }
        return escapedChar();
    }

    private int[] posixClass() {
        int end = text.indexOf(":]", at + 2); // behind the opening, whose colon is not the closing one: [[:]
        String name = end < 0 ? "" : text.substring(at + 2, end);
        at = end + 2;
        return switch (name) {
            case "alnum" -> new int[] {'0', '9', 'A', 'Z', 'a', 'z'};
            case "alpha" -> new int[] {'A', 'Z', 'a', 'z'};
            case "ascii" -> new int[] {0, 0x7F};
            case "blank" -> new int[] {'\t', '\t', ' ', ' '};
            case "cntrl" -> new int[] {0, 0x1F, 0x7F, 0x7F};
            case "digit" -> DIGIT;
            case "graph" -> new int[] {'!', '~'};
            case "lower" -> new int[] {'a', 'z'};
            case "print" -> new int[] {' ', '~'};
            case "punct" -> new int[] {'!', '/', ':', '@', '[', '`', '{', '~'};
            case "space" -> new int[] {'\t', '\r', ' ', ' '};
            case "upper" -> new int[] {'A', 'Z'};
            case "word" -> WORD;
            case "xdigit" -> new int[] {'0', '9', 'A', 'F', 'a', 'f'};
            default -> throw new NotUnderstood();
        };
    }
}
