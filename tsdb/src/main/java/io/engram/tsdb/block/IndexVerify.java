package io.engram.tsdb.block;

import io.engram.model.block.BlockStats;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.roaringbitmap.RoaringBitmap;

/** The index of a block and, by way of its series, the chunks. Once; for one thread. */
final class IndexVerify {
    private final BlockReader block;
    private final BlockVerify findings;
    private final BlockPath path;
    private final Coverage coverage;
    private final ChunkVerify chunks;
    private final SeriesEntry entry = new SeriesEntry();
    private long seriesCount;
    private long labelCount;
    private long listedCount;

    IndexVerify(BlockReader block, BlockVerify findings) {
        this.block = block;
        this.findings = findings;
        this.path = block.index().path();
        this.coverage = new Coverage(block.index(), findings);
        this.chunks = new ChunkVerify(block, findings);
    }

    /** What there is. */
    BlockStats check() {
        IndexContents contents = block.contents();
        coverage.part("the header", 0, IndexFormat.HEADER_BYTES, 1);
        checkSymbols();
        coverage.part("the symbols", contents.symbols(), block.symbols().endOffset(), 1);
        RoaringBitmap all = block.allSeries();
        checkSeries(all);
        sections("a label index", contents.seriesEnd(), contents.postings());
        checkPostings(all);
        sections("the label offset table", contents.postingsEnd(), contents.postingsOffsetTable());
        long end = block.index().size() - IndexFormat.TOC_BYTES;
        Section table = Section.verified(
                block.index().slice(contents.postingsOffsetTable(), end),
                path,
                contents.postingsOffsetTable(),
                "the postings offset table");
        coverage.part("the postings offset table", contents.postingsOffsetTable(), table.endOffset(), 8);
        coverage.part("the contents", end, block.index().size(), 1);
        chunks.finish();
        return chunks.stats(seriesCount);
    }

    private void checkSymbols() {
        SegmentCursor in = block.symbols().first();
        byte[] before = null;
        for (int i = 0; i < block.symbols().count(); i++) {
            long at = block.contents().symbols() + 4 + in.at;
            byte[] symbol = in.string();
            if (before != null && Arrays.compareUnsigned(before, symbol) >= 0) {
                findings.add(path, at, "symbol " + i + " above the one before", "one that is not");
            }
            before = symbol;
        }
    }

    private void checkSeries(RoaringBitmap all) {
        int[] before = {};
        for (var refs = all.getIntIterator(); refs.hasNext(); ) {
            int ref = refs.next();
            long offset = IndexFormat.seriesOffset(ref);
            try {
                block.series(ref, entry);
            } catch (CorruptBlock e) {
                findings.add(e);
                continue;
            }
            coverage.part("a series", offset, offset + block.seriesBytes(ref), IndexFormat.SERIES_ALIGNMENT);
            int[] symbols = Arrays.copyOf(entry.symbols, entry.symbolCount);
            for (int i = 2; i < symbols.length; i += 2) {
                if (symbols[i] <= symbols[i - 2]) {
                    findings.add(path, offset, "label names that rise", Arrays.toString(symbols));
                }
            }
            if (Arrays.compare(before, symbols) >= 0) {
                findings.add(path, offset, "a series above " + Arrays.toString(before), Arrays.toString(symbols));
            }
            before = symbols;
            seriesCount++;
            labelCount += symbols.length / 2;
            chunks.check(entry);
        }
    }

    /** Label indices and their offset table, which older versions write and nobody reads. */
    private void sections(String what, long from, long to) {
        long at = from + 3 & -4;
        while (to - at >= 8) {
            Section section = Section.verified(block.index().slice(at, to), path, at, what);
            coverage.part(what, at, section.endOffset(), 16);
            at = section.endOffset() + 3 & -4;
        }
    }

    /** Every list holds series that have its label, and all lists together as many as there are labels: so each is there. */
    private void checkPostings(RoaringBitmap all) {
        LocalLists lists = new LocalLists(block);
        cover(block.postings().all());
        for (String name : block.postings().names()) {
            byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
            int nameSymbol = block.symbols().find(utf8);
            block.postings().scan(name, new byte[0], (value, range) -> {
                try {
                    checkList(nameSymbol, block.symbols().find(value), lists.read(range), all, range);
                    cover(range);
                } catch (CorruptBlock e) {
                    findings.add(e);
                }
                return true;
            });
        }
        if (listedCount != labelCount) {
            findings.add(
                    path,
                    block.contents().postings(),
                    labelCount + " labels in the postings",
                    Long.toString(listedCount));
        }
    }

    private void cover(PostingsRange range) {
        byte[] count = new byte[4];
        block.index().copy(range.offset(), count, 0, 4);
        long end = range.offset() + 8 + Integer.toUnsignedLong(Varint.getInt(count, 0));
        coverage.part("a postings list", range.offset(), end, 16);
    }

    private void checkList(int name, int value, RoaringBitmap list, RoaringBitmap all, PostingsRange range) {
        listedCount += list.getCardinality();
        for (var refs = list.getIntIterator(); refs.hasNext(); ) {
            int ref = refs.next();
            boolean right = false;
            if (all.contains(ref)) {
                try {
                    right = value >= 0 && block.series(ref, entry).value(name) == value;
                } catch (CorruptBlock e) {
                    continue; // found when the series were read
                }
            }
            if (!right) {
                findings.add(
                        path,
                        range.offset(),
                        "series with label symbols " + name + ", " + value,
                        "series " + Integer.toUnsignedString(ref) + " without");
            }
        }
    }
}
