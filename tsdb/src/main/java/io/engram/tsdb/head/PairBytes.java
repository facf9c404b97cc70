package io.engram.tsdb.head;

/** Where name and value lie in the canonical bytes of a label pair, {@code 0A nameLen name 12 valueLen value}. */
record PairBytes(int nameOffset, int nameLength, int valueOffset, int valueLength) {
    static PairBytes of(byte[] bytes, int offset) {
        int at = offset + 1;
        int nameLength = varint(bytes, at);
        int name = at + varintSize(nameLength);
        at = name + nameLength + 1;
        int valueLength = varint(bytes, at);
        return new PairBytes(name, nameLength, at + varintSize(valueLength), valueLength);
    }

    /** Puts a pair together; returns its length. {@code into} has room for 12 bytes more than name and value have. */
    static int write(byte[] from, int nameOffset, int nameLength, int valueOffset, int valueLength, byte[] into) {
        int at = 0;
        into[at++] = 0x0A;
        at = putVarint(into, at, nameLength);
        System.arraycopy(from, nameOffset, into, at, nameLength);
        at += nameLength;
        into[at++] = 0x12;
        at = putVarint(into, at, valueLength);
        System.arraycopy(from, valueOffset, into, at, valueLength);
        return at + valueLength;
    }

    private static int varint(byte[] bytes, int from) {
        int value = 0;
        int shift = 0;
        int at = from;
        byte b;
        do {
            b = bytes[at++];
            value |= (b & 0x7F) << shift;
            shift += 7;
        } while (b < 0);
        return value;
    }

    private static int varintSize(int value) {
        int size = 1;
        for (int rest = value >>> 7; rest != 0; rest >>>= 7) {
            size++;
        }
        return size;
    }

    private static int putVarint(byte[] into, int from, int value) {
        int at = from;
        int rest = value;
        while (rest > 0x7F) {
            into[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        into[at++] = (byte) rest;
        return at;
    }
}
