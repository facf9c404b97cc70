package io.engram.distributor;

import io.engram.model.labels.Label;
import io.engram.model.labels.LabelCursor;
import io.engram.model.labels.Labels;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How a series and a time appear in the texts of refusals: readable, and bounded, whatever was sent. Prometheus logs the
 * first 1024 bytes of an answer, and the reason stands behind the series.
 */
final class SeriesText {
    private static final int MAX_SERIES_CHARACTERS = 300;
    private static final int MAX_NAME_CHARACTERS = 100;
    private static final int MAX_LABELS = 100;

    private SeriesText() {}

    /** The canonical labels {@code bytes[start .. end)} as Prometheus prints them; cut where they are very long. */
    static String of(byte[] bytes, int start, int end) {
        List<Label> labels = new ArrayList<>();
        LabelCursor cursor = new LabelCursor().on(bytes, start, end);
        while (labels.size() < MAX_LABELS && cursor.next()) {
            labels.add(new Label(
                    text(bytes, cursor.nameAt, cursor.nameLength), text(bytes, cursor.valueAt, cursor.valueLength)));
        }
        return cut(Labels.ofSorted(labels.toArray(Label[]::new)).toString(), MAX_SERIES_CHARACTERS);
    }

    /** A name or value; bytes that are no UTF-8 show as U+FFFD. */
    static String text(byte[] bytes, int at, int length) {
        int most = Math.min(length, 4 * MAX_NAME_CHARACTERS + 4);
        return cut(new String(bytes, at, most, StandardCharsets.UTF_8), MAX_NAME_CHARACTERS);
    }

    /** A selector, cut where it is very long. */
    static String cut(String selector) {
        return cut(selector, MAX_SERIES_CHARACTERS);
    }

    private static String cut(String text, int maxCharacters) {
        return text.length() <= maxCharacters ? text : text.substring(0, maxCharacters) + "…";
    }

    /** {@code 1700000000000 (2023-11-14T22:13:20Z)}, or the number alone where no calendar goes so far. */
    static String time(long timestampMs) {
        long years = timestampMs / 31_556_952_000L;
        return years > -9000 && years < 7000
                ? timestampMs + " (" + Instant.ofEpochMilli(timestampMs) + ")"
                : Long.toString(timestampMs);
    }
}
