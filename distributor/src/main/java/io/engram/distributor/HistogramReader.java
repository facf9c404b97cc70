package io.engram.distributor;

import io.engram.model.histogram.Histogram;
import io.engram.model.histogram.ResetHint;
import java.util.Arrays;

/**
 * Reads a {@code Histogram} message; its fields are the same in remote write 1.0 and 2.0, which adds the start timestamp.
 * Nothing is allocated by what a message claims, only by what it holds. Used by one thread, again and again.
 */
final class HistogramReader {
    private static final ResetHint[] HINTS = ResetHint.values();

    private final WireReader inner = new WireReader();
    private final LongList positiveSpans = new LongList();
    private final LongList negativeSpans = new LongList();
    private final LongList positiveDeltas = new LongList();
    private final LongList negativeDeltas = new LongList();
    private final LongList positiveCounts = new LongList();
    private final LongList negativeCounts = new LongList();
    private final LongList bounds = new LongList();

    /** The last of the two that occurred in the message says which kind of histogram it is. */
    private boolean isFloat;

    private long countBits;
    private boolean zeroIsFloat;
    private long zeroCountBits;
    private long sumBits;
    private int schema;
    private long zeroThresholdBits;
    private ResetHint hint;

    long timestampMs;
    /** 0 where the sender did not say. */
    long startMs;

    /**
     * Reads the whole message; {@link #histogram} then makes the value of it.
     *
     * @throws io.engram.model.failure.Failure {@link io.engram.model.failure.ErrorId#PROTOBUF_INVALID}
     */
    HistogramReader read(WireReader message) {
        clear();
        while (message.nextField()) {
            switch (message.field) {
                case 1 -> count(false, message.varint("histogram count"));
                case 2 -> count(true, message.fixed64("histogram count"));
                case 3 -> sumBits = message.fixed64("histogram sum");
                case 4 -> schema = (int) Wire.zigzag(message.varint("histogram schema") & 0xFFFFFFFFL);
                case 5 -> zeroThresholdBits = message.fixed64("histogram zero threshold");
                case 6 -> zeroCount(false, message.varint("histogram zero count"));
                case 7 -> zeroCount(true, message.fixed64("histogram zero count"));
                case 8 -> span(message.message("histogram span", inner), negativeSpans);
                case 9 -> varints(message, negativeDeltas);
                case 10 -> doubles(message, negativeCounts);
                case 11 -> span(message.message("histogram span", inner), positiveSpans);
                case 12 -> varints(message, positiveDeltas);
                case 13 -> doubles(message, positiveCounts);
                case 14 -> hint = hint(message.varint("histogram reset hint"));
                case 15 -> timestampMs = message.varint("histogram timestamp");
                case 16 -> doubles(message, bounds);
                case 17 -> startMs = message.varint("histogram start timestamp");
                default -> message.skip();
            }
        }
        return this;
    }

    private void clear() {
        positiveSpans.clear();
        negativeSpans.clear();
        positiveDeltas.clear();
        negativeDeltas.clear();
        positiveCounts.clear();
        negativeCounts.clear();
        bounds.clear();
        isFloat = false;
        countBits = 0;
        zeroIsFloat = false;
        zeroCountBits = 0;
        sumBits = 0;
        schema = 0;
        zeroThresholdBits = 0;
        hint = ResetHint.UNKNOWN;
        timestampMs = 0;
        startMs = 0;
    }

    private void count(boolean asFloat, long bits) {
        isFloat = asFloat;
        countBits = bits;
    }

    private void zeroCount(boolean asFloat, long bits) {
        zeroIsFloat = asFloat;
        zeroCountBits = bits;
    }

    private static ResetHint hint(long ordinal) {
        return ordinal >= 0 && ordinal < HINTS.length ? HINTS[(int) ordinal] : ResetHint.UNKNOWN;
    }

    private static void span(WireReader span, LongList into) {
        long offset = 0;
        long length = 0;
        while (span.nextField()) {
            switch (span.field) {
                case 1 -> offset = (int) Wire.zigzag(span.varint("span offset") & 0xFFFFFFFFL);
                case 2 -> length = span.varint("span length") & 0xFFFFFFFFL;
                default -> span.skip();
            }
        }
        into.add(offset);
        into.add(length); // unsigned
    }

    private static void varints(WireReader message, LongList into) {
        message.repeatedVarints("bucket deltas");
        while (message.nextRepeated()) {
            into.add(Wire.zigzag(message.varint()));
        }
    }

    private static void doubles(WireReader message, LongList into) {
        message.repeatedFixed64("numbers of a histogram");
        while (message.nextRepeated()) {
            into.add(message.fixed64());
        }
    }

    /** What was read, as it was sent: nobody has looked yet whether it makes sense. */
    Histogram histogram() {
        Histogram.Counts counts = isFloat
                ? new Histogram.FloatCounts(
                        Double.longBitsToDouble(countBits),
                        zeroIsFloat ? Double.longBitsToDouble(zeroCountBits) : 0,
                        positiveCounts.doubles(),
                        negativeCounts.doubles())
                : new Histogram.IntegerCounts(
                        countBits,
                        zeroIsFloat ? 0 : zeroCountBits,
                        positiveDeltas.runningSums(),
                        negativeDeltas.runningSums());
        return new Histogram(
                hint,
                schema,
                Double.longBitsToDouble(zeroThresholdBits),
                Double.longBitsToDouble(sumBits),
                counts,
                positiveSpans.ints(),
                negativeSpans.ints(),
                bounds.doubles());
    }

    /** Numbers of one histogram, in an array that is used again. */
    private static final class LongList {
        private static final int KEPT = 4096;

        private long[] values = new long[16];
        private int count;

        void clear() {
            count = 0;
            if (values.length > KEPT) { // one huge histogram must not hold memory for ever
                values = new long[16];
            }
        }

        void add(long value) {
            if (count == values.length) {
                values = Arrays.copyOf(values, 2 * count);
            }
            values[count++] = value;
        }

        int[] ints() {
            int[] all = new int[count];
            for (int i = 0; i < count; i++) {
                all[i] = (int) values[i];
            }
            return all;
        }

        double[] doubles() {
            double[] all = new double[count];
            for (int i = 0; i < count; i++) {
                all[i] = Double.longBitsToDouble(values[i]);
            }
            return all;
        }

        /** Absolute counts, of deltas. */
        long[] runningSums() {
            long[] all = new long[count];
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += values[i];
                all[i] = sum;
            }
            return all;
        }
    }
}
