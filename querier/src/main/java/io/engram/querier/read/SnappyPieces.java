package io.engram.querier.read;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.xerial.snappy.Snappy;

/**
 * A block of snappy that is compressed while it is made: only what is compressed is held. The format allows it, because a
 * block is a length and then elements that refer back at will; pieces that were compressed alone can stand behind each
 * other ({@code snappy/format_description.txt}). Used by one thread.
 */
final class SnappyPieces {
    /** What compressors look back at most. */
    private static final int PIECE_BYTES = 64 << 10;

    private final List<byte[]> pieces = new ArrayList<>();
    private final byte[] raw = new byte[PIECE_BYTES];
    private final byte[] compressed = new byte[Snappy.maxCompressedLength(PIECE_BYTES)];
    private int rawSize;
    private long length;

    /** Bytes so far, before compression. */
    long length() {
        return length;
    }

    void write(byte[] bytes, int offset, int size) throws IOException {
        int from = offset;
        int left = size;
        while (left > 0) {
            int n = Math.min(left, raw.length - rawSize);
            System.arraycopy(bytes, from, raw, rawSize, n);
            rawSize += n;
            from += n;
            left -= n;
            if (rawSize == raw.length) {
                cut();
            }
        }
        length += size;
    }

    /** Keeps a place for bytes that are known later. */
    int reserve() throws IOException {
        cut();
        pieces.add(new byte[0]);
        return pieces.size() - 1;
    }

    /** Fills a place, which is then in front of all that was written since it was reserved. */
    void fill(int place, byte[] bytes, int size) throws IOException {
        pieces.set(place, compress(bytes, size));
        length += size;
    }

    private void cut() throws IOException {
        if (rawSize > 0) {
            pieces.add(compress(raw, rawSize));
            rawSize = 0;
        }
    }

    /** The elements without the length in front of them. */
    private byte[] compress(byte[] bytes, int size) throws IOException {
        int end = Snappy.compress(bytes, 0, size, compressed, 0);
        int begin = ProtoBytes.varintSize(size);
        byte[] elements = new byte[end - begin];
        System.arraycopy(compressed, begin, elements, 0, elements.length);
        return elements;
    }

    /** Writes the block, and forgets each piece as it goes. */
    void writeTo(OutputStream out) throws IOException {
        cut();
        ProtoBytes header = new ProtoBytes();
        header.varint(length);
        out.write(header.bytes, 0, header.size);
        for (int i = 0; i < pieces.size(); i++) {
            out.write(pieces.get(i));
            pieces.set(i, null);
        }
    }
}
