package io.engram.querier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.StrictJson;
import io.engram.promql.ast.ValueType;
import io.engram.promql.parser.Parser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The dashboard in {@code deploy/} asks what this module can answer. */
class DashboardTest {
    private static final Path DASHBOARD = Path.of("..", "deploy", "dashboards", "engram.json");

    private static List<String> expressions() throws IOException {
        List<String> expressions = new ArrayList<>();
        // The strict reader takes no white space between tokens.
        String compact = Files.readString(DASHBOARD).replaceAll("\n *", "").replace("\": ", "\":");
        collect(StrictJson.parse(compact), expressions);
        return expressions;
    }

    private static void collect(Object json, List<String> into) {
        if (json instanceof Map<?, ?> object) {
            if (object.get("expr") instanceof String expression) {
                into.add(expression);
            }
            object.values().forEach(value -> collect(value, into));
        } else if (json instanceof List<?> list) {
            list.forEach(value -> collect(value, into));
        }
    }

    @Test
    void hasOnlyValidQueries() throws IOException {
        List<String> expressions = expressions();

        assertTrue(expressions.size() > 20, "found " + expressions.size());
        for (String expression : expressions) {
            assertEquals(
                    ValueType.VECTOR,
                    Parser.parse(expression.replace("$__rate_interval", "1m")).type());
        }
    }
}
