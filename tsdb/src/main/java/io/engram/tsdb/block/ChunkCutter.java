package io.engram.tsdb.block;

import io.engram.model.histogram.Histogram;
import io.engram.model.read.ChunkEncoding;
import io.engram.tsdb.chunk.HistogramAppender;
import io.engram.tsdb.chunk.HistogramChunk;
import io.engram.tsdb.chunk.XorEncoder;
import java.io.IOException;

/** Encodes runs of samples into chunks of at most 120, floats apart from histograms. For one thread. */
public final class ChunkCutter {
    /** As Prometheus cuts them: reading one sample never decodes more. */
    static final int MAX_SAMPLES = 120;

    /** Takes chunks. */
    @FunctionalInterface
    public interface Sink {
        /** @param data borrowed until the call returns */
        void chunk(long minMs, long maxMs, byte encoding, byte[] data, int from, int length) throws IOException;
    }

    private final XorEncoder floats = new XorEncoder();
    private final HistogramAppender histograms = new HistogramAppender();
    private final HistogramChunk histogramChunk = new HistogramChunk();

    public void cut(SampleRun run, Sink sink) throws IOException {
        int at = 0;
        while (at < run.count) {
            at = run.histogram[at] == null ? cutFloats(run, at, sink) : cutHistograms(run, at, sink);
        }
    }

    private int cutFloats(SampleRun run, int from, Sink sink) throws IOException {
        floats.reset();
        int at = from;
        while (at < run.count && at - from < MAX_SAMPLES && run.histogram[at] == null) {
            floats.append(run.timeMs[at], Double.doubleToRawLongBits(run.value[at]));
            at++;
        }
        byte[] chunk = floats.toByteArray();
        sink.chunk(run.timeMs[from], run.timeMs[at - 1], ChunkEncoding.XOR, chunk, 0, chunk.length);
        return at;
    }

    /** All histograms that follow each other, so that each chunk knows of the one before whether a counter was reset. */
    private int cutHistograms(SampleRun run, int from, Sink sink) throws IOException {
        histograms.begin(histogramChunk, run.timeMs[from], run.histogram[from]);
        int at = from + 1;
        for (; at < run.count && run.histogram[at] != null; at++) {
            Histogram h = run.histogram[at];
            boolean full = histogramChunk.count() == MAX_SAMPLES;
            if (full || !histograms.append(histogramChunk, run.timeMs[at], h)) {
                emit(sink);
                histograms.follow(histogramChunk, run.timeMs[at], h);
            }
        }
        emit(sink);
        return at;
    }

    private void emit(Sink sink) throws IOException {
        sink.chunk(
                histogramChunk.firstMs(),
                histogramChunk.lastMs(),
                histogramChunk.encoding(),
                histogramChunk.bytes(),
                0,
                histogramChunk.byteLength());
    }
}
