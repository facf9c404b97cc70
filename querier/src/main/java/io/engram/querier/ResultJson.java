package io.engram.querier;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.promql.engine.QueryResult;
import java.io.IOException;
import java.util.List;

/** Results of queries as Prometheus' JSON. */
final class ResultJson {
    private ResultJson() {}

    /** {@code {"resultType":…,"result":…}}. */
    static void write(JsonWriter json, QueryResult.Value value) throws IOException {
        json.beginObject().name("resultType").string(typeOf(value)).name("result");
        switch (value) {
            case QueryResult.Scalar(long timestampMs, double scalar) -> json.point(timestampMs, scalar);
            case QueryResult.Text(long timestampMs, String text) ->
                json.beginArray().seconds(timestampMs).string(text).endArray();
            case QueryResult.Vector(List<QueryResult.Sample> samples) -> vector(json, samples);
            case QueryResult.Matrix(List<QueryResult.Series> series) -> matrix(json, series);
        }
        json.endObject();
    }

    private static String typeOf(QueryResult.Value value) {
        return switch (value) {
            case QueryResult.Scalar _ -> "scalar";
            case QueryResult.Text _ -> "string";
            case QueryResult.Vector _ -> "vector";
            case QueryResult.Matrix _ -> "matrix";
        };
    }

    private static void vector(JsonWriter json, List<QueryResult.Sample> samples) throws IOException {
        json.beginArray();
        for (QueryResult.Sample sample : samples) {
            json.beginObject().name("metric");
            labels(json, sample.labels());
            json.name("value").point(sample.timestampMs(), sample.value()).endObject();
        }
        json.endArray();
    }

    private static void matrix(JsonWriter json, List<QueryResult.Series> matrix) throws IOException {
        json.beginArray();
        for (QueryResult.Series series : matrix) {
            json.beginObject().name("metric");
            labels(json, series.labels());
            json.name("values").beginArray();
            long[] timestampMs = series.timestampMs();
            double[] value = series.value();
            for (int i = 0; i < timestampMs.length; i++) {
                json.point(timestampMs[i], value[i]);
            }
            json.endArray().endObject();
        }
        json.endArray();
    }

    static void labels(JsonWriter json, Labels labels) throws IOException {
        json.beginObject();
        for (int i = 0; i < labels.size(); i++) {
            Label label = labels.at(i);
            json.name(label.name()).string(label.value());
        }
        json.endObject();
    }

    /** The first {@code limit} elements; the same value where there are no more, or the limit is 0. */
    static QueryResult.Value truncate(QueryResult.Value value, int limit) {
        return switch (value) {
            case QueryResult.Vector(List<QueryResult.Sample> samples)
            when limit > 0 && samples.size() > limit -> new QueryResult.Vector(samples.subList(0, limit));
            case QueryResult.Matrix(List<QueryResult.Series> series)
            when limit > 0 && series.size() > limit -> new QueryResult.Matrix(series.subList(0, limit));
            default -> value;
        };
    }
}
