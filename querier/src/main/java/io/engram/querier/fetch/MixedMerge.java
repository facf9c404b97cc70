package io.engram.querier.fetch;

import io.engram.model.histogram.Histogram;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import io.engram.promql.engine.QueryException;
import io.engram.promql.storage.SampleColumns;
import io.engram.tsdb.chunk.HistogramAppender;
import io.engram.tsdb.chunk.HistogramChunk;
import io.engram.tsdb.chunk.HistogramDecoder;
import io.engram.tsdb.chunk.XorDecoder;
import io.engram.tsdb.chunk.XorEncoder;
import io.engram.tsdb.replica.MergedSamples;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Merges chunks of floats and histograms that overlap: sample by sample, as objects, since it is rare. Of equal times the
 * sample that was added first stays. Used by one thread.
 */
final class MixedMerge {
    private final TreeMap<Long, Object> samples = new TreeMap<>(); // Double or Histogram
    private final HistogramDecoder decoder = new HistogramDecoder();

    /** Adds the samples of a chunk. */
    void add(ChunkBatch batch, int c) {
        add(batch.encoding[c], batch.data, batch.offset[c], batch.length[c]);
    }

    void add(SeriesChunks chunks, int c) {
        add(chunks.encoding[c], chunks.data[c], chunks.offset[c], chunks.length[c]);
    }

    private void add(byte encoding, byte[] data, int offset, int length) {
        switch (encoding) {
            case ChunkEncoding.XOR -> addFloats(data, offset, length);
            case ChunkEncoding.HISTOGRAM, ChunkEncoding.FLOAT_HISTOGRAM -> {
                decoder.reset(encoding, data, offset, length);
                while (decoder.next()) {
                    samples.putIfAbsent(decoder.timestampMs(), decoder.histogram());
                }
            }
            default ->
                throw new QueryException(
                        QueryException.Kind.EXECUTION, "the query finds a chunk of the unknown encoding " + encoding);
        }
    }

    private void addFloats(byte[] data, int offset, int length) {
        long[] times = new long[XorDecoder.sampleCount(data, offset, length)];
        double[] values = new double[times.length];
        int n = XorDecoder.decode(data, offset, length, Long.MIN_VALUE, Long.MAX_VALUE, times, values, 0);
        for (int i = 0; i < n; i++) {
            samples.putIfAbsent(times[i], values[i]);
        }
    }

    /** Adds what twins were merged into. */
    void add(MergedSamples merged) {
        for (int i = 0; i < merged.count; i++) {
            boolean histogram = merged.hasHistograms && merged.histogram[i] != null;
            samples.put(merged.timeMs[i], histogram ? merged.histogram[i] : (Object) merged.value[i]);
        }
    }

    /** Writes what was added as columns, and forgets it. Returns the histograms; a null element is a float. */
    Histogram[] drain(SampleColumns into) {
        Histogram[] histograms = new Histogram[samples.size()];
        into.clear();
        samples.forEach((timeMs, sample) -> {
            if (sample instanceof Histogram h) {
                histograms[into.size] = h;
                into.add(timeMs, 0);
            } else {
                into.add(timeMs, (Double) sample);
            }
        });
        samples.clear();
        return histograms;
    }

    /** Encodes what was added into chunks of at most {@code most} samples, and forgets it. */
    void drain(int most, SeriesChunks into) {
        XorEncoder floats = new XorEncoder();
        HistogramAppender appender = new HistogramAppender();
        HistogramChunk histograms = new HistogramChunk();
        long beginMs = 0;
        long endMs = 0;
        int count = 0; // samples of the chunk in the making
        boolean ofFloats = false;
        for (Map.Entry<Long, Object> sample : samples.entrySet()) {
            long timeMs = sample.getKey();
            if (count == most || (count > 0 && ofFloats != sample.getValue() instanceof Double)) {
                cut(ofFloats, floats, histograms, beginMs, endMs, into);
                count = 0;
            }
            switch (sample.getValue()) {
                case Histogram h -> {
                    if (count > 0 && !appender.append(histograms, timeMs, h)) {
                        cut(false, floats, histograms, beginMs, endMs, into);
                        appender.follow(histograms, timeMs, h);
                        count = 0;
                    } else if (count == 0) {
                        appender.begin(histograms, timeMs, h);
                    }
                    ofFloats = false;
                }
                default -> {
                    if (count == 0) {
                        floats.reset();
                    }
                    floats.append(timeMs, Double.doubleToRawLongBits((Double) sample.getValue()));
                    ofFloats = true;
                }
            }
            beginMs = count == 0 ? timeMs : beginMs;
            endMs = timeMs;
            count++;
        }
        if (count > 0) {
            cut(ofFloats, floats, histograms, beginMs, endMs, into);
        }
        samples.clear();
    }

    private static void cut(
            boolean ofFloats,
            XorEncoder floats,
            HistogramChunk histograms,
            long beginMs,
            long endMs,
            SeriesChunks into) {
        byte encoding = ofFloats ? ChunkEncoding.XOR : histograms.encoding();
        byte[] bytes;
        int length;
        if (ofFloats) {
            bytes = floats.toByteArray();
            length = bytes.length;
        } else {
            bytes = new byte[histograms.byteLength()];
            length = histograms.copy(bytes, 0);
        }
        into.add(encoding, beginMs, endMs, Arrays.copyOf(bytes, length + ChunkBatch.SLACK), 0, length);
    }
}
