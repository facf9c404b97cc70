package io.engram.promql.promqltest;

import io.engram.model.labels.Labels;
import io.engram.promql.engine.QueryResult;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Compares a result with an eval's result lines. */
final class Comparison {
    private static final double TOLERANCE = 1e-6;

    private Comparison() {}

    /** Null where they agree. */
    static String problem(Script.Command.Eval eval, QueryResult.Value value) {
        Expectations expected = eval.expectations();
        return switch (value) {
            case QueryResult.Text text ->
                text.value().equals(expected.text()) ? null : "expected " + expected.text() + ", got " + text.value();
            case QueryResult.Scalar scalar -> scalar(expected, scalar.value());
            case QueryResult.Vector vector -> vector(expected, vector);
            case QueryResult.Matrix matrix -> matrix(eval, matrix);
        };
    }

    private static String scalar(Expectations expected, double actual) {
        if (expected.results().size() != 1
                || !SeriesLine.isScalar(expected.results().getFirst())) {
            return "expected " + expected.results() + ", got the scalar " + actual;
        }
        double wanted = SeriesLine.number(expected.results().getFirst());
        return nearlyEqual(wanted, actual) ? null : "expected " + wanted + ", got " + actual;
    }

    private static String vector(Expectations expected, QueryResult.Vector vector) {
        List<SeriesLine> lines =
                expected.results().stream().map(SeriesLine::parse).toList();
        Map<Labels, Integer> wanted = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            wanted.put(lines.get(i).labels(), i);
        }
        if (vector.samples().size() != wanted.size()) {
            return "expected " + wanted.size() + " series, got " + vector.samples();
        }
        for (int i = 0; i < vector.samples().size(); i++) {
            QueryResult.Sample sample = vector.samples().get(i);
            Integer index = wanted.get(sample.labels());
            if (index == null) {
                return "unexpected " + sample;
            }
            if (expected.ordered() && index != i) {
                return sample + " stands at " + i + " in place of " + index;
            }
            double value = lines.get(index).points().getFirst();
            if (!nearlyEqual(value, sample.value())) {
                return "expected " + value + ", got " + sample;
            }
        }
        return null;
    }

    private static String matrix(Script.Command.Eval eval, QueryResult.Matrix matrix) {
        Expectations expected = eval.expectations();
        long startMs = expected.window() != null ? expected.window()[0] : eval.startMs();
        long stepMs = expected.window() != null ? expected.window()[2] : eval.stepMs();
        Map<Labels, Map<Long, Double>> wanted = new HashMap<>();
        for (String text : expected.results()) {
            SeriesLine line =
                    SeriesLine.isScalar(text.split(" ")[0]) ? SeriesLine.parse("{} " + text) : SeriesLine.parse(text);
            Map<Long, Double> points = new TreeMap<>();
            for (int i = 0; i < line.points().size(); i++) {
                if (line.points().get(i) != null) {
                    points.put(startMs + i * stepMs, line.points().get(i));
                }
            }
            if (!points.isEmpty()) {
                wanted.put(line.labels(), points);
            }
        }
        if (!matrix.series().stream()
                .map(QueryResult.Series::labels)
                .toList()
                .equals(matrix.series().stream()
                        .map(QueryResult.Series::labels)
                        .sorted(Comparator.naturalOrder())
                        .toList())) {
            return "not sorted: " + matrix.series();
        }
        for (QueryResult.Series series : matrix.series()) {
            Map<Long, Double> actual = new TreeMap<>();
            for (int i = 0; i < series.timestampMs().length; i++) {
                actual.put(series.timestampMs()[i], series.value()[i]);
            }
            Map<Long, Double> points = wanted.remove(series.labels());
            boolean equal = points != null
                    && points.keySet().equals(actual.keySet())
                    && points.entrySet().stream()
                            .allMatch(point -> nearlyEqual(point.getValue(), actual.get(point.getKey())));
            if (!equal) {
                return "of " + series.labels() + " expected " + points + ", got " + actual;
            }
        }
        return wanted.isEmpty() ? null : "missing " + wanted;
    }

    private static boolean nearlyEqual(double a, double b) {
        if (a == b || (Double.isNaN(a) && Double.isNaN(b))) {
            return true;
        }
        if (Double.isNaN(a) || Double.isNaN(b) || Double.isInfinite(a) || Double.isInfinite(b)) {
            return false;
        }
        double sum = Math.abs(a) + Math.abs(b);
        double difference = Math.abs(a - b);
        if (a == 0 || b == 0 || sum < Double.MIN_NORMAL) {
            return difference < TOLERANCE * Double.MIN_NORMAL;
        }
        return difference / Math.min(sum, Double.MAX_VALUE) < TOLERANCE;
    }
}
