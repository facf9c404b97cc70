package io.engram.promql.engine;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.promql.engine.functions.Row;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** {@code label_replace} and {@code label_join}: other labels, the same values. */
final class LabelFunctions {
    private LabelFunctions() {}

    static VectorOperator replace(
            QueryContext context,
            VectorOperator operand,
            int steps,
            String destination,
            String replacement,
            String source,
            String regex) {
        Pattern pattern;
        try {
            pattern = Pattern.compile("^(?s:" + regex + ")$");
        } catch (PatternSyntaxException _) {
            throw QueryContext.failure("invalid regular expression in label_replace(): " + regex);
        }
        checkDestination("label_replace", destination);
        return new Relabeled(context, operand, steps, destination, labels -> {
            Matcher matcher = pattern.matcher(labels.get(source));
            return matcher.matches() ? labels.with(destination, expand(replacement, matcher, pattern)) : null;
        });
    }

    static VectorOperator join(
            QueryContext context,
            VectorOperator operand,
            int steps,
            String destination,
            String separator,
            List<String> sources) {
        if (sources.contains("")) {
            throw QueryContext.failure("invalid source label name in label_join(): ");
        }
        checkDestination("label_join", destination);
        return new Relabeled(
                context,
                operand,
                steps,
                destination,
                labels -> labels.with(
                        destination,
                        String.join(separator, sources.stream().map(labels::get).toList())));
    }

    private static void checkDestination(String function, String label) {
        if (label.isEmpty()) {
            throw QueryContext.failure("invalid destination label name in " + function + "(): " + label);
        }
    }

    /** Go's {@code Regexp.Expand}: {@code $1}, {@code ${name}}, {@code $$}; a group that is not there is empty. */
    private static String expand(String template, Matcher matcher, Pattern pattern) {
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < template.length()) {
            char c = template.charAt(i);
            if (c != '$' || i + 1 == template.length()) {
                out.append(c);
                i++;
                continue;
            }
            if (template.charAt(i + 1) == '$') {
                out.append('$');
                i += 2;
                continue;
            }
            boolean braces = template.charAt(i + 1) == '{';
            int from = braces ? i + 2 : i + 1;
            int to = from;
            while (to < template.length() && isWord(template.charAt(to))) {
                to++;
            }
            boolean closed = !braces || (to < template.length() && template.charAt(to) == '}');
            if (from == to || !closed) {
                out.append('$');
                i++;
                continue;
            }
            out.append(group(template.substring(from, to), matcher, pattern));
            i = braces ? to + 1 : to;
        }
        return out.toString();
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    private static String group(String name, Matcher matcher, Pattern pattern) {
        String text = null;
        if (name.length() > 1 && name.charAt(0) == '0') {
            return ""; // a number has no leading zero, a name no leading digit
        }
        if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            int index = name.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(name);
            text = index <= matcher.groupCount() ? matcher.group(index) : null;
        } else if (pattern.namedGroups().containsKey(name)) {
            text = matcher.group(name);
        }
        return text == null ? "" : text;
    }

    /** Series that become alike are joined where they do not overlap; that takes holding them, else nothing is held. */
    private static final class Relabeled implements VectorOperator {
        private final QueryContext context;
        private final VectorOperator operand;
        private final int steps;
        private final String destination;
        private final UnaryOperator<Labels> change;
        private SeriesSet series;
        private VectorOperator rows;

        /** @param change gives null where a series stays as it is */
        Relabeled(
                QueryContext context,
                VectorOperator operand,
                int steps,
                String destination,
                UnaryOperator<Labels> change) {
            this.context = context;
            this.operand = operand;
            this.steps = steps;
            this.destination = destination;
            this.change = change;
        }

        @Override
        public SeriesSet series() {
            if (series == null) {
                relabel();
            }
            return series;
        }

        private void relabel() {
            SeriesSet before = operand.series();
            Labels[] labels = before.labels().clone();
            boolean[] drops = before.dropName().clone();
            Set<Labels> distinct = new HashSet<>();
            for (int i = 0; i < labels.length; i++) {
                Labels changed = change.apply(labels[i]);
                if (changed != null) {
                    labels[i] = changed;
                    drops[i] &= !destination.equals(Label.METRIC_NAME);
                }
                distinct.add(labels[i]);
            }
            if (distinct.size() == labels.length) {
                series = new SeriesSet(labels, drops);
                rows = operand;
                return;
            }
            HeldVector held = HeldVector.of(context, operand, steps);
            HeldVector.Builder builder = new HeldVector.Builder(context, steps);
            for (int i = 0; i < labels.length; i++) {
                Row row = held.rows()[i];
                if (row != null) {
                    builder.add(labels[i], drops[i], row);
                }
            }
            held.release(context);
            HeldVector joined = builder.build();
            series = joined.series();
            rows = new ComputedOperator(() -> joined);
        }

        @Override
        public Reader read(int from, int to) {
            return rows.read(from, to);
        }
    }
}
