package io.engram.tsdb.block;

import java.io.IOException;
import java.util.Arrays;

/**
 * Writes the postings of an index and their offset table.
 *
 * <ol>
 *   <li>While the series were written, the series of each label pair were counted, so that every list's place and length
 *       is known before the first one is written.
 *   <li>Pairs, sorted, are taken in batches whose lists fit in memory together. For each batch the series are read back
 *       from the file, and every reference goes to its place: a counting sort.
 *   <li>The offset table follows from the counts alone.
 * </ol>
 *
 * <p>Memory is at most 76 bytes a pair, and one batch; 10 M series of 12 labels take two passes.
 */
final class PostingsWriter {
    /** References of a batch: 256 MiB of memory. */
    static final int BATCH_REFS = 1 << 26;

    private final FileOutput out;
    private final SymbolWriter symbols;
    private final SeriesWriter series;
    private final PairTable pairs;
    private final int batchRefs;
    private final long seriesEnd;

    PostingsWriter(FileOutput out, SymbolWriter symbols, SeriesWriter series, PairTable pairs, int batchRefs)
            throws IOException {
        this.out = out;
        this.symbols = symbols;
        this.series = series;
        this.pairs = pairs;
        this.batchRefs = batchRefs;
        this.seriesEnd = out.position();
        out.flush();
    }

    /** Writes both; returns where the lists begin and where the table does. */
    long[] write() throws IOException {
        long[] keys = pairs.sortedKeys();
        int[] counts = new int[keys.length];
        for (int i = 0; i < keys.length; i++) {
            counts[i] = (int) pairs.get(pairs.slot(keys[i]));
        }
        out.pad(IndexFormat.POSTINGS_ALIGNMENT);
        long postings = out.position();
        writeAll();
        for (int from = 0; from < keys.length; ) {
            int to = from + 1;
            long refs = counts[from];
            while (to < keys.length && refs + counts[to] <= batchRefs) {
                refs += counts[to++];
            }
            writeBatch(keys, counts, from, to, (int) refs);
            from = to;
        }
        long table = out.position();
        writeTable(keys, counts, postings);
        return new long[] {postings, table};
    }

    /** The list of all series, which goes by an empty name and value. */
    private void writeAll() throws IOException {
        beginList(series.count());
        SeriesScan scan = scan();
        while (scan.nextRef()) {
            out.putInt(scan.ref);
        }
        out.putChecksum();
    }

    private SeriesScan scan() {
        return new SeriesScan(out.channel(), series.startOffset(), seriesEnd);
    }

    private void writeBatch(long[] keys, int[] counts, int from, int to, int refCount) throws IOException {
        int[] refs = new int[refCount];
        boolean all = to - from == keys.length;
        if (!all) {
            pairs.fill(-1);
        }
        int start = 0;
        for (int i = from; i < to; i++) {
            pairs.set(pairs.slot(keys[i]), start);
            start += counts[i];
        }
        distribute(refs);
        int at = 0;
        for (int i = from; i < to; i++) {
            beginList(counts[i]);
            for (int end = at + counts[i]; at < end; at++) {
                out.putInt(refs[at]);
            }
            out.putChecksum();
        }
    }

    /** Neighbours share most of their first labels, which then need not be looked up. */
    private void distribute(int[] refs) throws IOException {
        SeriesScan scan = scan();
        int[] slots = new int[32];
        int[] before = new int[64];
        int beforeLength = 0;
        while (scan.next()) {
            int length = scan.length;
            int[] ids = scan.ids;
            if (slots.length < length / 2) {
                slots = Arrays.copyOf(slots, length);
                before = Arrays.copyOf(before, 2 * length);
            }
            for (int i = 0; i < length; i += 2) {
                if (i >= beforeLength || ids[i] != before[i] || ids[i + 1] != before[i + 1]) {
                    slots[i >> 1] = pairs.slot(PairTable.key(ids[i], ids[i + 1]));
                    before[i] = ids[i];
                    before[i + 1] = ids[i + 1];
                }
                int slot = slots[i >> 1];
                int next = (int) pairs.get(slot);
                if (next >= 0) {
                    refs[next] = scan.ref;
                    pairs.set(slot, next + 1);
                }
            }
            beforeLength = length;
        }
    }

    private void beginList(int count) throws IOException {
        out.putInt(4 + 4 * count);
        out.beginChecksum();
        out.putInt(count);
    }

    private void writeTable(long[] keys, int[] counts, long postings) throws IOException {
        long start = out.position();
        out.putInt(0); // the length, which is known in the end
        out.beginChecksum();
        out.putInt(keys.length + 1);
        out.room(3 + Varint.MAX_BYTES);
        out.buffer[out.at++] = IndexFormat.OFFSET_KEYS;
        out.buffer[out.at++] = 0;
        out.buffer[out.at++] = 0;
        out.at = Varint.put(out.buffer, out.at, postings);
        long list = postings + listBytes(series.count());
        for (int i = 0; i < keys.length; i++) {
            out.room(1);
            out.buffer[out.at++] = IndexFormat.OFFSET_KEYS;
            symbols.copyTo(out, PairTable.name(keys[i]));
            symbols.copyTo(out, PairTable.value(keys[i]));
            out.room(Varint.MAX_BYTES);
            out.at = Varint.put(out.buffer, out.at, list);
            list += listBytes(counts[i]);
        }
        long length = out.position() - start - 4;
        out.putChecksum();
        if (length > IndexFormat.MAX_SECTION_BYTES) {
            throw new IOException("the postings offset table of a block takes " + length + " bytes, more than the "
                    + IndexFormat.MAX_SECTION_BYTES + " that an index can hold; split the block");
        }
        out.flush();
        out.patchInt(start, (int) length);
    }

    private static long listBytes(int count) {
        return IndexFormat.POSTINGS_FRAME_BYTES + 4L * count;
    }
}
