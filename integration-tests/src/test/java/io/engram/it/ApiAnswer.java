package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.labels.Labels;
import io.engram.model.testing.StrictJson;
import io.engram.promql.engine.QueryResult;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * An answer of the Prometheus API, read to the letter: a member that the API does not have, or has elsewhere, fails.
 *
 * @param data null where the answer is an error
 * @param errorType null, as is {@code error}, where it is none
 */
record ApiAnswer(Object data, List<String> warnings, List<String> infos, String errorType, String error) {
    private static final Set<String> MEMBERS = Set.of("status", "data", "warnings", "infos", "errorType", "error");

    static ApiAnswer parse(String body) {
        Map<String, Object> json = StrictJson.object(body);
        assertEquals(Set.of(), minus(json.keySet(), MEMBERS), body);
        boolean success = json.get("status").equals("success");
        assertEquals(success ? "success" : "error", json.get("status"), body);
        assertEquals(success, json.containsKey("data"), body);
        assertEquals(!success, json.containsKey("error"), body);
        assertEquals(!success, json.containsKey("errorType"), body);
        return new ApiAnswer(
                json.get("data"),
                texts(json, "warnings"),
                texts(json, "infos"),
                (String) json.get("errorType"),
                (String) json.get("error"));
    }

    private static Set<String> minus(Set<String> all, Set<String> some) {
        return all.stream().filter(one -> !some.contains(one)).collect(Collectors.toSet());
    }

    /** Prometheus leaves out what would be empty. */
    private static List<String> texts(Map<String, Object> json, String name) {
        if (!json.containsKey(name)) {
            return List.of();
        }
        List<?> texts = (List<?>) json.get(name);
        assertEquals(false, texts.isEmpty(), name);
        return texts.stream().map(String.class::cast).toList();
    }

    /** What {@code query} and {@code query_range} give. */
    QueryResult.Value queryValue() {
        Map<?, ?> object = (Map<?, ?>) data;
        assertEquals(Set.of("resultType", "result"), object.keySet());
        List<?> result = (List<?>) object.get("result");
        return switch ((String) object.get("resultType")) {
            case "scalar" -> new QueryResult.Scalar(timeMs(result), number(result));
            case "string" -> new QueryResult.Text(timeMs(result), (String) result.get(1));
            case "vector" ->
                new QueryResult.Vector(result.stream().map(ApiAnswer::sample).toList());
            case "matrix" ->
                new QueryResult.Matrix(result.stream().map(ApiAnswer::series).toList());
            default -> throw new AssertionError("no type of result: " + object);
        };
    }

    private static QueryResult.Sample sample(Object element) {
        Map<?, ?> object = (Map<?, ?>) element;
        assertEquals(Set.of("metric", "value"), object.keySet());
        List<?> point = (List<?>) object.get("value");
        return new QueryResult.Sample(labels(object), timeMs(point), number(point));
    }

    private static QueryResult.Series series(Object element) {
        Map<?, ?> object = (Map<?, ?>) element;
        assertEquals(Set.of("metric", "values"), object.keySet());
        List<?> points = (List<?>) object.get("values");
        return new QueryResult.Series(
                labels(object),
                points.stream().mapToLong(point -> timeMs((List<?>) point)).toArray(),
                points.stream().mapToDouble(point -> number((List<?>) point)).toArray());
    }

    private static Labels labels(Map<?, ?> element) {
        Map<String, String> labels = new TreeMap<>();
        ((Map<?, ?>) element.get("metric")).forEach((name, value) -> labels.put((String) name, (String) value));
        return Labels.of(labels);
    }

    private static long timeMs(List<?> point) {
        assertEquals(2, point.size(), point::toString);
        return new BigDecimal(((StrictJson.Num) point.getFirst()).text())
                .movePointRight(3)
                .longValueExact();
    }

    private static double number(List<?> point) {
        String text = (String) point.get(1);
        return switch (text) {
            case "NaN" -> Double.NaN;
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> new BigDecimal(text).doubleValue();
        };
    }
}
