package io.engram.distributor;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.hash.SeriesHash;
import java.util.Arrays;

/**
 * The symbols of one remote write 2.0 request: where each lies in the body, never a string. A value remembers the label
 * that it was first written out as, so that a label which many series share is copied in one piece after the first time.
 * Used by one thread.
 *
 * <pre>
 * four words a symbol   AT, LENGTH    of its bytes with the length before them, as a shortest varint
 *                       NAME, LABEL   with which name it was written as a label, and where
 * </pre>
 */
final class SymbolTable {
    /** A label copied in one piece has at most this many bytes, its tag and length included. */
    static final int SHORT_LABEL = 2 + 127;

    static final int NONE = -1;

    /**
     * Bytes of a request for each symbol it may have: a symbol takes two at least, and a series that refers to it takes
     * more than six others.
     */
    private static final int BYTES_PER_SYMBOL = 8;

    private static final int FREE_SYMBOLS = 1024;
    private static final int KEPT_SYMBOLS = 1 << 16;
    private static final byte[] METRIC_NAME = {'_', '_', 'n', 'a', 'm', 'e', '_', '_'};

    private static final int AT = 0;
    private static final int LENGTH = 1;
    private static final int NAME = 2;
    private static final int LABEL = 3;

    /** Tell names from values in a key: a series with the two changed over is another. */
    private static final long NAME_HI = 0x9E3779B97F4A7C15L;

    private static final long NAME_LO = 0xC2B2AE3D27D4EB4FL;

    private int[] words = new int[4 * 256];
    /** By symbol, where it is a metric's name: its metadata message as it was last seen in the request. */
    private long[] metadata = new long[0];

    /** By symbol, a keyed hash of its bytes. */
    private long[] hashHi = new long[0];

    private long[] hashLo = new long[0];

    private int count;
    private int maxCount;
    private int metricNameRef;

    void begin(int bodyLength) {
        count = 0;
        maxCount = bodyLength / BYTES_PER_SYMBOL + FREE_SYMBOLS;
        metricNameRef = NONE;
        if (words.length > 4 * KEPT_SYMBOLS) { // one huge request must not hold memory for ever
            words = new int[4 * 256];
            metadata = new long[0];
            hashHi = new long[0];
            hashLo = new long[0];
        }
    }

    /**
     * Adds the symbol {@code bytes[at .. at+length)}, before which its length stands as a shortest varint.
     *
     * @throws Failure where there are more than a request of that length can use, or the first is not empty
     */
    void add(byte[] bytes, int at, int length) {
        if (count == 0 && length > 0) {
            throw new Failure(
                    ErrorId.PROTOBUF_INVALID,
                    "the body is not a remote write 2.0 request: its first symbol is not empty");
        }
        if (count == maxCount) {
            throw new Failure(
                    ErrorId.PROTOBUF_INVALID,
                    "the body is not a remote write 2.0 request: it has more than " + maxCount
                            + " symbols, which its series cannot refer to");
        }
        int word = 4 * count;
        if (word == words.length) {
            words = Arrays.copyOf(words, 2 * word);
        }
        int prefix = Wire.varintSize(length);
        words[word + AT] = at - prefix;
        words[word + LENGTH] = prefix + length;
        words[word + NAME] = NONE;
        if (length == METRIC_NAME.length
                && metricNameRef == NONE
                && Arrays.equals(bytes, at, at + length, METRIC_NAME, 0, length)) {
            metricNameRef = count;
        }
        count++;
    }

    /**
     * Called when all are there.
     *
     * @param hash what keys are made of
     */
    void finish(byte[] bytes, SeriesHash hash) {
        if (hashHi.length < count) {
            hashHi = new long[words.length / 4];
            hashLo = new long[words.length / 4];
        }
        for (int ref = 0; ref < count; ref++) {
            hash.fingerprint(bytes, words[4 * ref + AT], words[4 * ref + LENGTH], hashHi, hashLo, ref);
        }
        if (metadata.length < count) {
            metadata = new long[words.length / 4];
        } else {
            Arrays.fill(metadata, 0, count, 0);
        }
    }

    boolean has(int ref) {
        return Integer.compareUnsigned(ref, count) < 0;
    }

    int count() {
        return count;
    }

    /** The symbol {@code __name__}, or {@link #NONE}. */
    int metricNameRef() {
        return metricNameRef;
    }

    /** What a label adds to the upper word of its series' key. Both must be there. */
    long keyHi(int nameRef, int valueRef) {
        return product(hashHi[nameRef] ^ NAME_HI, hashHi[valueRef]);
    }

    long keyLo(int nameRef, int valueRef) {
        return product(hashLo[nameRef] ^ NAME_LO, hashLo[valueRef]);
    }

    /** All 128 bits of the product, folded. */
    private static long product(long a, long b) {
        return Math.unsignedMultiplyHigh(a, b) ^ a * b;
    }

    /** Where the two were written as a label of at most {@link #SHORT_LABEL} bytes, or {@link #NONE}. Both must be there. */
    int label(int nameRef, int valueRef) {
        int word = 4 * valueRef;
        return words[word + NAME] == nameRef ? words[word + LABEL] : NONE;
    }

    /** Bytes that {@link #write} takes at most. */
    long labelBytes(int nameRef, int valueRef) {
        return 8L + words[4 * nameRef + LENGTH] + words[4 * valueRef + LENGTH];
    }

    /** Writes the two as a canonical label and remembers where; returns where it ends. */
    int write(int nameRef, int valueRef, byte[] bytes, int start) {
        int nameLength = words[4 * nameRef + LENGTH];
        int valueLength = words[4 * valueRef + LENGTH];
        int length = 2 + nameLength + valueLength;
        int at = start;
        bytes[at++] = Wire.LABELS;
        at = Wire.putVarint(bytes, at, length);
        bytes[at++] = Wire.LABEL_NAME;
        System.arraycopy(bytes, words[4 * nameRef + AT], bytes, at, nameLength);
        at += nameLength;
        bytes[at++] = Wire.LABEL_VALUE;
        System.arraycopy(bytes, words[4 * valueRef + AT], bytes, at, valueLength);
        at += valueLength;
        if (words[4 * valueRef + NAME] == NONE && at - start <= SHORT_LABEL) {
            words[4 * valueRef + NAME] = nameRef;
            words[4 * valueRef + LABEL] = start;
        }
        return at;
    }

    /** Adds the labels that pairs of references name; false where one names nothing or stands alone. */
    boolean gather(int[] refs, int refCount, LabelList into) {
        boolean valid = refCount % 2 == 0;
        for (int i = 0; i + 1 < refCount; i += 2) {
            if (has(refs[i]) && has(refs[i + 1])) {
                into.add(at(refs[i]), length(refs[i]), at(refs[i + 1]), length(refs[i + 1]));
            } else {
                valid = false;
            }
        }
        return valid;
    }

    /** Where the string begins. */
    int at(int ref) {
        return words[4 * ref + AT] + words[4 * ref + LENGTH] - length(ref);
    }

    /** The string's bytes. */
    int length(int ref) {
        int prefixed = words[4 * ref + LENGTH];
        // One byte of prefix for up to 127 bytes, two for up to 16383 …
        int length = prefixed - 1;
        while (length + Wire.varintSize(length) > prefixed) {
            length--;
        }
        return length;
    }

    /** Whether the metric's metadata came as {@code message} already; from now on it has. */
    boolean sawMetadata(int metricRef, long message) {
        boolean seen = metadata[metricRef] == message;
        metadata[metricRef] = message;
        return seen;
    }
}
