package io.engram.tsdb.head;

import io.engram.model.StaleMarker;
import io.engram.model.histogram.BucketIndexes;
import io.engram.model.histogram.Histogram;
import io.engram.model.histogram.Histogram.FloatCounts;
import io.engram.model.histogram.Histogram.IntegerCounts;
import io.engram.model.histogram.ResetHint;
import io.engram.tsdb.wal.CorruptRecord;
import io.engram.tsdb.wal.RecordBuffer;
import io.engram.tsdb.wal.RecordCursor;

/**
 * Histograms as the log has them.
 *
 * <pre>
 * flags 1: reset hint (2 bits), 4 float, 8 stale marker; nothing follows for a stale marker
 * schema zigzag, zero threshold 8, sum 8, count, zero count,
 * positive spans: how many varint, then offset zigzag, length varint of each; positive buckets; the same for negative ones,
 * bounds: how many varint, then 8 each
 *
 * counts and buckets: 8 each of a float; else varint, buckets as zigzags of the distance from the one before
 * </pre>
 */
final class HistogramRecords {
    private static final int HINT = 3;
    private static final int FLOAT = 4;
    private static final int STALE = 8;

    private static final int[] NO_SPANS = {};

    private HistogramRecords() {}

    static void write(RecordBuffer to, Histogram h) {
        int flags = h.resetHint().ordinal() | (h.isFloat() ? FLOAT : 0);
        if (h.isStale()) {
            to.put(flags | STALE);
            return;
        }
        to.put(flags);
        to.putZigzag(h.schema());
        to.putLong(Double.doubleToRawLongBits(h.zeroThreshold()));
        to.putLong(Double.doubleToRawLongBits(h.sum()));
        switch (h.counts()) {
            case IntegerCounts c -> {
                to.putVarint(c.count());
                to.putVarint(c.zeroCount());
                writeSpans(to, h.positiveSpans());
                writeCounts(to, c.positive());
                writeSpans(to, h.negativeSpans());
                writeCounts(to, c.negative());
            }
            case FloatCounts c -> {
                to.putLong(Double.doubleToRawLongBits(c.count()));
                to.putLong(Double.doubleToRawLongBits(c.zeroCount()));
                writeSpans(to, h.positiveSpans());
                writeDoubles(to, c.positive());
                writeSpans(to, h.negativeSpans());
                writeDoubles(to, c.negative());
            }
        }
        to.putVarint(h.customBounds().length);
        writeDoubles(to, h.customBounds());
    }

    private static void writeSpans(RecordBuffer to, int[] spans) {
        to.putVarint(spans.length / 2);
        for (int i = 0; i < spans.length; i += 2) {
            to.putZigzag(spans[i]);
            to.putVarint(Integer.toUnsignedLong(spans[i + 1]));
        }
    }

    private static void writeCounts(RecordBuffer to, long[] counts) {
        long last = 0;
        for (long count : counts) {
            to.putZigzag(count - last);
            last = count;
        }
    }

    private static void writeDoubles(RecordBuffer to, double[] values) {
        for (double value : values) {
            to.putLong(Double.doubleToRawLongBits(value));
        }
    }

    /** @throws CorruptRecord where the bytes are no histogram; memory is bounded by what is left of the record */
    static Histogram read(RecordCursor from) throws CorruptRecord {
        int flags = from.readByte("the flags of a histogram");
        boolean isFloat = (flags & FLOAT) != 0;
        ResetHint hint = ResetHint.values()[flags & HINT];
        if ((flags & STALE) != 0) {
            return new Histogram(
                    hint,
                    0,
                    0,
                    StaleMarker.VALUE,
                    isFloat
                            ? new FloatCounts(0, 0, new double[0], new double[0])
                            : new IntegerCounts(0, 0, new long[0], new long[0]),
                    NO_SPANS,
                    NO_SPANS,
                    new double[0]);
        }
        int schema = (int) from.readZigzag("a schema");
        double zeroThreshold = readDouble(from);
        double sum = readDouble(from);
        Histogram.Counts counts;
        int[] positiveSpans;
        int[] negativeSpans;
        if (isFloat) {
            double count = readDouble(from);
            double zeroCount = readDouble(from);
            positiveSpans = readSpans(from);
            double[] positive = readDoubles(from, buckets(positiveSpans, 8, from));
            negativeSpans = readSpans(from);
            counts = new FloatCounts(count, zeroCount, positive, readDoubles(from, buckets(negativeSpans, 8, from)));
        } else {
            long count = from.readVarint("a count");
            long zeroCount = from.readVarint("a zero count");
            positiveSpans = readSpans(from);
            long[] positive = readCounts(from, buckets(positiveSpans, 1, from));
            negativeSpans = readSpans(from);
            counts = new IntegerCounts(count, zeroCount, positive, readCounts(from, buckets(negativeSpans, 1, from)));
        }
        double[] bounds = readDoubles(from, from.readCount(from.remaining() / 8, "how many bounds"));
        return new Histogram(hint, schema, zeroThreshold, sum, counts, positiveSpans, negativeSpans, bounds);
    }

    private static double readDouble(RecordCursor from) throws CorruptRecord {
        return Double.longBitsToDouble(from.readLong("a number of a histogram"));
    }

    private static int[] readSpans(RecordCursor from) throws CorruptRecord {
        int count = from.readCount(from.remaining() / 2, "how many spans");
        int[] spans = count == 0 ? NO_SPANS : new int[2 * count];
        for (int i = 0; i < spans.length; i += 2) {
            spans[i] = (int) from.readZigzag("the offset of a span");
            spans[i + 1] = (int) from.readVarint("the length of a span");
        }
        return spans;
    }

    private static int buckets(int[] spans, int bytesEach, RecordCursor from) throws CorruptRecord {
        long count = BucketIndexes.count(spans);
        if (count > from.remaining() / bytesEach) {
            throw from.corrupt(count + " buckets", from.remaining() + " bytes");
        }
        return (int) count;
    }

    private static long[] readCounts(RecordCursor from, int count) throws CorruptRecord {
        long[] counts = new long[count];
        long last = 0;
        for (int i = 0; i < count; i++) {
            last += from.readZigzag("a bucket");
            counts[i] = last;
        }
        return counts;
    }

    private static double[] readDoubles(RecordCursor from, int count) throws CorruptRecord {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = readDouble(from);
        }
        return values;
    }
}
