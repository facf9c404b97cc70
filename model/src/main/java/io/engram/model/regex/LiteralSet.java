package io.engram.model.regex;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** A set of texts that can be asked with strings and with UTF-8 bytes. */
final class LiteralSet {
    private final List<String> texts;
    private final Set<String> set;
    private final byte[][] slots;

    LiteralSet(Set<String> texts) {
        this.texts = List.copyOf(texts);
        this.set = texts;
        this.slots = new byte[Integer.highestOneBit(Math.max(1, texts.size())) << 2][];
        for (String text : texts) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            int i = hash(utf8, 0, utf8.length) & (slots.length - 1);
            while (slots[i] != null) {
                i = (i + 1) & (slots.length - 1);
            }
            slots[i] = utf8;
        }
    }

    List<String> texts() {
        return texts;
    }

    boolean contains(String text) {
        return set.contains(text);
    }

    boolean contains(byte[] text, int from, int to) {
        for (int i = hash(text, from, to) & (slots.length - 1); slots[i] != null; i = (i + 1) & (slots.length - 1)) {
            if (Arrays.equals(slots[i], 0, slots[i].length, text, from, to)) {
                return true;
            }
        }
        return false;
    }

    private static int hash(byte[] bytes, int from, int to) {
        int hash = to - from;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + bytes[i];
        }
        return hash * 0x9E3779B1 >>> 8;
    }
}
