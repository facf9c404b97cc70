package io.engram.tsdb.chunk;

/**
 * The start timestamps that follow the samples in chunks of newer encodings: passed over.
 *
 * @param header upper bit: the first sample has one, as a varint; lower seven: the sample from which on each has one, as a
 *     varbit, 0 for none
 */
record StartTimes(byte header) {
    static final StartTimes NONE = new StartTimes((byte) 0);

    /** @param sample from 0; its other fields have been read */
    void skip(int sample, BitReader in) {
        int changeOn = header & 0x7F;
        if (sample == 0) {
            if (header < 0) {
                in.readVarint();
            }
        } else if (changeOn > 0 && sample >= changeOn) {
            in.readVarbit();
        }
    }
}
