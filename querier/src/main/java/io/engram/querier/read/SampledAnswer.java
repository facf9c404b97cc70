package io.engram.querier.read;

import io.engram.model.labels.Labels;
import io.engram.model.read.ChunkEncoding;
import io.engram.promql.engine.QueryException;
import io.engram.querier.fetch.SeriesChunks;
import io.engram.tsdb.chunk.HistogramDecoder;
import io.engram.tsdb.chunk.XorDecoder;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A {@code ReadResponse} with the samples themselves, in one block of snappy. The format wants lengths in front, so the
 * answer is held until it is whole, compressed; how many samples it may have is limited. Used by one thread.
 */
public final class SampledAnswer {
    public static final String CONTENT_TYPE = "application/x-protobuf";
    public static final String CONTENT_ENCODING = "snappy";
    /** What a client can be expected to inflate into one array. */
    private static final long MAX_BYTES = Integer.MAX_VALUE;

    private final long maxSamples;
    private final SnappyPieces pieces = new SnappyPieces();
    private final ProtoBytes series = new ProtoBytes();
    private final ProtoBytes header = new ProtoBytes();
    private final HistogramDecoder histograms = new HistogramDecoder();
    private final HistogramMessage histogram = new HistogramMessage();
    private long[] timestampMs = new long[256];
    private double[] value = new double[256];
    private long samples;

    private int resultPlace;
    private long resultBegin;

    /** @param maxSamples what the answer may hold; 0 is no limit */
    public SampledAnswer(long maxSamples) {
        this.maxSamples = maxSamples;
    }

    /** Begins the result of the next query. */
    public void beginResult() throws IOException {
        resultPlace = pieces.reserve();
        resultBegin = pieces.length();
    }

    /**
     * Adds the samples of a series in {@code [minTimeMs, maxTimeMs]}; none, no series. Returns how many there were.
     *
     * @throws QueryException where they are too many
     */
    public int series(Labels labels, SeriesChunks chunks, long minTimeMs, long maxTimeMs) throws IOException {
        series.clear();
        series.labels(1, labels);
        int found = 0;
        for (int c = 0; c < chunks.count; c++) {
            found += add(labels, chunks, c, minTimeMs, maxTimeMs);
        }
        if (found > 0) {
            header.clear();
            header.tagLength(1, series.size);
            write(header);
            write(series);
        }
        return found;
    }

    private int add(Labels labels, SeriesChunks chunks, int c, long minTimeMs, long maxTimeMs) {
        int n =
                switch (chunks.encoding[c]) {
                    case ChunkEncoding.XOR -> addFloats(chunks, c, minTimeMs, maxTimeMs);
                    case ChunkEncoding.HISTOGRAM, ChunkEncoding.FLOAT_HISTOGRAM ->
                        addHistograms(chunks, c, minTimeMs, maxTimeMs);
                    default ->
                        throw new QueryException(
                                QueryException.Kind.EXECUTION,
                                "series " + labels + " has a chunk of the unknown encoding " + chunks.encoding[c]);
                };
        samples += n;
        if (maxSamples > 0 && samples > maxSamples) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    "the remote read finds more than " + maxSamples
                            + " samples, which it may hold. Accept STREAMED_XOR_CHUNKS, narrow the selectors or the"
                            + " time range, or raise querier.max-samples.");
        }
        return n;
    }

    private int addFloats(SeriesChunks chunks, int c, long minTimeMs, long maxTimeMs) {
        byte[] data = chunks.data[c];
        int capacity = XorDecoder.sampleCount(data, chunks.offset[c], chunks.length[c]);
        if (capacity > value.length) {
            timestampMs = new long[capacity];
            value = new double[capacity];
        }
        int n = XorDecoder.decode(
                data, chunks.offset[c], chunks.length[c], minTimeMs, maxTimeMs, timestampMs, value, 0);
        for (int i = 0; i < n; i++) {
            series.tagLength(2, 10 + ProtoBytes.varintSize(timestampMs[i]));
            series.tagFixed64(1, Double.doubleToRawLongBits(value[i]));
            series.tagVarint(2, timestampMs[i]);
        }
        return n;
    }

    private int addHistograms(SeriesChunks chunks, int c, long minTimeMs, long maxTimeMs) {
        int n = 0;
        histograms.reset(chunks.encoding[c], chunks.data[c], chunks.offset[c], chunks.length[c]);
        while (histograms.next() && histograms.timestampMs() <= maxTimeMs) {
            if (histograms.timestampMs() >= minTimeMs) {
                histogram.write(4, histograms.timestampMs(), histograms.histogram(), series);
                n++;
            }
        }
        return n;
    }

    private void write(ProtoBytes part) throws IOException {
        if (pieces.length() + part.size > MAX_BYTES) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    "the remote read would answer more than " + MAX_BYTES
                            + " bytes at once. Accept STREAMED_XOR_CHUNKS, or narrow the selectors or the time range.");
        }
        pieces.write(part.bytes, 0, part.size);
    }

    /** Ends the result that was begun. */
    public void endResult() throws IOException {
        header.clear();
        header.tagLength(1, (int) (pieces.length() - resultBegin));
        pieces.fill(resultPlace, header.bytes, header.size);
    }

    /** Writes all of it, once. */
    public void writeTo(OutputStream out) throws IOException {
        pieces.writeTo(out);
    }
}
