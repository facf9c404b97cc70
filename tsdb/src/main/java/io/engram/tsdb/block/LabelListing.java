package io.engram.tsdb.block;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/** Names and values of a selection's labels, by way of the series where they are few, else by way of the postings. */
final class LabelListing {
    /** Reading a series costs about as much as comparing this many lists. */
    private static final int LISTS_PER_SERIES = 4;

    private final BlockReader block;
    private final SeriesEntry entry = new SeriesEntry();

    LabelListing(BlockReader block) {
        this.block = block;
    }

    List<String> names(RoaringBitmap selection) {
        BitSet found = new BitSet(); // by symbol: their order is that of the names
        for (var refs = selection.getIntIterator(); refs.hasNext(); ) {
            block.series(refs.next(), entry);
            for (int i = 0; i < entry.symbolCount; i += 2) {
                found.set(entry.symbols[i]);
            }
        }
        return texts(found);
    }

    /** @param selection null for all series */
    List<String> values(String name, RoaringBitmap selection) {
        boolean bySeries = selection != null
                && selection.getCardinality() < (long) block.postings().valueCount(name) * LISTS_PER_SERIES;
        return bySeries ? ofSeries(name, selection) : ofLists(name, selection);
    }

    private List<String> ofSeries(String name, RoaringBitmap selection) {
        int symbol = block.symbols().find(name.getBytes(StandardCharsets.UTF_8));
        BitSet found = new BitSet();
        for (var refs = selection.getIntIterator(); symbol >= 0 && refs.hasNext(); ) {
            int value = block.series(refs.next(), entry).value(symbol);
            if (value >= 0) {
                found.set(value);
            }
        }
        return texts(found);
    }

    private List<String> ofLists(String name, RoaringBitmap selection) {
        List<String> found = new ArrayList<>();
        LocalLists lists = new LocalLists(block);
        block.postings().scan(name, new byte[0], (value, range) -> {
            if (selection == null || RoaringBitmap.intersects(lists.read(range), selection)) {
                found.add(new String(value, StandardCharsets.UTF_8));
            }
            return true;
        });
        return found;
    }

    private List<String> texts(BitSet symbols) {
        return symbols.stream().mapToObj(block.symbols()::text).toList();
    }
}
