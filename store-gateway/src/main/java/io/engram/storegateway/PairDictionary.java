package io.engram.storegateway;

import io.engram.model.labels.Label;
import io.engram.tsdb.block.SymbolTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The label pairs of the series that were found in a block, numbered in the order in which they occur, each with its canonical
 * bytes: {@code 0A length 0A nameLength name 12 valueLength value}. Most series share most pairs, so that few are looked up in the
 * symbols. For one thread.
 */
final class PairDictionary {
    private static final byte FIELD_TAG = 0x0A;
    private static final byte VALUE_TAG = 0x12;

    private final SymbolTable symbols;
    private final List<Label> labels = new ArrayList<>();
    private final Map<Integer, Name> names = new HashMap<>();
    /** Open addressing: symbols of name and value, and the pair's number plus one; 0 is a free slot. */
    private long[] keys = new long[256];

    private int[] numbers = new int[256];
    private byte[] bytes = new byte[4 << 10];
    /** Where the bytes of each pair end. */
    private int[] ends = new int[128];

    /** A name that many pairs have. */
    private record Name(byte[] utf8, String text) {}

    PairDictionary(SymbolTable symbols) {
        this.symbols = symbols;
    }

    /** The number of a pair. */
    int number(int name, int value) {
        long key = (long) name << 32 | value;
        int slot = slot(keys, numbers, key);
        if (numbers[slot] == 0) {
            if (2 * labels.size() >= keys.length) {
                grow();
                slot = slot(keys, numbers, key);
            }
            add(name, value);
            keys[slot] = key;
            numbers[slot] = labels.size();
        }
        return numbers[slot] - 1;
    }

    /** Copies the canonical bytes of a pair; returns the place behind, or -1 where there is not enough room. */
    int copy(int number, byte[] into, int at) {
        int from = number == 0 ? 0 : ends[number - 1];
        int length = ends[number] - from;
        if (length > into.length - at) {
            return -1;
        }
        System.arraycopy(bytes, from, into, at, length);
        return at + length;
    }

    Label[] labels() {
        return labels.toArray(Label[]::new);
    }

    private void add(int nameSymbol, int valueSymbol) {
        Name known = names.computeIfAbsent(nameSymbol, symbol -> {
            byte[] utf8 = symbols.bytes(symbol);
            return new Name(utf8, new String(utf8, StandardCharsets.UTF_8));
        });
        byte[] name = known.utf8;
        byte[] value = symbols.bytes(valueSymbol);
        int pair = 2 + varintSize(name.length) + name.length + varintSize(value.length) + value.length;
        int at = labels.isEmpty() ? 0 : ends[labels.size() - 1];
        int end = at + 1 + varintSize(pair) + pair;
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
        }
        bytes[at++] = FIELD_TAG;
        at = varint(at, pair);
        at = text(at, FIELD_TAG, name);
        text(at, VALUE_TAG, value);
        if (labels.size() == ends.length) {
            ends = Arrays.copyOf(ends, 2 * ends.length);
        }
        ends[labels.size()] = end;
        labels.add(new Label(known.text, new String(value, StandardCharsets.UTF_8)));
    }

    private int text(int from, byte tag, byte[] utf8) {
        bytes[from] = tag;
        int at = varint(from + 1, utf8.length);
        System.arraycopy(utf8, 0, bytes, at, utf8.length);
        return at + utf8.length;
    }

    private int varint(int from, int value) {
        int at = from;
        int rest = value;
        while (rest >= 0x80) {
            bytes[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[at++] = (byte) rest;
        return at;
    }

    private static int varintSize(int value) {
        return 1 + (31 - Integer.numberOfLeadingZeros(value | 1)) / 7;
    }

    private static int slot(long[] keys, int[] numbers, long key) {
        int mask = keys.length - 1;
        int slot = (int) (key * 0x9E3779B97F4A7C15L >>> 32) & mask;
        while (numbers[slot] != 0 && keys[slot] != key) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        long[] moreKeys = new long[2 * keys.length];
        int[] moreNumbers = new int[2 * keys.length];
        for (int i = 0; i < keys.length; i++) {
            if (numbers[i] != 0) {
                int slot = slot(moreKeys, moreNumbers, keys[i]);
                moreKeys[slot] = keys[i];
                moreNumbers[slot] = numbers[i];
            }
        }
        keys = moreKeys;
        numbers = moreNumbers;
    }
}
