package io.engram.promql.promqltest;

import io.engram.model.StaleMarker;
import io.engram.model.labels.Labels;
import io.engram.promql.engine.QueryResult;
import io.engram.promql.parser.Parser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A series with its points, as {@code load} and result lines have them.
 *
 * @param points null where there is none; {@link #HISTOGRAM} where there is a native histogram
 */
record SeriesLine(Labels labels, List<Double> points, boolean startTimestamps) {
    /** Stands for any native histogram; told by identity. */
    static final Double HISTOGRAM = Double.valueOf("-1");

    private static final String NUMBER = "(?:[0-9]*\\.?[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+\\.|(?i:nan|inf))";
    private static final Pattern POINT =
            Pattern.compile("([+-]?" + NUMBER + ")(?:([+-])(" + NUMBER + "))?(?:x([0-9]+))?");
    private static final Pattern REPEATED = Pattern.compile("(_|stale)(?:x([0-9]+))?");
    private static final Pattern SCALAR = Pattern.compile("[+-]?" + NUMBER);

    static boolean isScalar(String line) {
        return SCALAR.matcher(line).matches();
    }

    static double number(String text) {
        String lower = text.toLowerCase(java.util.Locale.ROOT);
        return switch (lower) {
            case "nan", "+nan", "-nan" -> Double.NaN;
            case "inf", "+inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    boolean hasHistogram() {
        return points.stream().anyMatch(SeriesLine::isHistogram);
    }

    /** The points there are, from 1970 on at this interval; none may be a histogram. */
    QueryResult.Series samples(long intervalMs) {
        int[] at = IntStream.range(0, points.size())
                .filter(i -> points.get(i) != null)
                .toArray();
        return new QueryResult.Series(
                labels,
                Arrays.stream(at).mapToLong(i -> i * intervalMs).toArray(),
                Arrays.stream(at).mapToDouble(points::get).toArray());
    }

    @SuppressWarnings({"ReferenceEquality", "BoxedPrimitiveEquality"}) // the mark is an object, not a number
    private static boolean isHistogram(Double point) {
        return point == HISTOGRAM;
    }

    static SeriesLine parse(String line) {
        int end = selectorEnd(line);
        String selector = line.substring(0, end);
        String rest = line.substring(end).strip();
        boolean starts = selector.endsWith("@st") || rest.startsWith("@st");
        String name = selector.endsWith("@st") ? selector.substring(0, selector.length() - 3) : selector;
        return new SeriesLine(labels(name), starts ? List.of() : points(rest), starts);
    }

    private static int selectorEnd(String line) {
        boolean braces = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' || c == '\'' || c == '`') {
                i = quoteEnd(line, i);
            } else if (c == '{') {
                braces = true;
            } else if (c == '}') {
                return i + 1;
            } else if (!braces
                    && Character.isWhitespace(c)
                    && !line.substring(i).strip().startsWith("{")) {
                return i;
            } else if (!braces
                    && Character.isWhitespace(c)
                    && line.substring(i).strip().startsWith("{{")) {
                return i;
            }
        }
        return line.length();
    }

    private static int quoteEnd(String line, int from) {
        int i = from + 1;
        while (i < line.length() && line.charAt(i) != line.charAt(from)) {
            i += line.charAt(i) == '\\' ? 2 : 1;
        }
        return i;
    }

    private static Labels labels(String selector) {
        if (selector.replace(" ", "").equals("{}")) {
            return Labels.EMPTY;
        }
        Map<String, String> labels = new TreeMap<>();
        Parser.parseSelector(selector).forEach(matcher -> labels.put(matcher.name(), matcher.value()));
        return Labels.of(labels);
    }

    private static List<Double> points(String text) {
        List<Double> points = new ArrayList<>();
        int i = 0;
        while (i < text.length()) {
            if (Character.isWhitespace(text.charAt(i))) {
                i++;
                continue;
            }
            int end = i;
            int depth = 0;
            while (end < text.length() && (depth > 0 || !Character.isWhitespace(text.charAt(end)))) {
                depth += text.charAt(end) == '{' ? 1 : text.charAt(end) == '}' ? -1 : 0;
                end++;
            }
            addPoints(points, text.substring(i, end));
            i = end;
        }
        return points;
    }

    private static void addPoints(List<Double> points, String token) {
        if (token.startsWith("{{")) {
            Matcher times = Pattern.compile("x([0-9]+)$").matcher(token);
            add(points, HISTOGRAM, times.find() ? Integer.parseInt(times.group(1)) + 1 : 1);
            return;
        }
        Matcher repeated = REPEATED.matcher(token);
        if (repeated.matches()) {
            boolean stale = repeated.group(1).equals("stale");
            int times = repeated.group(2) == null ? 1 : Integer.parseInt(repeated.group(2)) + (stale ? 1 : 0);
            add(points, stale ? StaleMarker.VALUE : null, times);
            return;
        }
        Matcher point = POINT.matcher(token);
        if (!point.matches()) {
            throw new IllegalArgumentException("no point: " + token);
        }
        double value = number(point.group(1));
        double increment = point.group(2) == null ? 0 : number(point.group(2) + point.group(3));
        int more = point.group(4) == null ? 0 : Integer.parseInt(point.group(4));
        for (int i = 0; i <= more; i++) {
            points.add(value);
            value += increment;
        }
    }

    private static void add(List<Double> points, Double point, int times) {
        for (int i = 0; i < times; i++) {
            points.add(point);
        }
    }
}
