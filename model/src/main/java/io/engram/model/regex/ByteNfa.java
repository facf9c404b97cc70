package io.engram.model.regex;

import io.engram.model.regex.Node.Alternate;
import io.engram.model.regex.Node.Chars;
import io.engram.model.regex.Node.Concat;
import io.engram.model.regex.Node.Edge;
import io.engram.model.regex.Node.Other;
import io.engram.model.regex.Node.Repeat;
import java.util.Arrays;

/**
 * An expression as instructions over the bytes of UTF-8: read a byte out of a range and go on, or go on at two places.
 * Texts are taken to be valid UTF-8, which lets "any characters" be any bytes: what follows them begins with the first
 * byte of a character and cannot match in the middle of one.
 */
final class ByteNfa {
    /** Here the text has matched. */
    static final int MATCH = 0;

    /** Here the text has matched whatever else follows. */
    static final int MATCH_ALL = 1;

    private static final int MAX_INSTRUCTIONS = 5000;
    private static final int SPLIT = -1;

    /** The lowest byte to read, or {@link #SPLIT}. */
    private int[] low = new int[64];

    /** The highest byte to read; of a split, the second place to go on at. */
    private int[] high = new int[64];

    private int[] next = new int[64];
    private int count = 2;
    private final int start;

    private ByteNfa(Node node) {
        start = compile(node, MATCH);
    }

    /** Null where the expression is too large. */
    static ByteNfa of(Node node) {
        try {
            return new ByteNfa(node);
        } catch (TooLarge e) {
            return null;
        }
    }

    private static final class TooLarge extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooLarge() {
            super(null, null, false, false);
        }
    }

    int start() {
        return start;
    }

    int size() {
        return count;
    }

    boolean isSplit(int instruction) {
        return instruction > MATCH_ALL && low[instruction] == SPLIT;
    }

    int next(int instruction) {
        return next[instruction];
    }

    int alternative(int split) {
        return high[split];
    }

    boolean reads(int instruction, int value) {
        return instruction > MATCH_ALL && low[instruction] <= value && value <= high[instruction];
    }

    /** For every byte the number of its class: bytes of one class are never told apart. */
    byte[] byteClasses() {
        boolean[] begins = new boolean[257];
        for (int i = MATCH_ALL + 1; i < count; i++) {
            if (low[i] != SPLIT) {
                begins[low[i]] = true;
                begins[high[i] + 1] = true;
            }
        }
        byte[] classes = new byte[256];
        int number = 0;
        for (int value = 1; value < 256; value++) {
            number += begins[value] ? 1 : 0;
            classes[value] = (byte) number;
        }
        return classes;
    }

    /** Returns where to begin so that {@code then} comes after the node. */
    private int compile(Node node, int then) {
        return switch (node) {
            case Chars chars -> compileChars(chars, then);
            case Concat concat -> {
                int at = then;
                for (int i = concat.parts().size() - 1; i >= 0; i--) {
                    at = compile(concat.parts().get(i), at);
                }
                yield at;
            }
            case Alternate alternate -> {
                int at = compile(alternate.branches().getLast(), then);
                for (int i = alternate.branches().size() - 2; i >= 0; i--) {
                    at = split(compile(alternate.branches().get(i), then), at);
                }
                yield at;
            }
            case Repeat repeat -> compileRepeat(repeat, then);
            case Edge _, Other _ -> throw new IllegalStateException("not reduced: " + node);
        };
    }

    private int compileRepeat(Repeat repeat, int then) {
        int at = then;
        if (repeat.max() < 0) {
            at = star(repeat.node(), then);
        } else {
            for (int i = repeat.min(); i < repeat.max(); i++) {
                at = split(compile(repeat.node(), at), then);
            }
        }
        for (int i = 0; i < repeat.min(); i++) {
            at = compile(repeat.node(), at);
        }
        return at;
    }

    private int star(Node node, int then) {
        boolean any = node instanceof Chars chars && chars.isAny();
        if (any && then == MATCH) {
            return MATCH_ALL;
        }
        int loop = split(MATCH, then);
        int body = any ? range(0, 0xFF, loop) : compile(node, loop);
        next[loop] = body; // now: compiling may have replaced the array
        return loop;
    }

    private int compileChars(Chars chars, int then) {
        int[] ranges = chars.ranges();
        int at = -1;
        for (int i = 0; i < ranges.length; i += 2) {
            int one = compileRange(ranges[i], ranges[i + 1], then);
            at = at < 0 ? one : split(one, at);
        }
        // A class without characters, such as [^\x00-\x{10FFFF}]: reads a byte that UTF-8 does not have.
        return at < 0 ? range(0xFF, 0xFF, then) : at;
    }

    /** Cuts a range of characters where the length of their encoding changes. */
    private int compileRange(int first, int last, int then) {
        int at = -1;
        int from = first;
        for (int longest : new int[] {0x7F, 0x7FF, 0xFFFF, Node.MAX_CHAR}) {
            if (from <= last && from <= longest) {
                int one = sequence(encode(from), encode(Math.min(last, longest)), 0, then);
                at = at < 0 ? one : split(one, at);
                from = longest + 1;
            }
        }
        return at;
    }

    /** Reads what lies between two encodings of equal length, from their byte {@code depth} on. */
    private int sequence(byte[] first, byte[] last, int depth, int then) {
        int low = first[depth] & 0xFF;
        int high = last[depth] & 0xFF;
        if (depth == first.length - 1) {
            return range(low, high, then);
        }
        if (low == high) {
            return range(low, low, sequence(first, last, depth + 1, then));
        }
        // The first leading byte with what follows it upwards, the last one downwards, and all between with anything.
        int at = -1;
        if (!isAll(first, depth + 1, (byte) 0x80)) {
            at = range(low, low, sequence(first, filled(first, depth + 1, (byte) 0xBF), depth + 1, then));
            low++;
        }
        if (!isAll(last, depth + 1, (byte) 0xBF)) {
            int one = range(high, high, sequence(filled(last, depth + 1, (byte) 0x80), last, depth + 1, then));
            at = at < 0 ? one : split(one, at);
            high--;
        }
        if (low <= high) {
            int rest = then;
            for (int i = depth + 1; i < first.length; i++) {
                rest = range(0x80, 0xBF, rest);
            }
            int one = range(low, high, rest);
            at = at < 0 ? one : split(one, at);
        }
        return at;
    }

    private static boolean isAll(byte[] bytes, int from, byte value) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] != value) {
                return false;
            }
        }
        return true;
    }

    private static byte[] filled(byte[] bytes, int from, byte value) {
        byte[] result = bytes.clone();
        Arrays.fill(result, from, result.length, value);
        return result;
    }

    /** By hand, because a range may end at a surrogate, which no charset encodes. */
    private static byte[] encode(int c) {
        if (c < 0x80) {
            return new byte[] {(byte) c};
        }
        if (c < 0x800) {
            return new byte[] {(byte) (0xC0 | c >> 6), tail(c)};
        }
        if (c < 0x10000) {
            return new byte[] {(byte) (0xE0 | c >> 12), tail(c >> 6), tail(c)};
        }
        return new byte[] {(byte) (0xF0 | c >> 18), tail(c >> 12), tail(c >> 6), tail(c)};
    }

    private static byte tail(int c) {
        return (byte) (0x80 | (c & 0x3F));
    }

    private int range(int from, int to, int then) {
        return add(from, to, then);
    }

    private int split(int first, int second) {
        return add(SPLIT, second, first);
    }

    private int add(int lowest, int highest, int then) {
        if (count == MAX_INSTRUCTIONS) {
            throw new TooLarge();
        }
        if (count == low.length) {
            low = Arrays.copyOf(low, count * 2);
            high = Arrays.copyOf(high, count * 2);
            next = Arrays.copyOf(next, count * 2);
        }
        low[count] = lowest;
        high[count] = highest;
        next[count] = then;
        return count++;
    }
}
