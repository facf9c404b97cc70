package io.engram.promql.parser;

import io.engram.model.time.Durations;
import io.engram.promql.ast.BinaryOp;
import io.engram.promql.ast.DurationExpr;
import io.engram.promql.ast.DurationExpr.Arithmetic;
import io.engram.promql.ast.DurationExpr.Extreme;
import io.engram.promql.ast.DurationExpr.Literal;
import io.engram.promql.ast.DurationExpr.Negated;
import io.engram.promql.ast.DurationExpr.Paren;
import io.engram.promql.ast.DurationExpr.QueryRange;
import io.engram.promql.ast.DurationExpr.Step;
import io.engram.promql.ast.Span;

/** Reads durations inside brackets and behind {@code offset}, where arithmetic may stand. */
final class DurationParser {
    /** So many seconds fill 64 bits of nanoseconds. */
    private static final double MAX_SECONDS = 0x1p63 / 1e9;

    private final TokenStream tokens;
    private final ParserOptions options;
    /** What is being read and what it could be, for error texts. */
    private String context = "";

    private String expected = "";
    /** Height of the tree read last. */
    private int height;

    DurationParser(TokenStream tokens, ParserOptions options) {
        this.tokens = tokens;
        this.options = options;
    }

    /** A range or step: if it is a mere number, it must be above 0. */
    DurationExpr parsePositive(String inContext, String orExpected) {
        context = inContext;
        expected = orExpected;
        DurationExpr duration = parseSum(0);
        if (duration instanceof Literal literal && literal.seconds() <= 0) {
            throw tokens.error(literal.span().start(), "duration must be greater than 0");
        }
        return duration;
    }

    /**
     * What stands behind {@code offset}. A mere number or call ends it, so that {@code foo offset 1m + 2} adds 2 to the
     * samples; only an expression in parentheses goes on with an operator.
     */
    DurationExpr parseOffset() {
        context = "offset";
        expected = "number, duration, step(), or range()";
        Token first = tokens.peek();
        return switch (first.type()) {
            case ADD, SUB -> parseSignedOffset(tokens.take());
            case LEFT_PAREN -> parseSum(0);
            default -> parsePrimary();
        };
    }

    private DurationExpr parseSignedOffset(Token sign) {
        return switch (tokens.peekType()) {
            case ADD, SUB -> parseOperators(signed(sign, parseSum(BinaryOp.POW.precedence())), 0);
            case NUMBER, DURATION -> {
                height = 1;
                yield signed(sign, parseLiteral(sign.start()));
            }
            // Parentheses behind a sign are settled language, arithmetic or not.
            case LEFT_PAREN -> signed(sign, parseParen());
            default -> {
                DurationExpr operand = parseCall();
                checkEnabled(sign.start());
                yield signed(sign, operand);
            }
        };
    }

    private DurationExpr parseSum(int minPrecedence) {
        tokens.enter();
        DurationExpr left;
        if (tokens.peekType() == TokenType.ADD || tokens.peekType() == TokenType.SUB) {
            Token sign = tokens.take();
            left = signed(sign, parseSum(BinaryOp.POW.precedence()));
        } else {
            left = parsePrimary();
        }
        DurationExpr sum = parseOperators(left, minPrecedence);
        tokens.leave();
        return sum;
    }

    private DurationExpr parseOperators(DurationExpr first, int minPrecedence) {
        DurationExpr left = first;
        while (true) {
            BinaryOp op = operator();
            if (op == null || op.precedence() < minPrecedence) {
                return left;
            }
            int opStart = tokens.take().start();
            int leftHeight = height;
            DurationExpr right = parseSum(op.rightAssociative() ? op.precedence() : op.precedence() + 1);
            grow(Math.max(leftHeight, height));
            checkEnabled(left.span().start());
            checkDivisor(op, opStart, right);
            left = new Arithmetic(op, left, right, left.span().to(right.span()));
        }
    }

    private BinaryOp operator() {
        return switch (tokens.peekType()) {
            case ADD, SUB, MUL, DIV, MOD, POW -> tokens.peekType().binaryOp;
            default -> null;
        };
    }

    private void checkDivisor(BinaryOp op, int opStart, DurationExpr right) {
        if (right instanceof Literal literal && literal.seconds() == 0) {
            if (op == BinaryOp.DIV) {
                throw tokens.error(opStart, "division by zero");
            }
            if (op == BinaryOp.MOD) {
                throw tokens.error(opStart, "modulo by zero");
            }
        }
    }

    private DurationExpr signed(Token sign, DurationExpr operand) {
        boolean negative = sign.type() == TokenType.SUB;
        var span = new Span(sign.start(), operand.span().end());
        if (operand instanceof Literal literal) {
            return new Literal(negative ? -literal.seconds() : literal.seconds(), literal.duration(), span);
        }
        if (!negative) {
            return operand;
        }
        grow(height);
        return new Negated(operand, span);
    }

    private DurationExpr parsePrimary() {
        height = 1;
        return switch (tokens.peekType()) {
            case NUMBER, DURATION -> parseLiteral(tokens.peek().start());
            case LEFT_PAREN -> {
                DurationExpr paren = parseParen();
                checkEnabled(paren instanceof Paren outer ? outer.inner().span().start() : paren.span().start());
                yield paren;
            }
            default -> {
                DurationExpr call = parseCall();
                checkEnabled(call instanceof Extreme extreme ? extreme.left().span().start() : call.span().start());
                yield call;
            }
        };
    }

    private DurationExpr parseCall() {
        height = 1;
        return switch (tokens.peekType()) {
            case STEP, RANGE -> parseQueryLength();
            case MAX_OF, MIN_OF -> parseExtreme();
            default -> throw unexpected();
        };
    }

    /**
     * @param blamed where an error says the duration begins
     */
    private Literal parseLiteral(int blamed) {
        Token token = tokens.take();
        double seconds = seconds(tokens, token);
        if (Math.abs(seconds) > MAX_SECONDS) {
            throw tokens.error(blamed, "duration out of range");
        }
        return new Literal(seconds, token.type() == TokenType.DURATION, token.span());
    }

    private DurationExpr parseQueryLength() {
        Token word = tokens.take();
        expect(TokenType.LEFT_PAREN);
        expect(TokenType.RIGHT_PAREN);
        var span = new Span(word.start(), tokens.lastEnd());
        return word.type() == TokenType.STEP ? new Step(span) : new QueryRange(span);
    }

    private DurationExpr parseExtreme() {
        Token word = tokens.take();
        expect(TokenType.LEFT_PAREN);
        DurationExpr left = parseSum(0);
        int leftHeight = height;
        expect(TokenType.COMMA);
        DurationExpr right = parseSum(0);
        expect(TokenType.RIGHT_PAREN);
        grow(Math.max(leftHeight, height));
        return new Extreme(word.type() == TokenType.MAX_OF, left, right, new Span(word.start(), tokens.lastEnd()));
    }

    private DurationExpr parseParen() {
        int start = tokens.take().start();
        DurationExpr inner = parseSum(0);
        expect(TokenType.RIGHT_PAREN);
        if (inner instanceof Paren) {
            return inner;
        }
        grow(height);
        return new Paren(inner, new Span(start, tokens.lastEnd()));
    }

    private void grow(int childHeight) {
        height = childHeight + 1;
        if (height > Parser.MAX_DEPTH) {
            throw tokens.tooDeep(tokens.lastEnd());
        }
    }

    private void checkEnabled(int blamed) {
        if (!options.durationExpressions()) {
            throw tokens.error(blamed, "experimental duration expression is not enabled");
        }
    }

    private void expect(TokenType type) {
        if (!tokens.accept(type)) {
            throw unexpected();
        }
    }

    private ParseException unexpected() {
        return tokens.unexpected(context, expected);
    }

    /** The value of a number or duration token. */
    static double seconds(TokenStream tokens, Token token) {
        if (token.type() == TokenType.DURATION) {
            try {
                long ms = Durations.parse(token.text());
                return ms / 1000 + ms % 1000 / 1e3;
            } catch (IllegalArgumentException e) {
                throw tokens.error(token.start(), e.getMessage());
            }
        }
        try {
            return Literals.number(token.text());
        } catch (NumberFormatException e) {
            throw tokens.error(token.start(), "error parsing number: " + e.getMessage());
        }
    }
}
