package io.engram.model.regex;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Literals in turn with anything between them: {@code a.*b.+c}. The first begins the text and the last ends it; those
 * between are looked for from left to right, and the leftmost place is always good enough.
 */
final class Wildcard {
    private final String[] literals;
    private final byte[][] utf8;

    /** Whether at least one character must lie between literal i and literal i + 1. */
    private final boolean[] gapNotEmpty;

    private final int minBytes;

    Wildcard(List<String> literals, List<Boolean> gapNotEmpty) {
        this.literals = literals.toArray(String[]::new);
        this.utf8 = new byte[this.literals.length][];
        this.gapNotEmpty = new boolean[gapNotEmpty.size()];
        int bytes = 0;
        for (int i = 0; i < utf8.length; i++) {
            utf8[i] = this.literals[i].getBytes(StandardCharsets.UTF_8);
            bytes += utf8[i].length;
        }
        for (int i = 0; i < this.gapNotEmpty.length; i++) {
            this.gapNotEmpty[i] = gapNotEmpty.get(i);
            bytes += this.gapNotEmpty[i] ? 1 : 0;
        }
        this.minBytes = bytes;
    }

    /** Whether this is a literal followed by {@code .*}. */
    boolean isPrefix() {
        return literals.length == 2 && literals[1].isEmpty() && !gapNotEmpty[0];
    }

    boolean matchesEverything() {
        return isPrefix() && literals[0].isEmpty();
    }

    boolean matchesAllButEmpty() {
        return literals.length == 2 && literals[0].isEmpty() && literals[1].isEmpty() && gapNotEmpty[0];
    }

    boolean matches(String text) {
        String first = literals[0];
        if (literals.length == 1) {
            return text.equals(first);
        }
        String last = literals[literals.length - 1];
        if (!text.startsWith(first) || !text.endsWith(last)) {
            return false;
        }
        int at = first.length();
        for (int i = 1; i < literals.length - 1; i++) {
            at = text.indexOf(literals[i], at + (gapNotEmpty[i - 1] ? 1 : 0));
            if (at < 0) {
                return false;
            }
            at += literals[i].length();
        }
        return at + (gapNotEmpty[gapNotEmpty.length - 1] ? 1 : 0) <= text.length() - last.length();
    }

    boolean matches(byte[] text, int from, int to) {
        byte[] first = utf8[0];
        if (to - from < minBytes || !startsWith(text, from, first)) {
            return false;
        }
        if (utf8.length == 1) {
            return to - from == first.length;
        }
        byte[] last = utf8[utf8.length - 1];
        if (!startsWith(text, to - last.length, last)) {
            return false;
        }
        int at = from + first.length;
        int end = to - last.length;
        for (int i = 1; i < utf8.length - 1; i++) {
            at = indexOf(text, at + (gapNotEmpty[i - 1] ? 1 : 0), end, utf8[i]);
            if (at < 0) {
                return false;
            }
            at += utf8[i].length;
        }
        return at + (gapNotEmpty[gapNotEmpty.length - 1] ? 1 : 0) <= end;
    }

    private static boolean startsWith(byte[] text, int at, byte[] literal) {
        return Arrays.equals(text, at, at + literal.length, literal, 0, literal.length);
    }

    private static int indexOf(byte[] text, int from, int to, byte[] literal) {
        byte first = literal[0];
        int last = to - literal.length;
        outer:
        for (int i = from; i <= last; i++) {
            if (text[i] == first) {
                for (int k = 1; k < literal.length; k++) {
                    if (text[i + k] != literal[k]) {
                        continue outer;
                    }
                }
                return i;
            }
        }
        return -1;
    }
}
