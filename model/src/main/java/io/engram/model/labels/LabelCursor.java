package io.engram.model.labels;

/**
 * Walks the canonical label bytes of a series, label by label, as they stand in
 * {@link io.engram.model.write.WriteBatch#labels}. Trusts them: for bytes that were found canonical. Fields say where the
 * label at hand lies. Can be used again; for one thread.
 */
public final class LabelCursor {
    private byte[] bytes;
    private int at;
    private int end;

    /** Where the field {@code 0A len pair} of this label begins; it ends where the value does. */
    public int fieldAt;
    /** The pair {@code 0A nameLen name 12 valueLen value} of the label. */
    public int pairAt;

    public int pairLength;
    public int nameAt;
    public int nameLength;
    public int valueAt;
    public int valueLength;

    /** Before the first label of {@code labels[start .. end)}; returns this. */
    public LabelCursor on(byte[] labels, int start, int end) {
        this.bytes = labels;
        this.at = start;
        this.end = end;
        return this;
    }

    /** Goes on to the next label; false behind the last. */
    public boolean next() {
        if (at >= end) {
            return false;
        }
        fieldAt = at;
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
        for (int shift = 0; ; shift += 7) {
            byte b = bytes[at++];
            value |= (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }
}
