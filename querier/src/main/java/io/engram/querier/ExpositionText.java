package io.engram.querier;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.text.GoFloat;

/**
 * Prometheus' text exposition format 0.0.4, as {@code /federate} writes it. Used by one thread.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">exposition formats</a>
 */
final class ExpositionText {
    private static final String INSTANCE = "instance";

    private final boolean utf8Names;
    private final StringBuilder out = new StringBuilder(1024);
    private final GoFloat floats = new GoFloat();
    private final byte[] number = new byte[GoFloat.MAX_BYTES];

    /** @param utf8Names names that are no plain identifiers are quoted; otherwise underscores replace what is unusual */
    ExpositionText(boolean utf8Names) {
        this.utf8Names = utf8Names;
    }

    int length() {
        return out.length();
    }

    /** What was written since the last call. */
    String take() {
        String text = out.toString();
        out.setLength(0);
        return text;
    }

    void type(String metricName) {
        out.append("# TYPE ");
        if (utf8Names && !plain(metricName, true)) {
            quote(metricName);
        } else {
            out.append(escaped(metricName, true));
        }
        out.append(" untyped\n");
    }

    /** A series without an instance gets an empty one, lest the scraper puts ours there. */
    void sample(Labels labels, double value, long timestampMs) {
        String metricName = labels.metricName();
        char separator = '{';
        if (utf8Names && !plain(metricName, true)) {
            out.append('{');
            quote(metricName);
            separator = ',';
        } else {
            out.append(escaped(metricName, true));
        }
        for (int i = 0; i < labels.size(); i++) {
            Label label = labels.at(i);
            if (!label.name().equals(Label.METRIC_NAME)) {
                out.append(separator);
                label(label.name(), label.value());
                separator = ',';
            }
        }
        if (!labels.has(INSTANCE)) {
            out.append(separator);
            label(INSTANCE, "");
        }
        out.append("} ");
        number(value);
        out.append(' ').append(timestampMs).append('\n');
    }

    private void number(double value) {
        int length = floats.write(value, number, 0);
        for (int i = 0; i < length; i++) {
            out.append((char) number[i]);
        }
    }

    private void label(String name, String value) {
        if (utf8Names && !plain(name, false)) {
            quote(name);
        } else {
            out.append(escaped(name, false));
        }
        out.append('=');
        quote(value);
    }

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '"' -> out.append("\\\"");
                case '\n' -> out.append("\\n");
                default -> out.append(c);
            }
        }
        out.append('"');
    }

    private static boolean plain(String name, boolean metric) {
        for (int i = 0; i < name.length(); i++) {
            if (!allowed(name.charAt(i), i, metric)) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static String escaped(String name, boolean metric) {
        if (plain(name, metric)) {
            return name;
        }
        StringBuilder escaped = new StringBuilder(name.length());
        name.codePoints()
                .forEach(c -> escaped.append(c < 0x80 && allowed((char) c, escaped.length(), metric) ? (char) c : '_'));
        return escaped.toString();
    }

    private static boolean allowed(char c, int at, boolean metric) {
        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (metric && c == ':');
        return letter || (c >= '0' && c <= '9' && at > 0);
    }
}
