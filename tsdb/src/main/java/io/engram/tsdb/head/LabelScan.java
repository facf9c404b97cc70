package io.engram.tsdb.head;

/** Walks the canonical label bytes of a series, as in {@link io.engram.model.write.WriteBatch#labels}. Used again. */
final class LabelScan {
    private byte[] bytes;
    private int at;
    private int end;

    /** The pair {@code 0A nameLen name 12 valueLen value} of the label. */
    int pairAt;

    int pairLength;
    int nameAt;
    int nameLength;
    int valueAt;
    int valueLength;

    void begin(byte[] labels, int offset, int length) {
        bytes = labels;
        at = offset;
        end = offset + length;
    }

    /** Goes on to the next label; false behind the last. */
    boolean next() {
        if (at >= end) {
            return false;
        }
        at++; // its tag
        pairLength = varint();
        pairAt = at;
        at++;
        nameLength = varint();
        nameAt = at;
        at += nameLength + 1;
        valueLength = varint();
        valueAt = at;
        at += valueLength;
        return true;
    }

    private int varint() {
        int value = 0;
        int shift = 0;
        byte b;
        do {
            b = bytes[at++];
            value |= (b & 0x7F) << shift;
            shift += 7;
        } while (b < 0);
        return value;
    }
}
