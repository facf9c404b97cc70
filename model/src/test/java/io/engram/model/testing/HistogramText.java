package io.engram.model.testing;

import io.engram.model.histogram.Histogram;
import io.engram.model.histogram.Histogram.FloatCounts;
import io.engram.model.histogram.Histogram.IntegerCounts;
import io.engram.model.histogram.ResetHint;
import java.util.Arrays;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Histograms as one line each, as the programs beside the golden files write them. */
public final class HistogramText {
    private HistogramText() {}

    public static Histogram parse(String line) {
        String[] f = line.split(" ");
        Histogram.Counts counts = f[0].equals("i")
                ? new IntegerCounts(
                        Long.parseUnsignedLong(f[5]), Long.parseUnsignedLong(f[6]), longs(f[8]), longs(f[10]))
                : new FloatCounts(value(f[5]), value(f[6]), doubles(f[8]), doubles(f[10]));
        return new Histogram(
                ResetHint.values()[Integer.parseInt(f[1])],
                Integer.parseInt(f[2]),
                value(f[3]),
                value(f[4]),
                counts,
                spans(f[7]),
                spans(f[9]),
                doubles(f[11]));
    }

    public static String of(Histogram h) {
        String counts =
                switch (h.counts()) {
                    case IntegerCounts c ->
                        String.join(
                                " ",
                                Long.toUnsignedString(c.count()),
                                Long.toUnsignedString(c.zeroCount()),
                                spans(h.positiveSpans()),
                                list(c.positive()),
                                spans(h.negativeSpans()),
                                list(c.negative()));
                    case FloatCounts c ->
                        String.join(
                                " ",
                                bits(c.count()),
                                bits(c.zeroCount()),
                                spans(h.positiveSpans()),
                                list(c.positive()),
                                spans(h.negativeSpans()),
                                list(c.negative()));
                };
        return String.join(
                " ",
                h.isFloat() ? "f" : "i",
                "" + h.resetHint().ordinal(),
                "" + h.schema(),
                bits(h.zeroThreshold()),
                bits(h.sum()),
                counts,
                list(h.customBounds()));
    }

    private static String bits(double value) {
        return Long.toHexString(Double.doubleToRawLongBits(value));
    }

    private static double value(String bits) {
        return Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));
    }

    private static long[] longs(String list) {
        return Arrays.stream(parts(list)).mapToLong(Long::parseLong).toArray();
    }

    private static double[] doubles(String list) {
        return Arrays.stream(parts(list)).mapToDouble(HistogramText::value).toArray();
    }

    private static int[] spans(String list) {
        return Arrays.stream(parts(list))
                .flatMap(span -> Arrays.stream(span.split(":")))
                .mapToInt(number -> (int) Long.parseLong(number))
                .toArray();
    }

    private static String[] parts(String list) {
        return list.equals("-") ? new String[0] : list.split(",");
    }

    private static String list(long[] values) {
        return join(values.length, i -> "" + values[i]);
    }

    private static String list(double[] values) {
        DoubleFunction<String> bits = HistogramText::bits;
        return join(values.length, i -> bits.apply(values[i]));
    }

    private static String spans(int[] spans) {
        return join(spans.length / 2, i -> spans[2 * i] + ":" + Integer.toUnsignedString(spans[2 * i + 1]));
    }

    private static String join(int length, Function<Integer, String> text) {
        return length == 0 ? "-" : IntStream.range(0, length).boxed().map(text).collect(Collectors.joining(","));
    }
}
