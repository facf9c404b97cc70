package io.engram.distributor;

/** Walks canonical label bytes, label by label. Trusts them: for bytes that were found canonical. Used by one thread. */
final class LabelCursor {
    private final byte[] bytes;
    private final int end;
    private int at;

    int nameAt;
    int nameLength;
    int valueAt;
    int valueLength;
    /** Where the field of this label begins; it ends where the value does. */
    int fieldAt;

    LabelCursor(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
    }

    boolean next() {
        if (at >= end) {
            return false;
        }
        fieldAt = at;
        at++;
        varint();
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
        for (int shift = 0; ; shift += 7) {
            byte b = bytes[at++];
            value |= (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }
}
