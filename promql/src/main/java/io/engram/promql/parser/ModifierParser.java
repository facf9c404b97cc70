package io.engram.promql.parser;

import io.engram.model.text.GoFloat;
import io.engram.promql.ast.DurationExpr;
import io.engram.promql.ast.DurationExpr.Literal;
import io.engram.promql.ast.Expr;
import io.engram.promql.ast.Expr.MatrixSelector;
import io.engram.promql.ast.Expr.Subquery;
import io.engram.promql.ast.Expr.VectorSelector;
import io.engram.promql.ast.Span;
import io.engram.promql.ast.TimeShift;
import io.engram.promql.ast.WindowMode;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Reads what stands behind a selector: ranges, subqueries, {@code offset}, {@code @}, {@code anchored}. */
final class ModifierParser {
    private static final String DURATION_FORMS = "number, duration, step(), or range()";
    private static final String SHIFTABLE =
            " must be preceded by an instant vector selector or range vector selector or a subquery";

    private final TokenStream tokens;
    private final ParserOptions options;
    private final DurationParser durations;

    ModifierParser(TokenStream tokens, ParserOptions options) {
        this.tokens = tokens;
        this.options = options;
        this.durations = new DurationParser(tokens, options);
    }

    /** Puts the next modifier on the expression; null where none follows. */
    Expr parseModifier(Expr expr) {
        return switch (tokens.peekType()) {
            case LEFT_BRACKET -> parseBrackets(expr);
            case OFFSET -> parseOffset(expr);
            case AT -> parseAt(expr);
            case ANCHORED -> parseMode(expr, WindowMode.ANCHORED);
            case SMOOTHED -> parseMode(expr, WindowMode.SMOOTHED);
            default -> null;
        };
    }

    private Expr parseBrackets(Expr expr) {
        int start = tokens.take().start();
        DurationExpr range = durations.parsePositive("subquery or range selector", DURATION_FORMS);
        if (tokens.accept(TokenType.RIGHT_BRACKET)) {
            return matrix(expr, range, start);
        }
        if (!tokens.accept(TokenType.COLON)) {
            throw tokens.unexpected("subquery or range", "\":\" or \"]\"");
        }
        DurationExpr step = null;
        if (tokens.peekType() != TokenType.RIGHT_BRACKET) {
            step = durations.parsePositive("subquery selector", "number, duration, step(), range(), or \"]\"");
        }
        if (!tokens.accept(TokenType.RIGHT_BRACKET)) {
            throw tokens.unexpected("subquery selector", "\"]\"");
        }
        return new Subquery(expr, range, step, TimeShift.NONE, spanFrom(expr));
    }

    private Expr matrix(Expr expr, DurationExpr range, int bracketStart) {
        if (!(expr instanceof VectorSelector selector)) {
            throw tokens.error(bracketStart, "ranges only allowed for vector selectors");
        }
        if (selector.shift().offset() != null) {
            throw tokens.error(bracketStart, "no offset modifiers allowed before range");
        }
        if (selector.shift().at() != null) {
            throw tokens.error(bracketStart, "no @ modifiers allowed before range");
        }
        return new MatrixSelector(selector, range, spanFrom(expr));
    }

    private Expr parseOffset(Expr expr) {
        tokens.take();
        DurationExpr offset = durations.parseOffset();
        TimeShift shift = shift(expr);
        if (shift == null) {
            throw tokens.error(expr.span().start(), "offset modifier" + SHIFTABLE);
        }
        if (shift.offset() != null) {
            throw tokens.error(expr.span().start(), "offset may not be set multiple times");
        }
        boolean none = offset instanceof Literal literal && literal.durationMs() == 0;
        return shifted(expr, new TimeShift(none ? null : offset, shift.at()));
    }

    private Expr parseAt(Expr expr) {
        tokens.take();
        TimeShift.At at = parseTime(expr);
        TimeShift shift = shift(expr);
        if (shift == null) {
            throw tokens.error(expr.span().start(), "@ modifier" + SHIFTABLE);
        }
        if (shift.at() != null) {
            throw tokens.error(expr.span().start(), "@ <timestamp> may not be set multiple times");
        }
        return shifted(expr, new TimeShift(shift.offset(), at));
    }

    private TimeShift.At parseTime(Expr expr) {
        TokenType type = tokens.peekType();
        if (type == TokenType.START || type == TokenType.END) {
            tokens.take();
            expectOfTime(tokens.accept(TokenType.LEFT_PAREN));
            expectOfTime(tokens.accept(TokenType.RIGHT_PAREN));
            return type == TokenType.START ? new TimeShift.At.Start() : new TimeShift.At.End();
        }
        boolean negative = type == TokenType.SUB;
        if (negative || type == TokenType.ADD) {
            tokens.take();
        }
        TokenType number = tokens.peekType();
        expectOfTime(number == TokenType.NUMBER || number == TokenType.DURATION);
        double magnitude = DurationParser.seconds(tokens, tokens.take());
        double seconds = negative ? -magnitude : magnitude;
        if (!(Math.abs(seconds) < 0x1p63)) {
            throw tokens.error(expr.span().start(), "timestamp out of bounds for @ modifier: " + sixDecimals(seconds));
        }
        // Halves go away from zero, on either side.
        long ms = (long) Math.copySign(Math.floor(Math.abs(seconds) * 1000 + 0.5), seconds);
        return new TimeShift.At.Timestamp(ms);
    }

    private void expectOfTime(boolean found) {
        if (!found) {
            throw tokens.unexpected("@", "timestamp");
        }
    }

    private static String sixDecimals(double value) {
        return Double.isFinite(value)
                ? new BigDecimal(value).setScale(6, RoundingMode.HALF_EVEN).toPlainString()
                : GoFloat.format(value);
    }

    private Expr parseMode(Expr expr, WindowMode mode) {
        String word = tokens.take().type().text;
        int start = expr.span().start();
        if (!options.extendedRangeSelectors()) {
            throw tokens.error(start, word + " modifier is experimental and not enabled");
        }
        return switch (expr) {
            case VectorSelector selector -> withMode(selector, mode);
            case MatrixSelector matrix ->
                new MatrixSelector(withMode(matrix.selector(), mode), matrix.range(), matrix.span());
            case Subquery _ -> throw tokens.error(start, word + " modifier is not supported for subqueries");
            default -> throw tokens.error(start, word + " modifier not implemented");
        };
    }

    private VectorSelector withMode(VectorSelector selector, WindowMode mode) {
        if (selector.mode() != WindowMode.PLAIN && selector.mode() != mode) {
            throw tokens.error(selector.span().start(), "anchored and smoothed modifiers cannot be used together");
        }
        return new VectorSelector(selector.metricName(), selector.matchers(), selector.shift(), mode, selector.span());
    }

    /** Null where the expression cannot be shifted. */
    private static TimeShift shift(Expr expr) {
        return switch (expr) {
            case VectorSelector selector -> selector.shift();
            case MatrixSelector matrix -> matrix.selector().shift();
            case Subquery subquery -> subquery.shift();
            default -> null;
        };
    }

    private Expr shifted(Expr expr, TimeShift shift) {
        return switch (expr) {
            case VectorSelector selector -> withShift(selector, shift, spanFrom(selector));
            case MatrixSelector matrix -> {
                VectorSelector selector = matrix.selector();
                yield new MatrixSelector(withShift(selector, shift, selector.span()), matrix.range(), spanFrom(matrix));
            }
            case Subquery subquery ->
                new Subquery(subquery.inner(), subquery.range(), subquery.step(), shift, spanFrom(subquery));
            default -> expr;
        };
    }

    private static VectorSelector withShift(VectorSelector selector, TimeShift shift, Span span) {
        return new VectorSelector(selector.metricName(), selector.matchers(), shift, selector.mode(), span);
    }

    private Span spanFrom(Expr expr) {
        return new Span(expr.span().start(), tokens.lastEnd());
    }
}
