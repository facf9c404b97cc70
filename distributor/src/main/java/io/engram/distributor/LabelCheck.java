package io.engram.distributor;

import io.engram.model.failure.ErrorId;
import io.engram.model.labels.LabelCursor;
import io.engram.model.limits.Limits;
import java.util.Arrays;

/**
 * Looks at the labels of one series: first whether their bytes are the canonical encoding, then whether they keep the
 * rules. Done once per series, for what passes is remembered in {@link KnownSeries}. Used by one thread.
 */
final class LabelCheck {
    private static final byte[] METRIC_NAME = {'_', '_', 'n', 'a', 'm', 'e', '_', '_'};
    private static final long NON_ASCII = 0x8080808080808080L;

    /** Where the label that breaks a rule lies, for the text; what {@link #problem} was about. */
    int nameAt;

    int nameLength;
    int valueLength;
    int labelCount;

    /**
     * Whether {@code bytes[start .. end)} is canonical: only label fields, lengths as shortest varints that add up, names
     * and values not empty, names ascending by their bytes and none twice.
     */
    static boolean canonical(byte[] bytes, int start, int end) {
        int at = start;
        int lastName = 0;
        int lastNameLength = -1;
        while (at < end) {
            if (bytes[at] != 0x0A) {
                return false;
            }
            long outer = lengthAt(bytes, at + 1, end);
            int label = bodyOf(outer);
            int labelEnd = label + lengthOf(outer);
            if (outer < 0 || labelEnd > end || label >= labelEnd || bytes[label] != 0x0A) {
                return false;
            }
            long name = lengthAt(bytes, label + 1, labelEnd);
            int nameEnd = bodyOf(name) + lengthOf(name);
            if (name < 0 || lengthOf(name) == 0 || nameEnd >= labelEnd || bytes[nameEnd] != 0x12) {
                return false;
            }
            long value = lengthAt(bytes, nameEnd + 1, labelEnd);
            if (value < 0 || lengthOf(value) == 0 || bodyOf(value) + lengthOf(value) != labelEnd) {
                return false;
            }
            if (lastNameLength >= 0
                    && Arrays.compareUnsigned(
                                    bytes,
                                    lastName,
                                    lastName + lastNameLength,
                                    bytes,
                                    bodyOf(name),
                                    bodyOf(name) + lengthOf(name))
                            >= 0) {
                return false;
            }
            lastName = bodyOf(name);
            lastNameLength = lengthOf(name);
            at = labelEnd;
        }
        return true;
    }

    /** A length of one or two bytes in shortest form, with where it ends, as one word; negative for anything else. */
    private static long lengthAt(byte[] bytes, int at, int end) {
        if (at >= end) {
            return -1;
        }
        int first = bytes[at];
        if (first >= 0) {
            return ((long) (at + 1) << 32) | first;
        }
        int second = at + 1 < end ? bytes[at + 1] : 0;
        return second <= 0 ? -1 : ((long) (at + 2) << 32) | (second << 7) | (first & 0x7F);
    }

    private static int bodyOf(long length) {
        return (int) (length >>> 32);
    }

    private static int lengthOf(long length) {
        return (int) length;
    }

    /** The rule that the canonical labels {@code bytes[start .. end)} break, or null. */
    ErrorId problem(byte[] bytes, int start, int end, Limits limits) {
        boolean ascii = ascii(bytes, start, end);
        boolean named = false;
        labelCount = 0;
        LabelCursor label = new LabelCursor().on(bytes, start, end);
        while (label.next()) {
            labelCount++;
            nameAt = label.nameAt;
            nameLength = label.nameLength;
            valueLength = label.valueLength;
            named |= nameLength == METRIC_NAME.length
                    && Arrays.equals(bytes, nameAt, nameAt + nameLength, METRIC_NAME, 0, METRIC_NAME.length);
            if (limits.maxLabelNameBytes() > 0 && nameLength > limits.maxLabelNameBytes()) {
                return ErrorId.LABEL_NAME_TOO_LONG;
            }
            if (limits.maxLabelValueBytes() > 0 && valueLength > limits.maxLabelValueBytes()) {
                return ErrorId.LABEL_VALUE_TOO_LONG;
            }
            if (!ascii
                    && !(Utf8.valid(bytes, nameAt, nameAt + nameLength)
                            && Utf8.valid(bytes, label.valueAt, label.valueAt + valueLength))) {
                return ErrorId.LABEL_UTF8_INVALID;
            }
        }
        if (!named) {
            return ErrorId.METRIC_NAME_MISSING;
        }
        return limits.maxLabelsPerSeries() > 0 && labelCount > limits.maxLabelsPerSeries()
                ? ErrorId.LABELS_TOO_MANY
                : null;
    }

    /** Whether no byte has its upper bit set: also true of tags and lengths below 128, so one sweep does for all. */
    private static boolean ascii(byte[] bytes, int start, int end) {
        int at = start;
        for (; at <= end - 8; at += 8) {
            if ((Wire.longAt(bytes, at) & NON_ASCII) != 0) {
                return false;
            }
        }
        for (; at < end; at++) {
            if (bytes[at] < 0) {
                return false;
            }
        }
        return true;
    }
}
