package io.engram.promql.parser;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.labels.Matcher;
import io.engram.promql.ast.BinaryOp;
import io.engram.promql.ast.DurationExpr;
import io.engram.promql.ast.Expr;
import io.engram.promql.ast.Span;
import io.engram.promql.ast.TimeShift;
import io.engram.promql.ast.VectorMatching.Card;
import io.engram.promql.parser.TestQueries.Recorded;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ParserTest {
    private static final ParserOptions NOTHING = new ParserOptions(false, false, false, false);

    @Test
    void answersAsPrometheusDoesWithEverythingOn() throws IOException {
        assertAnswers("everything-on.txt", ParserOptions.EVERYTHING);
    }

    @Test
    void answersAsPrometheusDoesWithEverythingOff() throws IOException {
        assertAnswers("everything-off.txt", NOTHING);
    }

    private static void assertAnswers(String file, ParserOptions options) throws IOException {
        List<Recorded> recorded = TestQueries.recorded(file);
        assertTrue(recorded.size() > 50, "only " + recorded.size() + " queries in " + file);
        assertAll(recorded.stream().map(expected -> (Executable)
                () -> assertEquals(expected.answer(), answer(expected.query(), options), expected.query())));
    }

    private static String answer(String query, ParserOptions options) {
        try {
            return Printer.print(Parser.parse(query, options));
        } catch (ParseException e) {
            return e.getMessage();
        }
    }

    @Test
    void readsEveryExpressionOfTheUpstreamScripts() throws IOException {
        List<String> scripted = TestQueries.scripted();
        assertTrue(scripted.size() > 1200, "only " + scripted.size());
        var refused = scripted.stream()
                .map(query -> answer(query, ParserOptions.EVERYTHING))
                .filter(answer -> answer.contains("parse error"))
                .toList();
        assertEquals(List.of(), refused);
    }

    @Test
    void countsLinesFromOneAndColumnsInBytes() {
        assertRefused("", "unknown position: parse error: no expression found in input");
        assertRefused("foo +\n  bar baz", "2:7: parse error: unexpected identifier \"baz\"");
        assertRefused("\"é😀\" baz", "1:10: parse error: unexpected identifier \"baz\"");
        assertRefused("foo # é\n+ # x\n)", "3:2: parse error: unexpected right parenthesis ')'");
    }

    @Test
    void refusesWhatIsNoUtf8() {
        assertRefused("\"a\uFFFDb\"", "1:1: parse error: invalid UTF-8 rune");
        assertRefused("`a\uD800b`", "1:1: parse error: invalid UTF-8 rune");
    }

    @Test
    void refusesDeepNestingInsteadOfOverflowing() {
        int many = 200_000;
        List<String> deep = List.of(
                "(".repeat(many),
                "-".repeat(many) + "1",
                "abs(".repeat(many) + "foo" + ")".repeat(many),
                "foo" + "[1m:]".repeat(many),
                "foo" + " + foo".repeat(many),
                "foo" + " ^ foo".repeat(many),
                "foo[" + "(".repeat(many) + "1m",
                "foo[1m" + " + 1m".repeat(many) + "]",
                "foo[" + "-".repeat(many) + "1m]");
        for (String query : deep) {
            ParseException refused =
                    assertThrows(ParseException.class, () -> Parser.parse(query, ParserOptions.EVERYTHING));
            assertTrue(refused.getMessage().contains("nested too deeply"), refused.getMessage());
        }
    }

    @Test
    void handlesTheDeepestTreesOnOrdinaryStacks() throws InterruptedException {
        int levels = Parser.MAX_NESTING - 1;
        List<String> queries = List.of(
                "(".repeat(levels) + "foo" + ")".repeat(levels),
                "abs(".repeat(levels) + "foo" + ")".repeat(levels),
                "foo" + " ^ foo".repeat(levels - 1),
                "foo" + " or foo".repeat(Parser.MAX_DEPTH - 1),
                "sum(".repeat(levels) + "foo" + ")".repeat(levels));
        for (String query : queries) {
            String printed = onStackOf(1024 * 1024, query, q -> Printer.print(Parser.parse(q)));
            assertEquals(query, printed);
        }
    }

    private static String onStackOf(long bytes, String query, Function<String, String> task)
            throws InterruptedException {
        var result = new AtomicReference<String>();
        var thrown = new AtomicReference<Throwable>();
        var thread = new Thread(null, () -> result.set(task.apply(query)), "ordinary-stack", bytes);
        thread.setUncaughtExceptionHandler((_, e) -> thrown.set(e));
        thread.start();
        thread.join();
        assertNull(thrown.get());
        return result.get();
    }

    @Test
    void bindsSignsAsTightAsMultiplication() {
        Expr.Unary negated = assertInstanceOf(Expr.Unary.class, Parser.parse("-foo ^ bar"));
        assertInstanceOf(Expr.Binary.class, negated.operand());
        Expr.Binary product = assertInstanceOf(Expr.Binary.class, Parser.parse("-foo * bar"));
        assertInstanceOf(Expr.Unary.class, product.left());
    }

    @Test
    void associatesPowersToTheRightAndTheRestToTheLeft() {
        Expr.Binary power = assertInstanceOf(Expr.Binary.class, Parser.parse("a ^ b ^ c"));
        assertInstanceOf(Expr.Binary.class, power.right());
        Expr.Binary difference = assertInstanceOf(Expr.Binary.class, Parser.parse("a - b - c"));
        assertInstanceOf(Expr.Binary.class, difference.left());
    }

    @Test
    void endsAnOffsetAtItsNumber() {
        Expr.Binary sum = assertInstanceOf(Expr.Binary.class, Parser.parse("foo offset 1m + 2m"));
        assertEquals(BinaryOp.ADD, sum.op());
        Expr.VectorSelector shifted = assertInstanceOf(Expr.VectorSelector.class, Parser.parse("foo offset (1m) + 2m"));
        assertInstanceOf(DurationExpr.Arithmetic.class, shifted.shift().offset());
    }

    @Test
    void keepsSecondsAndUnitsOfDurations() {
        Expr.MatrixSelector matrix = assertInstanceOf(Expr.MatrixSelector.class, Parser.parse("foo[1m30s500ms]"));
        assertEquals(new DurationExpr.Literal(90.5, true, new Span(4, 14)), matrix.range());
        assertEquals(90_500, ((DurationExpr.Literal) matrix.range()).durationMs());
        Expr.MatrixSelector seconds = assertInstanceOf(Expr.MatrixSelector.class, Parser.parse("foo[0.25]"));
        assertEquals(new DurationExpr.Literal(0.25, false, new Span(4, 8)), seconds.range());
    }

    @Test
    void putsModifiersBehindBracketsOnTheSelector() {
        Expr.MatrixSelector matrix =
                assertInstanceOf(Expr.MatrixSelector.class, Parser.parse("foo[5m] offset -1m @ 1.2345"));
        TimeShift shift = matrix.selector().shift();
        assertEquals(-60, ((DurationExpr.Literal) shift.offset()).seconds());
        assertEquals(new TimeShift.At.Timestamp(1235), shift.at());
        assertEquals(new Span(0, 27), matrix.span());
        assertEquals(TimeShift.NONE, ((Expr.VectorSelector) Parser.parse("foo offset 0s")).shift());
    }

    @Test
    void matchesManyToManyForSetOperatorsAndNotAtAllForScalars() {
        assertEquals(Card.MANY_TO_MANY, matching("foo and bar").card());
        assertEquals(Card.ONE_TO_ONE, matching("foo + bar").card());
        assertEquals(
                List.of("c"), matching("foo / on (a, b) group_right (c) bar").include());
        assertNull(matching("foo + 1"));
        assertNull(matching("1 + on () foo"));
    }

    private static io.engram.promql.ast.VectorMatching matching(String query) {
        return assertInstanceOf(Expr.Binary.class, Parser.parse(query)).matching();
    }

    @Test
    void putsTheNameBehindTheMatchersInBraces() {
        assertEquals(
                List.of(new Matcher(Matcher.Type.NOT_EQUAL, "a.b", "c"), Matcher.equal("__name__", "foo")),
                Parser.parseSelector("foo{\"a.b\"!=\"c\"}"));
        assertEquals(List.of(Matcher.equal("__name__", "foo bar")), Parser.parseSelector("{\"foo bar\"}"));
        assertEquals(List.of(), Parser.parseSelector("{}"));
    }

    @Test
    void refusesWhatIsNoSelector() {
        assertSelectorRefused("", "unknown position: parse error: unexpected end of input");
        assertSelectorRefused("1", "1:1: parse error: unexpected number \"1\"");
        assertSelectorRefused("foo bar", "1:5: parse error: unexpected identifier \"bar\"");
        assertSelectorRefused("foo + bar", "1:5: parse error: unexpected <op:+>");
        assertSelectorRefused("foo[5m]", "1:4: parse error: unexpected \"[\"");
        assertSelectorRefused("rate(foo[5m])", "1:5: parse error: unexpected \"(\"");
        assertSelectorRefused("foo{", "1:5: parse error: unexpected end of input inside braces");
    }

    @Test
    void readsDurations() {
        assertEquals(5_400_000, Parser.parseDuration("1h30m"));
        ParseException refused = assertThrows(ParseException.class, () -> Parser.parseDuration("30m1h"));
        assertEquals("not a valid duration string: \"30m1h\"", refused.getMessage());
    }

    @Test
    void readsEscapedBytesAsUtf8() {
        assertEquals(
                "é\u1234😀A\u0007'\"",
                ((Expr.StringLiteral) Parser.parse("\"\\xc3\\xa9\\u1234\\U0001F600\\101\\a'\\\"\"")).value());
        assertEquals("\uFFFD", ((Expr.StringLiteral) Parser.parse("\"\\xff\"")).value());
        assertEquals("a\\n", ((Expr.StringLiteral) Parser.parse("`a\\n`")).value());
    }

    private static void assertRefused(String query, String message) {
        assertEquals(message, answer(query, ParserOptions.EVERYTHING));
    }

    private static void assertSelectorRefused(String selector, String message) {
        ParseException refused = assertThrows(ParseException.class, () -> Parser.parseSelector(selector));
        assertEquals(message, refused.getMessage());
    }
}
