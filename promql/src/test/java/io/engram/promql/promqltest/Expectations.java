package io.engram.promql.promqltest;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an eval's body asks for.
 *
 * @param failTexts checks of the error; only meaningful where {@code fails}
 * @param text the string result, or null
 * @param window start, end and step of a range vector in milliseconds, or null
 * @param results result lines as they are
 */
record Expectations(
        boolean fails,
        List<TextCheck> failTexts,
        Notes warnings,
        Notes infos,
        boolean ordered,
        String text,
        long[] window,
        List<String> results) {

    /** @param exact the whole text, or null where {@code pattern} is to be found */
    record TextCheck(String exact, Pattern pattern) {
        boolean passes(String actual) {
            return exact != null
                    ? exact.equals(actual)
                    : pattern.matcher(actual).find();
        }

        /** The same for a query that is written differently. */
        TextCheck withoutPosition() {
            return exact == null ? this : new TextCheck(Expectations.withoutPosition(exact), null);
        }

        static TextCheck parse(String kind, String text) {
            return kind.equals("msg") ? new TextCheck(text, null) : new TextCheck(null, Pattern.compile(text));
        }
    }

    /** Annotations of one kind. */
    record Notes(boolean some, boolean none, List<TextCheck> checks) {
        /** The same for a query that is written differently, so that the blamed expression stands elsewhere. */
        String problemButForPositions(String kind, List<String> actual) {
            List<TextCheck> rest =
                    checks.stream().map(TextCheck::withoutPosition).toList();
            return new Notes(some, none, rest)
                    .problem(
                            kind,
                            actual.stream().map(Expectations::withoutPosition).toList());
        }

        /** Null where they are as expected. */
        String problem(String kind, List<String> actual) {
            if (none && !actual.isEmpty()) {
                return "unexpected " + kind + " " + actual;
            }
            if (some && actual.isEmpty()) {
                return "no " + kind;
            }
            if (checks.isEmpty()) {
                return null;
            }
            for (String one : actual) {
                if (checks.stream().noneMatch(check -> check.passes(one))) {
                    return "unexpected " + kind + " " + one;
                }
            }
            for (TextCheck check : checks) {
                if (actual.stream().noneMatch(check::passes)) {
                    return "missing " + kind + " " + check + ", got " + actual;
                }
            }
            return null;
        }
    }

    private static final Pattern POSITION = Pattern.compile(" \\(\\d+:\\d+\\)$");
    private static final Pattern EXPECT = Pattern.compile("expect\\s+(\\w+)(?:\\s+(msg|regex)\\s*:\\s*(.*))?");
    private static final Pattern WINDOW =
            Pattern.compile("expect\\s+range\\s+vector\\s+from\\s+(\\S+)\\s+to\\s+(\\S+)\\s+step\\s+(\\S+)");
    private static final Pattern TEXT = Pattern.compile("expect\\s+string\\s+(.*)");

    private static String withoutPosition(String annotation) {
        return POSITION.matcher(annotation).replaceFirst("");
    }

    /** @param suffix of the older spelling, or null */
    static Expectations parse(String suffix, List<String> body) {
        boolean fails = "_fail".equals(suffix);
        boolean ordered = "_ordered".equals(suffix);
        boolean[] some = {"_warn".equals(suffix), "_info".equals(suffix)};
        boolean[] none = new boolean[2];
        List<TextCheck> failTexts = new ArrayList<>();
        List<TextCheck> warnTexts = new ArrayList<>();
        List<TextCheck> infoTexts = new ArrayList<>();
        String text = null;
        long[] window = null;
        List<String> results = new ArrayList<>();
        for (String line : body) {
            Matcher windowLine = WINDOW.matcher(line);
            Matcher textLine = TEXT.matcher(line);
            Matcher expect = EXPECT.matcher(line);
            if (windowLine.matches()) {
                window = new long[] {
                    Script.duration(windowLine.group(1)),
                    Script.duration(windowLine.group(2)),
                    Script.duration(windowLine.group(3))
                };
            } else if (textLine.matches()) {
                String quoted = textLine.group(1).strip();
                text = quoted.substring(1, quoted.length() - 1);
            } else if (line.startsWith("expected_fail_message ")) {
                failTexts.add(TextCheck.parse("msg", line.substring(22).strip()));
            } else if (line.startsWith("expected_fail_regexp ")) {
                failTexts.add(TextCheck.parse("regex", line.substring(21).strip()));
            } else if (expect.matches()) {
                TextCheck check = expect.group(2) == null ? null : TextCheck.parse(expect.group(2), expect.group(3));
                switch (expect.group(1)) {
                    case "fail" -> fails = true;
                    case "ordered" -> ordered = true;
                    case "warn" -> some[0] = true;
                    case "info" -> some[1] = true;
                    case "no_warn" -> none[0] = true;
                    case "no_info" -> none[1] = true;
                    default -> throw new IllegalArgumentException("no expectation: " + line);
                }
                if (check != null) {
                    switch (expect.group(1)) {
                        case "fail" -> failTexts.add(check);
                        case "warn" -> warnTexts.add(check);
                        default -> infoTexts.add(check);
                    }
                }
            } else {
                results.add(line);
            }
        }
        return new Expectations(
                fails,
                failTexts,
                new Notes(some[0], none[0], warnTexts),
                new Notes(some[1], none[1], infoTexts),
                ordered,
                text,
                window,
                results);
    }
}
