package io.engram.distributor;

import io.engram.model.failure.ErrorId;
import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/** Labels in any order, as places in a body, that are then put right: sorted, without empty values. Used by one thread. */
final class LabelList {
    /** Up to here labels are sorted in place; real series have fewer. */
    private static final int SMALL = 128;

    /** So many are sorted and looked at whatever the limit is, to find what else is wrong. */
    private static final int ENOUGH = 1000;

    /** Three tags and three lengths of a canonical label. */
    private static final long MAX_FRAME_BYTES = 3 + 3 * 5;

    /** Characters that an exemplar's names and values may have together, as OpenMetrics and Prometheus have it. */
    private static final int EXEMPLAR_CHARACTERS = 128;

    private byte[] bytes;
    private int count;
    private int[] nameAt = new int[64];
    private int[] nameLength = new int[64];
    private int[] valueAt = new int[64];
    private int[] valueLength = new int[64];

    /** What {@link #write} found wrong, or null. */
    ErrorId problem;

    /** Begins anew, with labels that lie in {@code bytes}. */
    void begin(byte[] bytes) {
        this.bytes = bytes;
        this.count = 0;
        if (nameAt.length > 4096) { // one huge series must not hold memory for ever
            resize(64);
        }
    }

    int count() {
        return count;
    }

    void add(int name, int nameBytes, int value, int valueBytes) {
        if (valueBytes == 0) {
            return; // an empty value is no label
        }
        int label = count++;
        if (label == nameAt.length) {
            resize(2 * label);
        }
        nameAt[label] = name;
        nameLength[label] = nameBytes;
        valueAt[label] = value;
        valueLength[label] = valueBytes;
    }

    private void resize(int capacity) {
        nameAt = Arrays.copyOf(nameAt, capacity);
        nameLength = Arrays.copyOf(nameLength, capacity);
        valueAt = Arrays.copyOf(valueAt, capacity);
        valueLength = Arrays.copyOf(valueLength, capacity);
    }

    /** Bytes that {@link #write} takes at most. */
    long canonicalBytes(int maxLabels) {
        long all = 0;
        for (int i = 0; i < written(maxLabels); i++) {
            all += MAX_FRAME_BYTES + nameLength[i] + valueLength[i];
        }
        return all;
    }

    /**
     * Writes them canonically and sets {@link #problem}; returns where they end. Where they are far more than {@code
     * maxLabels}, only some are written, for the text of the refusal.
     */
    int write(byte[] into, int at, int maxLabels) {
        problem = null;
        int[] order = order(written(maxLabels));
        int end = at;
        for (int i = 0; i < order.length; i++) {
            int label = order[i];
            if (nameLength[label] == 0) {
                problem = ErrorId.LABEL_NAME_EMPTY;
            } else if (i > 0 && compareNames(order[i - 1], label) == 0) {
                problem = ErrorId.LABEL_DUPLICATE;
            }
            end = writeLabel(into, end, label);
        }
        if (order.length < count) {
            problem = ErrorId.LABELS_TOO_MANY;
        }
        return end;
    }

    private int written(int maxLabels) {
        return Math.min(count, Math.max(maxLabels, ENOUGH));
    }

    private int writeLabel(byte[] into, int start, int label) {
        int name = nameLength[label];
        int value = valueLength[label];
        int at = start;
        into[at++] = Wire.LABELS;
        at = Wire.putVarint(into, at, 2 + Wire.varintSize(name) + name + Wire.varintSize(value) + value);
        into[at++] = Wire.LABEL_NAME;
        at = Wire.putVarint(into, at, name);
        System.arraycopy(bytes, nameAt[label], into, at, name);
        at += name;
        into[at++] = Wire.LABEL_VALUE;
        at = Wire.putVarint(into, at, value);
        System.arraycopy(bytes, valueAt[label], into, at, value);
        return at + value;
    }

    /** As an exemplar's labels; null where they are too long, no UTF-8, or a name is missing or occurs twice. */
    Labels exemplarLabels() {
        long size = 0;
        for (int i = 0; i < count; i++) {
            size += nameLength[i] + valueLength[i];
        }
        if (size > 4 * EXEMPLAR_CHARACTERS) {
            return null;
        }
        int[] order = order(count);
        Label[] labels = new Label[count];
        int characters = 0;
        for (int i = 0; i < count; i++) {
            int label = order[i];
            if (nameLength[label] == 0 || i > 0 && compareNames(order[i - 1], label) == 0) {
                return null;
            }
            String name = text(nameAt[label], nameLength[label]);
            String value = text(valueAt[label], valueLength[label]);
            if (name == null || value == null) {
                return null;
            }
            characters += name.codePointCount(0, name.length()) + value.codePointCount(0, value.length());
            labels[i] = new Label(name, value);
        }
        return characters > EXEMPLAR_CHARACTERS ? null : Labels.ofSorted(labels);
    }

    private String text(int at, int length) {
        return Utf8.valid(bytes, at, at + length) ? new String(bytes, at, length, StandardCharsets.UTF_8) : null;
    }

    private int[] order(int labels) {
        int[] order = new int[labels];
        for (int i = 0; i < labels; i++) {
            order[i] = i;
        }
        if (labels > SMALL) {
            return Arrays.stream(order)
                    .boxed()
                    .sorted(Comparator.comparing(i -> i, this::compareNames))
                    .mapToInt(i -> i)
                    .toArray();
        }
        for (int i = 1; i < labels; i++) {
            int label = order[i];
            int hole = i;
            for (; hole > 0 && compareNames(order[hole - 1], label) > 0; hole--) {
                order[hole] = order[hole - 1];
            }
            order[hole] = label;
        }
        return order;
    }

    private int compareNames(int a, int b) {
        return Arrays.compareUnsigned(
                bytes, nameAt[a], nameAt[a] + nameLength[a], bytes, nameAt[b], nameAt[b] + nameLength[b]);
    }
}
