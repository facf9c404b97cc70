package io.engram.tsdb.block;

import org.roaringbitmap.RoaringBitmap;
import org.roaringbitmap.RoaringBitmapWriter;

/** Decodes postings lists. */
public final class PostingsList {
    private PostingsList() {}

    /**
     * The references of a list.
     *
     * @param data a list, its length and checksum included, begins at {@code from}; it may end before {@code until}
     * @param offset of the list in the index
     * @throws CorruptBlock where the checksum differs, or references do not rise
     */
    public static RoaringBitmap decode(byte[] data, int from, int until, BlockPath path, long offset) {
        ByteCursor in = open(data, from, until, path, offset);
        int count = in.i32();
        RoaringBitmapWriter<RoaringBitmap> writer = RoaringBitmapWriter.writer().get();
        long before = -1;
        for (int i = 0; i < count; i++) {
            int ref = in.i32();
            if (Integer.toUnsignedLong(ref) <= before) {
                in.at -= 4;
                throw in.corrupt("a reference above " + before, Integer.toUnsignedString(ref));
            }
            before = Integer.toUnsignedLong(ref);
            writer.add(ref);
        }
        writer.flush();
        return writer.getUnderlying();
    }

    private static ByteCursor open(byte[] data, int from, int until, BlockPath path, long offset) {
        ByteCursor in = new ByteCursor().reset(data, from, until, path, offset);
        long length = Integer.toUnsignedLong(in.i32());
        in.verify(length, "a postings list");
        long count = in.left() < 4 ? -1 : Integer.toUnsignedLong(Varint.getInt(data, in.at));
        if (length != 4 + 4 * count) {
            throw in.corrupt("a count of references that " + length + " bytes have room for", Long.toString(count));
        }
        return in;
    }
}
