package io.engram.tsdb.block;

import io.engram.model.labels.Matcher;
import org.roaringbitmap.RoaringBitmap;

/** Reads postings lists of a mapped block. For one thread. */
final class LocalLists implements SelectionPlan.Lists {
    private final BlockReader block;
    private final SeriesEntry entry = new SeriesEntry();
    private byte[] buffer = new byte[1 << 12];

    LocalLists(BlockReader block) {
        this.block = block;
    }

    @Override
    public RoaringBitmap read(PostingsRange range) {
        MappedFile index = block.index();
        long end = block.contents().postingsEnd();
        if (range.offset() < block.contents().postings() || range.offset() + IndexFormat.POSTINGS_FRAME_BYTES > end) {
            throw index.path()
                    .corrupt(
                            range.offset(),
                            "postings between " + block.contents().postings() + " and " + end,
                            "an offset outside");
        }
        index.copy(range.offset(), buffer, 0, 4);
        long length = Integer.toUnsignedLong(Varint.getInt(buffer, 0)) + 4 + IndexFormat.CRC_BYTES;
        if (length > end - range.offset() || length > Integer.MAX_VALUE - 8) {
            throw index.path().corrupt(range.offset(), "a postings list that ends by " + end, length + " bytes of it");
        }
        if (buffer.length < length) {
            buffer = new byte[(int) Math.min(Integer.MAX_VALUE - 8, 2 * length)];
        }
        index.copy(range.offset(), buffer, 0, (int) length);
        return PostingsList.decode(buffer, 0, (int) length, index.path(), range.offset());
    }

    @Override
    public boolean passes(int ref, Matcher matcher) {
        return block.passes(block.series(ref, entry), matcher);
    }
}
