package io.engram.tsdb.chunk;

import io.engram.model.histogram.Histogram;
import io.engram.model.histogram.ResetHint;
import io.engram.model.read.ChunkBatch;
import java.util.Arrays;

/**
 * Adds histograms to chunks, as Prometheus does it. Serves one thread for any number of chunks.
 *
 * <ol>
 *   <li>A chunk has one layout: schema, zero threshold, bounds and buckets. A histogram with others than the first two, or
 *       one by which a counter has begun anew, or any but a stale marker behind a stale marker, ends the chunk:
 *       {@link #append} refuses it, {@link #follow} begins the next one.
 *   <li>Where the histogram lacks buckets that the chunk has (empty ones, in a counter), it gets them.
 *   <li>Where it has buckets that the chunk has not, the chunk is written anew with them: its samples are decoded, and
 *       encoded with zeros in the new places.
 * </ol>
 *
 * @see <a href="https://github.com/prometheus/prometheus/blob/main/tsdb/chunkenc/histogram.go">chunkenc/histogram.go</a>
 */
public final class HistogramAppender {
    /** What the count in front of a chunk can say. */
    public static final int MAX_SAMPLES = 0xFFFF;

    private final BucketUnion positive = new BucketUnion();
    private final BucketUnion negative = new BucketUnion();
    private final HistogramDecoder decoder = new HistogramDecoder();
    private final HistogramSample sample = new HistogramSample();

    /** Where {@link #append} refused a histogram last, and what the header of the next chunk says of that. */
    private HistogramChunk refusedBy;

    private int refusedAs;

    /** Begins a chunk in {@code chunk}, whatever that held, with nothing known of what was before. */
    public void begin(HistogramChunk chunk, long timeMs, Histogram h) {
        sample.load(h);
        start(
                chunk,
                timeMs,
                switch (h.resetHint()) {
                    case GAUGE -> ResetHeader.GAUGE;
                    case RESET -> ResetHeader.RESET;
                    case UNKNOWN, NOT_RESET -> ResetHeader.UNKNOWN;
                });
    }

    /**
     * Begins in {@code chunk} the chunk that follows the one it holds, which the caller has taken away: because
     * {@link #append} has just refused {@code h}, or by the caller's own rules.
     */
    public void follow(HistogramChunk chunk, long timeMs, Histogram h) {
        if (chunk.encoding != HistogramState.encodingOf(h)) {
            begin(chunk, timeMs, h);
            return;
        }
        sample.load(h);
        int header =
                switch (h.resetHint()) {
                    case GAUGE -> ResetHeader.GAUGE;
                    case RESET -> ResetHeader.RESET;
                    case UNKNOWN, NOT_RESET -> {
                        if (refusedBy == chunk) {
                            yield refusedAs;
                        }
                        // Of floats Prometheus says here that nothing was reset also where it did not look.
                        yield counterFits(chunk) || (chunk.isFloat() && refusedAs == ResetHeader.UNKNOWN)
                                ? ResetHeader.NOT_RESET
                                : refusedAs;
                    }
                };
        start(chunk, timeMs, header);
    }

    private void start(HistogramChunk chunk, long timeMs, int header) {
        refusedBy = null;
        chunk.encoding = sample.encoding;
        chunk.header = header;
        chunk.samples = 0;
        chunk.out.reset(HistogramState.HEADER_BYTES);
        chunk.firstMs = timeMs;
        encode(chunk, timeMs);
    }

    /**
     * Adds a histogram to a chunk that has some already.
     *
     * @param timeMs above that of the last one
     * @return false where it cannot follow in this chunk, which is as it was then
     * @throws IllegalArgumentException for a time that is not above the last one, a sample that is one too many, or a
     *     histogram whose spans do not name its buckets
     */
    public boolean append(HistogramChunk chunk, long timeMs, Histogram h) {
        refusedBy = null;
        if (timeMs <= chunk.timeMs || chunk.samples == MAX_SAMPLES) {
            throw new IllegalArgumentException(
                    "timestamp " + timeMs + " does not follow sample " + chunk.samples + " at " + chunk.timeMs);
        }
        sample.load(h);
        boolean gauge = h.resetHint() == ResetHint.GAUGE;
        boolean fits = chunk.encoding == sample.encoding
                && (gauge ? gaugeFits(chunk) : h.resetHint() != ResetHint.RESET && counterFits(chunk));
        if (!fits) {
            refusedBy = chunk;
            return false;
        }
        if (!sample.stale()) {
            unite(chunk, gauge);
        }
        encode(chunk, timeMs);
        return true;
    }

    /** Whether a counter goes on in the chunk; {@link #refusedAs} says how the next chunk begins where it does not. */
    private boolean counterFits(HistogramChunk chunk) {
        refusedAs = chunk.isFloat() ? ResetHeader.UNKNOWN : ResetHeader.NOT_RESET;
        if (chunk.header == ResetHeader.GAUGE) {
            return false;
        }
        refusedAs = ResetHeader.UNKNOWN;
        if (sample.stale()) {
            return true;
        }
        if (chunk.isStale()) {
            return false;
        }
        boolean fewer = chunk.isFloat()
                ? BucketUnion.less(sample.count, chunk.count, true)
                : Long.compareUnsigned(sample.count, chunk.count) < 0;
        if (!fewer && (sample.schema != chunk.schema || sample.zeroThreshold != chunk.zeroThreshold)) {
            return false;
        }
        refusedAs = ResetHeader.RESET;
        boolean fewerZeros = chunk.isFloat()
                ? BucketUnion.less(sample.zeroCount, chunk.zeroCount, true)
                : Long.compareUnsigned(sample.zeroCount, chunk.zeroCount) < 0;
        return !fewer
                && sameBounds(chunk)
                && !fewerZeros
                && positive.unite(
                        chunk.positiveSpans,
                        chunk.positive,
                        sample.positiveSpans,
                        sample.positive,
                        chunk.isFloat(),
                        true)
                && negative.unite(
                        chunk.negativeSpans,
                        chunk.negative,
                        sample.negativeSpans,
                        sample.negative,
                        chunk.isFloat(),
                        true);
    }

    private boolean gaugeFits(HistogramChunk chunk) {
        if (chunk.header != ResetHeader.GAUGE || (!sample.stale() && chunk.isStale())) {
            return false;
        }
        if (sample.stale()) {
            return true;
        }
        if (sample.schema != chunk.schema || sample.zeroThreshold != chunk.zeroThreshold || !sameBounds(chunk)) {
            return false;
        }
        boolean isFloat = chunk.isFloat();
        positive.unite(chunk.positiveSpans, chunk.positive, sample.positiveSpans, sample.positive, isFloat, false);
        negative.unite(chunk.negativeSpans, chunk.negative, sample.negativeSpans, sample.negative, isFloat, false);
        return true;
    }

    private boolean sameBounds(HistogramChunk chunk) {
        if (sample.schema != Histogram.CUSTOM_SCHEMA) {
            return true;
        }
        if (sample.bounds.length != chunk.bounds.length) {
            return false;
        }
        for (int i = 0; i < sample.bounds.length; i++) {
            if (sample.bounds[i] != chunk.bounds[i]) {
                return false;
            }
        }
        return true;
    }

    /** Gives chunk and sample the same buckets. */
    private void unite(HistogramChunk chunk, boolean gauge) {
        boolean missing = positive.missingInHistogram + negative.missingInHistogram > 0;
        boolean added = positive.newInHistogram + negative.newInHistogram > 0;
        if (missing) {
            sample.positiveSpans = positive.missingInHistogram > 0 || gauge ? positive.spans() : sample.positiveSpans;
            sample.negativeSpans = negative.missingInHistogram > 0 || gauge ? negative.spans() : sample.negativeSpans;
            sample.positive = positive.expandHistogram(sample.positive);
            sample.negative = negative.expandHistogram(sample.negative);
        }
        if (added) {
            recode(chunk);
        }
    }

    /** Writes the chunk anew with the layout of {@link #sample}, which has all of its buckets and more. */
    private void recode(HistogramChunk chunk) {
        HistogramSample next = sample.copy();
        int length = chunk.byteLength();
        byte[] old = Arrays.copyOf(chunk.out.bytes, length + ChunkBatch.SLACK);
        decoder.reset(chunk.encoding, old, 0, length);
        chunk.samples = 0;
        chunk.out.reset(HistogramState.HEADER_BYTES);
        while (decoder.next()) {
            sample.loadExpanded(decoder, next, positive, negative);
            encode(chunk, decoder.timestampMs());
        }
        sample.moveFrom(next);
    }

    private void encode(HistogramChunk chunk, long timeMs) {
        boolean isFloat = chunk.isFloat();
        if (sample.stale()) {
            sample.empty();
        }
        if (chunk.samples == 0) {
            writeLayout(chunk);
            writeFirst(chunk, timeMs, isFloat);
        } else {
            BitWriter out = chunk.out;
            long stepMs = timeMs - chunk.timeMs;
            out.putVarbit(stepMs - chunk.stepMs);
            chunk.stepMs = stepMs;
            if (isFloat) {
                chunk.countTrend = out.putXor(sample.count, chunk.count, chunk.countTrend);
                chunk.zeroTrend = out.putXor(sample.zeroCount, chunk.zeroCount, chunk.zeroTrend);
                chunk.sumWindow = out.putXor(sample.sumBits, chunk.sumBits, chunk.sumWindow);
                writeFloats(out, sample.positive, chunk.positive, chunk.positiveTrend);
                writeFloats(out, sample.negative, chunk.negative, chunk.negativeTrend);
            } else {
                long change = sample.count - chunk.count;
                long zeroChange = sample.zeroCount - chunk.zeroCount;
                out.putVarbit(sample.stale() ? 0 : change - chunk.countTrend);
                out.putVarbit(sample.stale() ? 0 : zeroChange - chunk.zeroTrend);
                chunk.countTrend = change;
                chunk.zeroTrend = zeroChange;
                chunk.sumWindow = out.putXor(sample.sumBits, chunk.sumBits, chunk.sumWindow);
                writeIntegers(out, sample.positive, chunk.positive, chunk.positiveTrend);
                writeIntegers(out, sample.negative, chunk.negative, chunk.negativeTrend);
            }
        }
        chunk.timeMs = timeMs;
        chunk.sumBits = sample.sumBits;
        chunk.count = sample.count;
        chunk.zeroCount = sample.zeroCount;
        System.arraycopy(sample.positive, 0, chunk.positive, 0, sample.positive.length);
        System.arraycopy(sample.negative, 0, chunk.negative, 0, sample.negative.length);
        chunk.samples++;
        chunk.writeHeader();
    }

    private void writeLayout(HistogramChunk chunk) {
        BitWriter out = chunk.out;
        out.putZeroThreshold(sample.zeroThreshold);
        out.putVarbit(sample.schema);
        writeSpans(out, sample.positiveSpans);
        writeSpans(out, sample.negativeSpans);
        if (sample.schema == Histogram.CUSTOM_SCHEMA) {
            out.putUnsignedVarbit(sample.bounds.length);
            for (double bound : sample.bounds) {
                out.putBound(bound);
            }
        }
        chunk.schema = sample.schema;
        chunk.zeroThreshold = sample.zeroThreshold;
        chunk.positiveSpans = sample.positiveSpans;
        chunk.negativeSpans = sample.negativeSpans;
        chunk.bounds = sample.bounds;
        chunk.positive = new long[sample.positive.length];
        chunk.negative = new long[sample.negative.length];
        chunk.positiveTrend = new long[sample.positive.length];
        chunk.negativeTrend = new long[sample.negative.length];
    }

    private static void writeSpans(BitWriter out, int[] spans) {
        out.putUnsignedVarbit(spans.length / 2);
        for (int i = 0; i < spans.length; i += 2) {
            out.putUnsignedVarbit(Integer.toUnsignedLong(spans[i + 1]));
            out.putVarbit(spans[i]);
        }
    }

    private void writeFirst(HistogramChunk chunk, long timeMs, boolean isFloat) {
        BitWriter out = chunk.out;
        chunk.stepMs = 0;
        chunk.sumWindow = BitWriter.NO_WINDOW;
        chunk.countTrend = isFloat ? BitWriter.NO_WINDOW : 0;
        chunk.zeroTrend = chunk.countTrend;
        Arrays.fill(chunk.positiveTrend, chunk.countTrend);
        Arrays.fill(chunk.negativeTrend, chunk.countTrend);
        out.putVarbit(timeMs);
        if (isFloat) {
            out.put(sample.count, 64);
            out.put(sample.zeroCount, 64);
        } else {
            out.putUnsignedVarbit(sample.count);
            out.putUnsignedVarbit(sample.zeroCount);
        }
        out.put(sample.sumBits, 64);
        writeFirst(out, sample.positive, isFloat);
        writeFirst(out, sample.negative, isFloat);
    }

    private static void writeFirst(BitWriter out, long[] buckets, boolean isFloat) {
        long last = 0;
        for (long bucket : buckets) {
            if (isFloat) {
                out.put(bucket, 64);
            } else {
                out.putVarbit(bucket - last);
                last = bucket;
            }
        }
    }

    private static void writeFloats(BitWriter out, long[] buckets, long[] before, long[] windows) {
        for (int i = 0; i < buckets.length; i++) {
            windows[i] = out.putXor(buckets[i], before[i], windows[i]);
        }
    }

    /** Of each bucket: how its distance from its neighbour has changed, against how that changed the time before. */
    private static void writeIntegers(BitWriter out, long[] buckets, long[] before, long[] trends) {
        long neighbour = 0;
        for (int i = 0; i < buckets.length; i++) {
            long distance = buckets[i] - before[i];
            long change = distance - neighbour;
            out.putVarbit(change - trends[i]);
            trends[i] = change;
            neighbour = distance;
        }
    }
}
