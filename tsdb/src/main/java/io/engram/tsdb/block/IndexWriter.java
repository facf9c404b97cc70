package io.engram.tsdb.block;

import java.io.IOException;
import java.nio.file.Path;

/** Writes the index of a block: symbols, then series, then what follows from them. For one thread. */
final class IndexWriter implements AutoCloseable {
    private final FileOutput out;
    private final SymbolWriter symbols;
    private final PairTable pairs = new PairTable();
    private final long symbolsOffset;
    private final int batchRefs;
    private SeriesWriter series;

    IndexWriter(Path file, int batchRefs) throws IOException {
        this.batchRefs = batchRefs;
        out = new FileOutput(file);
        out.putInt(IndexFormat.MAGIC);
        out.room(1);
        out.buffer[out.at++] = IndexFormat.VERSION;
        symbolsOffset = out.position();
        symbols = new SymbolWriter(out);
    }

    int addSymbol(byte[] utf8, int from, int length) throws IOException {
        if (series != null) {
            throw new IllegalStateException("symbols come before the first series");
        }
        return symbols.add(utf8, from, length);
    }

    void checkSeries(int[] ids, int length) throws IOException {
        startSeries();
        series.check(ids, length);
    }

    void addSeries(int[] ids, int length, ChunkList chunks) throws IOException {
        series.add(ids, length, chunks);
    }

    private void startSeries() throws IOException {
        if (series == null) {
            symbols.finish();
            series = new SeriesWriter(out, symbols.count(), pairs);
        }
    }

    /** Writes the rest, makes it durable, and returns the bytes of the file. */
    long finish() throws IOException {
        startSeries();
        long end = out.position();
        long[] offsets = new PostingsWriter(out, symbols, series, pairs, batchRefs).write();
        out.beginChecksum();
        out.putLong(symbolsOffset);
        out.putLong(series.startOffset());
        out.putLong(end); // label indices: none
        out.putLong(offsets[1]); // their offset table: none
        out.putLong(offsets[0]);
        out.putLong(offsets[1]);
        out.putChecksum();
        out.sync();
        return out.position();
    }

    @Override
    public void close() throws IOException {
        symbols.close();
        out.close();
    }
}
