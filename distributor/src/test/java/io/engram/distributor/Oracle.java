package io.engram.distributor;

import io.engram.model.histogram.Histogram;
import io.engram.model.histogram.ResetHint;
import io.engram.model.labels.Labels;
import io.engram.model.limits.Limits;
import io.engram.model.testing.HistogramText;
import io.engram.proto.remote.v1.WriteRequest;
import io.engram.proto.remote.v2.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What is to be stored of a request that the generated classes have parsed: plainly, with a map per series. Knows no
 * limits but those of the protocol; exemplars without a time are not for it.
 */
final class Oracle {
    private Oracle() {}

    /** A series without anything in it is none; one that breaks a rule is left out. */
    static List<Decoded> of(WriteRequest request, Limits limits) {
        List<Decoded> all = new ArrayList<>();
        for (var series : request.getTimeseriesList()) {
            Decoded decoded = new Decoded(
                    labels(names(series.getLabelsList(), l -> l.getName(), l -> l.getValue()), true),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>());
            series.getSamplesList().forEach(sample -> decoded.samples()
                    .add(Decoded.sample(sample.getTimestamp(), 0, Double.doubleToRawLongBits(sample.getValue()))));
            series.getHistogramsList().forEach(h -> addHistogram(decoded, h, 0, limits));
            series.getExemplarsList()
                    .forEach(e -> addExemplar(
                            decoded,
                            names(e.getLabelsList(), l -> l.getName(), l -> l.getValue()),
                            e.getTimestamp(),
                            e.getValue()));
            addIfAny(decoded, all);
        }
        return all;
    }

    static List<Decoded> of(Request request, Limits limits) throws Exception {
        List<Decoded> all = new ArrayList<>();
        for (var series : request.getTimeseriesList()) {
            long createdMs = series.getCreatedTimestamp();
            Decoded decoded = new Decoded(
                    labels(names(request, series.getLabelsRefsList()), true),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>());
            series.getSamplesList().forEach(sample -> decoded.samples()
                    .add(Decoded.sample(
                            sample.getTimestamp(),
                            sample.getStartTimestamp() != 0 ? sample.getStartTimestamp() : createdMs,
                            Double.doubleToRawLongBits(sample.getValue()))));
            for (var h : series.getHistogramsList()) {
                addHistogram(
                        decoded,
                        io.engram.proto.remote.v1.Histogram.parseFrom(h.toByteArray()),
                        h.getStartTimestamp() != 0 ? h.getStartTimestamp() : createdMs,
                        limits);
            }
            series.getExemplarsList()
                    .forEach(e -> addExemplar(
                            decoded, names(request, e.getLabelsRefsList()), e.getTimestamp(), e.getValue()));
            addIfAny(decoded, all);
        }
        return all;
    }

    private static void addIfAny(Decoded decoded, List<Decoded> all) {
        boolean any = !decoded.samples().isEmpty()
                || !decoded.histograms().isEmpty()
                || !decoded.exemplars().isEmpty();
        if (decoded.labels() != null && any) {
            all.add(decoded);
        }
    }

    private static <T> List<Map.Entry<String, String>> names(
            List<T> labels, Function<T, String> name, Function<T, String> value) {
        return labels.stream()
                .map(label -> Map.entry(name.apply(label), value.apply(label)))
                .toList();
    }

    /** Null where the references are wrong. */
    private static List<Map.Entry<String, String>> names(Request request, List<Integer> refs) {
        List<Map.Entry<String, String>> names = new ArrayList<>();
        for (int i = 0; i < refs.size(); i += 2) {
            if (i + 1 == refs.size() || !has(request, refs.get(i)) || !has(request, refs.get(i + 1))) {
                return null;
            }
            names.add(Map.entry(request.getSymbols(refs.get(i)), request.getSymbols(refs.get(i + 1))));
        }
        return names;
    }

    private static boolean has(Request request, int ref) {
        return ref >= 0 && ref < request.getSymbolsCount();
    }

    /** Null where they break a rule. */
    private static String labels(List<Map.Entry<String, String>> names, boolean ofSeries) {
        if (names == null) {
            return null;
        }
        Map<String, String> map = new LinkedHashMap<>();
        for (var label : names) {
            if (!label.getValue().isEmpty()
                    && (label.getKey().isEmpty() || map.put(label.getKey(), label.getValue()) != null)) {
                return null;
            }
        }
        return ofSeries && !map.containsKey("__name__")
                ? null
                : Labels.of(new TreeMap<>(map)).toString();
    }

    private static void addExemplar(
            Decoded decoded, List<Map.Entry<String, String>> names, long timestampMs, double value) {
        String labels = labels(names, false);
        if (labels == null) {
            return;
        }
        int characters = names.stream()
                .filter(label -> !label.getValue().isEmpty())
                .mapToInt(label -> characters(label.getKey()) + characters(label.getValue()))
                .sum();
        if (characters <= 128) {
            decoded.exemplars()
                    .add(timestampMs + ":" + Long.toHexString(Double.doubleToRawLongBits(value)) + " " + labels);
        }
    }

    private static int characters(String text) {
        return text.codePointCount(0, text.length());
    }

    private static void addHistogram(
            Decoded decoded, io.engram.proto.remote.v1.Histogram h, long startMs, Limits limits) {
        if (HistogramAdmission.of(histogram(h), limits) instanceof HistogramAdmission.Taken(Histogram taken)) {
            decoded.histograms().add(h.getTimestamp() + Decoded.start(startMs) + ":" + HistogramText.of(taken));
        }
    }

    static Histogram histogram(io.engram.proto.remote.v1.Histogram h) {
        boolean isFloat = h.hasCountFloat();
        Histogram.Counts counts = isFloat
                ? new Histogram.FloatCounts(
                        h.getCountFloat(),
                        h.getZeroCountFloat(),
                        h.getPositiveCountsList().stream().mapToDouble(d -> d).toArray(),
                        h.getNegativeCountsList().stream().mapToDouble(d -> d).toArray())
                : new Histogram.IntegerCounts(
                        h.getCountInt(),
                        h.getZeroCountInt(),
                        sums(h.getPositiveDeltasList()),
                        sums(h.getNegativeDeltasList()));
        return new Histogram(
                h.getResetHintValue() < 0 || h.getResetHintValue() > 3
                        ? ResetHint.UNKNOWN
                        : ResetHint.values()[h.getResetHintValue()],
                h.getSchema(),
                h.getZeroThreshold(),
                h.getSum(),
                counts,
                spans(h.getPositiveSpansList()),
                spans(h.getNegativeSpansList()),
                h.getCustomValuesList().stream().mapToDouble(d -> d).toArray());
    }

    private static long[] sums(List<Long> deltas) {
        long[] sums = new long[deltas.size()];
        long sum = 0;
        for (int i = 0; i < sums.length; i++) {
            sum += deltas.get(i);
            sums[i] = sum;
        }
        return sums;
    }

    private static int[] spans(List<io.engram.proto.remote.v1.BucketSpan> spans) {
        return spans.stream()
                .flatMapToInt(span -> IntStream.of(span.getOffset(), span.getLength()))
                .toArray();
    }
}
