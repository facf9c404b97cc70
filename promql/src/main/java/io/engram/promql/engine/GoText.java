package io.engram.promql.engine;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.text.GoFloat;
import io.engram.model.text.GoQuote;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.regex.Pattern;

/** Values as Prometheus' messages have them, which are Go's formats. */
final class GoText {
    private static final Pattern PLAIN_NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    private static final Pattern NUMBER = Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

    private GoText() {}

    /** {@code %.2g}. */
    static String twoDigits(double value) {
        return Double.isFinite(value)
                ? GoFloat.general(
                        new BigDecimal(value).round(new MathContext(2)).doubleValue())
                : GoFloat.general(value);
    }

    /** As OpenMetrics writes floats: always with a point or an exponent. */
    static String openMetrics(double value) {
        String text = GoFloat.general(value);
        return Double.isFinite(value) && text.indexOf('.') < 0 && text.indexOf('e') < 0 ? text + ".0" : text;
    }

    /** {@code strconv.ParseFloat}, of decimal numbers; null where it fails. */
    static Double parseFloat(String text) {
        String digits = text.startsWith("+") || text.startsWith("-") ? text.substring(1) : text;
        if (digits.equalsIgnoreCase("inf") || digits.equalsIgnoreCase("infinity")) {
            return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        if (digits.equalsIgnoreCase("nan")) {
            return Double.NaN;
        }
        if (!NUMBER.matcher(text).matches()) {
            return null;
        }
        Double value = Double.valueOf(text);
        return value.isInfinite() ? null : value; // out of range is an error there
    }

    /** A label set in braces, the name among the others. */
    static String labels(Labels labels) {
        StringBuilder out = new StringBuilder("{");
        for (int i = 0; i < labels.size(); i++) {
            Label label = labels.at(i);
            out.append(i == 0 ? "" : ", ");
            out.append(PLAIN_NAME.matcher(label.name()).matches() ? label.name() : GoQuote.quote(label.name()));
            out.append('=').append(GoQuote.quote(label.value()));
        }
        return out.append('}').toString();
    }
}
