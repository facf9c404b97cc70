package io.engram.distributor;

import io.engram.model.failure.ErrorId;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Reads one {@code TimeSeries} message in any legal encoding and writes its labels canonically: of a field that occurs
 * twice the last counts, unknown fields are passed over, empty values are no labels, the rest is sorted. Used by one
 * thread.
 */
final class UnusualSeries {
    /** Up to here labels are sorted in place; real series have fewer. */
    private static final int SMALL = 128;

    private final WireReader fields = new WireReader();
    private final WireReader inner = new WireReader();
    private byte[] bytes;
    private int labelCount;
    private int[] nameAt = new int[64];
    private int[] nameLength = new int[64];
    private int[] valueAt = new int[64];
    private int[] valueLength = new int[64];

    /** What {@link #read} saw. */
    int exemplars;

    int histograms;

    /** What {@link #writeLabels} found wrong, or null. */
    ErrorId problem;

    /**
     * Reads the message {@code bytes[start .. end)} and hands its samples to {@code scanner}.
     *
     * @throws io.engram.model.failure.Failure {@link ErrorId#PROTOBUF_INVALID}
     */
    void read(byte[] bytes, int start, int end, WriteRequestScanner scanner) {
        this.bytes = bytes;
        labelCount = 0;
        exemplars = 0;
        histograms = 0;
        fields.on(bytes, start, end);
        while (fields.nextField()) {
            switch (fields.field) {
                case 1 -> label(message("label"));
                case 2 -> sample(message("sample"), scanner);
                case 3 -> {
                    message("exemplar");
                    exemplars++;
                }
                case 4 -> {
                    message("histogram");
                    histograms++;
                }
                default -> fields.skip();
            }
        }
    }

    /** Sets {@link #inner} on the message that the field at hand holds, and steps over it. */
    private WireReader message(String what) {
        fields.expect(Wire.LENGTH_DELIMITED, what);
        int length = fields.length();
        inner.on(bytes, fields.at, fields.at + length);
        fields.at += length;
        return inner;
    }

    private void label(WireReader label) {
        int name = 0;
        int nameBytes = 0;
        int value = 0;
        int valueBytes = 0;
        while (label.nextField()) {
            switch (label.field) {
                case 1 -> {
                    label.expect(Wire.LENGTH_DELIMITED, "label name");
                    nameBytes = label.length();
                    name = label.at;
                    label.at += nameBytes;
                }
                case 2 -> {
                    label.expect(Wire.LENGTH_DELIMITED, "label value");
                    valueBytes = label.length();
                    value = label.at;
                    label.at += valueBytes;
                }
                default -> label.skip();
            }
        }
        if (valueBytes > 0) {
            addLabel(name, nameBytes, value, valueBytes);
        }
    }

    private void addLabel(int name, int nameBytes, int value, int valueBytes) {
        int label = labelCount++;
        if (label == nameAt.length) {
            nameAt = Arrays.copyOf(nameAt, 2 * label);
            nameLength = Arrays.copyOf(nameLength, 2 * label);
            valueAt = Arrays.copyOf(valueAt, 2 * label);
            valueLength = Arrays.copyOf(valueLength, 2 * label);
        }
        nameAt[label] = name;
        nameLength[label] = nameBytes;
        valueAt[label] = value;
        valueLength[label] = valueBytes;
    }

    private static void sample(WireReader sample, WriteRequestScanner scanner) {
        long valueBits = 0;
        long timestampMs = 0;
        while (sample.nextField()) {
            switch (sample.field) {
                case 1 -> {
                    sample.expect(Wire.FIXED64, "sample value");
                    valueBits = sample.fixed64();
                }
                case 2 -> {
                    sample.expect(Wire.VARINT, "sample timestamp");
                    timestampMs = sample.varint();
                }
                default -> sample.skip();
            }
        }
        scanner.sample(timestampMs, valueBits);
    }

    /** Writes the labels that were read, canonically, and sets {@link #problem}; returns where they end. */
    int writeLabels(byte[] into, int at) {
        problem = null;
        int[] order = order();
        int end = at;
        for (int i = 0; i < labelCount; i++) {
            int label = order[i];
            if (nameLength[label] == 0) {
                problem = ErrorId.LABEL_NAME_EMPTY;
            } else if (i > 0 && compareNames(order[i - 1], label) == 0) {
                problem = ErrorId.LABEL_DUPLICATE;
            }
            end = writeLabel(into, end, label);
        }
        return end;
    }

    private int writeLabel(byte[] into, int start, int label) {
        int name = nameLength[label];
        int value = valueLength[label];
        int at = start;
        into[at++] = 0x0A;
        at = Wire.putVarint(into, at, 2 + Wire.varintSize(name) + name + Wire.varintSize(value) + value);
        into[at++] = 0x0A;
        at = Wire.putVarint(into, at, name);
        System.arraycopy(bytes, nameAt[label], into, at, name);
        at += name;
        into[at++] = 0x12;
        at = Wire.putVarint(into, at, value);
        System.arraycopy(bytes, valueAt[label], into, at, value);
        return at + value;
    }

    private int[] order() {
        int[] order = new int[labelCount];
        for (int i = 0; i < labelCount; i++) {
            order[i] = i;
        }
        if (labelCount > SMALL) {
            return Arrays.stream(order)
                    .boxed()
                    .sorted(Comparator.comparing(i -> i, this::compareNames))
                    .mapToInt(i -> i)
                    .toArray();
        }
        for (int i = 1; i < labelCount; i++) {
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
