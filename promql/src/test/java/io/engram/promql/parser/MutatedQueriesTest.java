package io.engram.promql.parser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.testing.Damage;
import io.engram.model.testing.HostileCases;
import io.engram.promql.ast.Expr;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MutatedQueriesTest {
    /** For the regular expressions of a query, which are small. */
    private static final long MOST_BYTES = 8 << 20;

    private static final int MOST_BYTES_PER_BYTE = 4 << 10;

    private static final List<String> DIGITS = List.of("9", "0x", "1e", "_1", ".5", "1m", "\\x", "\\u00e9", "e+", "-1");

    private static final List<String> FRAGMENTS = List.of(
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ",",
            "\"",
            "'",
            "`",
            "\\",
            "#",
            "\n",
            ":",
            "5m",
            "1e",
            "0x",
            " by ",
            " on ",
            " offset ",
            "@",
            "start()",
            "fill(",
            "step()",
            "max_of(",
            " bool ",
            "=~",
            "!",
            "-",
            "^",
            "\uD83D",
            "é",
            "\0");

    @Test
    void answersBrokenQueriesWithParseErrorsOnly() throws IOException {
        List<String> queries = TestQueries.valid();
        List<byte[]> corpus = Damage.corpus(queries);
        HostileCases.check(20, random -> {
            String query = random.nextInt(4) == 0
                    ? Damage.ofText(corpus, random)
                    : mutate(random, queries.get(random.nextInt(queries.size())));
            byte[] input = query.getBytes(StandardCharsets.UTF_8);
            Expr tree = HostileCases.within(
                    MOST_BYTES + (long) MOST_BYTES_PER_BYTE * input.length, input, () -> parseOrNull(query));
            if (tree != null
                    && !query.contains("offset")
                    && !query.toLowerCase(java.util.Locale.ROOT).contains("inf")) {
                assertEquals(
                        Shape.of(tree), Shape.of(Parser.parse(Printer.print(tree), ParserOptions.EVERYTHING)), query);
            }
        });
    }

    /** What begins like a query and never ends, or has one part that does not. */
    @Test
    void costsNoMoreThanItsLengthHoweverItIsNested() throws IOException {
        List<String> queries = TestQueries.valid();
        HostileCases.check(1, random -> {
            String piece = queries.get(random.nextInt(queries.size()));
            piece = piece.substring(random.nextInt(piece.length() + 1));
            String query =
                    switch (random.nextInt(4)) {
                        case 0 -> (piece + FRAGMENTS.get(random.nextInt(FRAGMENTS.size()))).repeat(200);
                        case 1 -> (FRAGMENTS.get(random.nextInt(FRAGMENTS.size())) + piece).repeat(200);
                        case 2 ->
                            FRAGMENTS.get(random.nextInt(FRAGMENTS.size())).repeat(5_000) + piece;
                        default ->
                            piece + DIGITS.get(random.nextInt(DIGITS.size())).repeat(5_000);
                    };
            byte[] input = query.getBytes(StandardCharsets.UTF_8);
            HostileCases.within(
                    MOST_BYTES + (long) MOST_BYTES_PER_BYTE * input.length, input, () -> parseOrNull(query));
        });
    }

    private static Expr parseOrNull(String query) {
        try {
            Parser.parseSelector(query);
        } catch (ParseException refused) {
            // A selector is something else than a query; only that nothing else is thrown matters.
        }
        try {
            return Parser.parse(query, ParserOptions.EVERYTHING);
        } catch (ParseException refused) {
            return null;
        }
    }

    private static String mutate(SplittableRandom random, String query) {
        String mutated = query;
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            mutated = switch (random.nextInt(5)) {
                case 0 -> mutated.substring(0, random.nextInt(mutated.length() + 1));
                case 1 -> flipByte(random, mutated);
                case 2 -> cut(random, mutated, "");
                case 3 -> cut(random, mutated, FRAGMENTS.get(random.nextInt(FRAGMENTS.size())));
                default -> dropToken(random, mutated);
            };
        }
        return mutated;
    }

    private static String flipByte(SplittableRandom random, String query) {
        byte[] bytes = query.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String cut(SplittableRandom random, String query, String replacement) {
        int from = random.nextInt(query.length() + 1);
        int to = Math.min(query.length(), from + random.nextInt(4));
        return query.substring(0, from) + replacement + query.substring(to);
    }

    private static String dropToken(SplittableRandom random, String query) {
        String[] tokens = query.split("(?<=\\W)|(?=\\W)", -1);
        int dropped = random.nextInt(tokens.length);
        return String.join("", Arrays.copyOf(tokens, dropped))
                + String.join("", Arrays.copyOfRange(tokens, dropped + 1, tokens.length));
    }
}
