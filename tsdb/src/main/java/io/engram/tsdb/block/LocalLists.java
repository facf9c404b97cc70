package io.engram.tsdb.block;

import io.engram.model.labels.Matcher;
import java.nio.charset.StandardCharsets;
import org.roaringbitmap.RoaringBitmap;

/** Reads postings lists of a mapped block. For one thread. */
final class LocalLists implements SelectionPlan.Lists {
    private final BlockReader block;
    private final SeriesEntry entry = new SeriesEntry();
    private byte[] buffer = new byte[1 << 12];

    /** The matcher that was asked for last, the symbol of its name, and what it said to the last value. */
    private Matcher lastMatcher;

    private int nameSymbol;
    private int lastValue;
    private boolean lastPasses;

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
        if (matcher != lastMatcher) {
            lastMatcher = matcher;
            nameSymbol = block.symbols().find(matcher.name().getBytes(StandardCharsets.UTF_8));
            lastValue = -1;
            lastPasses = matcher.matchesEmpty();
        }
        int value = nameSymbol < 0 ? -1 : block.series(ref, entry).value(nameSymbol);
        if (value != lastValue) {
            lastValue = value;
            lastPasses = matcher.matches(value < 0 ? "" : block.symbols().text(value));
        }
        return lastPasses;
    }
}
