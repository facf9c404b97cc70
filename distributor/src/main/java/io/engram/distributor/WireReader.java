package io.engram.distributor;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;

/**
 * Walks a message field by field, whatever its encoding, as long as it is legal: over-long varints, unknown fields and
 * groups. Used where speed does not matter; every refusal says at which byte and why. Used by one thread.
 */
final class WireReader {
    private static final int MAX_GROUP_DEPTH = 100;

    /** {@link #repeatedEnd} where one number stands alone. */
    private static final int SINGLE = -1;

    private byte[] bytes;
    private int end;
    private int repeatedEnd;
    int at;

    /** What the last {@link #nextField} found. */
    int field;

    int wireType;

    /** Sets it on {@code bytes[from .. to)}, a message in a body that begins at byte 0. */
    WireReader on(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
        return this;
    }

    /** Steps to the next field; false at the end of the message. */
    boolean nextField() {
        if (at == end) {
            return false;
        }
        int tagAt = at;
        long tag = varint();
        if (tag < 8 || tag > 0xFFFFFFFFL) {
            throw malformed(tagAt, "a field number out of range");
        }
        field = (int) (tag >>> 3);
        wireType = (int) (tag & 7);
        return true;
    }

    /** Sets {@code inner} on the message that the field at hand holds, and steps over it. */
    WireReader message(String what, WireReader inner) {
        expect(Wire.LENGTH_DELIMITED, what);
        int length = length();
        inner.on(bytes, at, at + length);
        at += length;
        return inner;
    }

    /** Steps over the bytes that the field at hand holds, so that {@link #at} is where they end; how many there are. */
    int bytes(String what) {
        expect(Wire.LENGTH_DELIMITED, what);
        int length = length();
        at += length;
        return length;
    }

    /** The number that the field at hand holds. */
    long varint(String what) {
        expect(Wire.VARINT, what);
        return varint();
    }

    long fixed64(String what) {
        expect(Wire.FIXED64, what);
        return fixed64();
    }

    /**
     * Begins a repeated number, which may come packed or one by one; {@link #nextRepeated} says whether there is one to
     * read.
     */
    void repeatedVarints(String what) {
        repeated(Wire.VARINT, what);
    }

    /** As {@link #repeatedVarints}, of doubles. */
    void repeatedFixed64(String what) {
        repeated(Wire.FIXED64, what);
    }

    private void repeated(int single, String what) {
        if (wireType == Wire.LENGTH_DELIMITED) {
            int length = length();
            repeatedEnd = at + length;
        } else {
            expect(single, what);
            repeatedEnd = SINGLE;
        }
    }

    boolean nextRepeated() {
        if (repeatedEnd == SINGLE) {
            repeatedEnd = 0;
            return true;
        }
        if (repeatedEnd != 0 && at > repeatedEnd) {
            throw malformed(at, "packed numbers that end in the middle of one");
        }
        return at < repeatedEnd;
    }

    void expect(int type, String what) {
        if (wireType != type) {
            throw malformed(at, what + " with wire type " + wireType + " in place of " + type);
        }
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (at == end) {
                throw malformed(at, "a varint that is cut off");
            }
            byte b = bytes[at++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw malformed(at, "a varint of more than ten bytes");
    }

    /** Reads a length and checks that so much is there; {@link #at} is then on the first byte. */
    int length() {
        int lengthAt = at;
        long length = varint();
        if (length < 0 || length > end - at) {
            throw malformed(
                    lengthAt,
                    "a length of " + Long.toUnsignedString(length) + " bytes where " + (end - at) + " are left");
        }
        return (int) length;
    }

    long fixed64() {
        if (end - at < 8) {
            throw malformed(at, "a number of eight bytes that is cut off");
        }
        at += 8;
        return Wire.longAt(bytes, at - 8);
    }

    void skip() {
        skip(0);
    }

    private void skip(int depth) {
        switch (wireType) {
            case Wire.VARINT -> varint();
            case Wire.FIXED64 -> fixed64();
            case Wire.LENGTH_DELIMITED -> {
                int length = length();
                at += length;
            }
            case Wire.GROUP_START -> skipGroup(depth);
            case Wire.FIXED32 -> {
                if (end - at < 4) {
                    throw malformed(at, "a number of four bytes that is cut off");
                }
                at += 4;
            }
            default -> throw malformed(at, "wire type " + wireType + " where a field begins");
        }
    }

    private void skipGroup(int depth) {
        int group = field;
        if (depth == MAX_GROUP_DEPTH) {
            throw malformed(at, "groups nested more than " + MAX_GROUP_DEPTH + " deep");
        }
        while (nextField()) {
            if (wireType == Wire.GROUP_END) {
                if (field != group) {
                    throw malformed(at, "the end of another group");
                }
                return;
            }
            skip(depth + 1);
        }
        throw malformed(at, "a group without an end");
    }

    Failure malformed(int position, String what) {
        return new Failure(
                ErrorId.PROTOBUF_INVALID,
                "the body is not a remote write request: " + what + " at byte " + position
                        + " of the decompressed body");
    }
}
