package io.engram.promql.parser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Queries to test with: recorded answers of Prometheus, and the expressions of the upstream test scripts. */
final class TestQueries {
    private static final Path RESOURCES = Path.of("src/test/resources");
    private static final Pattern EVAL = Pattern.compile(
            "eval\\w*\\s+(?:instant\\s+at\\s+\\S+|range\\s+from\\s+\\S+\\s+to\\s+\\S+\\s+step\\s+\\S+)\\s+(.*)");

    private TestQueries() {}

    /**
     * @param answer canonical text, or error
     */
    record Recorded(String query, boolean valid, String answer) {}

    /** Two lines of heading, then pairs: a query, and below it {@code = text} or {@code ! error} behind a tab. */
    static List<Recorded> recorded(String file) throws IOException {
        List<String> lines = Files.readAllLines(RESOURCES.resolve("parser").resolve(file));
        var recorded = new ArrayList<Recorded>();
        for (int i = 2; i + 1 < lines.size(); i += 2) {
            String answer = lines.get(i + 1);
            recorded.add(new Recorded(lines.get(i), answer.startsWith("\t= "), answer.substring(3)));
        }
        return recorded;
    }

    /** What the upstream scripts evaluate. */
    static List<String> scripted() throws IOException {
        var queries = new ArrayList<String>();
        try (Stream<Path> scripts = Files.list(RESOURCES.resolve("promqltest"))) {
            for (Path script :
                    scripts.filter(p -> p.toString().endsWith(".test")).sorted().toList()) {
                for (String line : Files.readAllLines(script)) {
                    Matcher eval = EVAL.matcher(line.strip());
                    if (eval.matches()) {
                        queries.add(eval.group(1));
                    }
                }
            }
        }
        return queries;
    }

    /** All of them that are valid with everything on. */
    static List<String> valid() throws IOException {
        var queries = new ArrayList<String>(scripted());
        recorded("everything-on.txt").stream()
                .filter(Recorded::valid)
                .map(Recorded::query)
                .forEach(queries::add);
        return queries;
    }
}
