package io.engram.promql.parser;

import io.engram.promql.ast.AggregateOp;
import io.engram.promql.ast.BinaryOp;
import io.engram.promql.ast.Expr;
import io.engram.promql.ast.Expr.Aggregate;
import io.engram.promql.ast.Expr.Binary;
import io.engram.promql.ast.Expr.Call;
import io.engram.promql.ast.Expr.NumberLiteral;
import io.engram.promql.ast.Expr.Paren;
import io.engram.promql.ast.Expr.StringLiteral;
import io.engram.promql.ast.Expr.Unary;
import io.engram.promql.ast.Function;
import io.engram.promql.ast.Span;
import io.engram.promql.ast.ValueType;
import io.engram.promql.ast.VectorMatching;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads expressions by precedence climbing: {@link #parseOperators} takes operators that bind at least as tightly as it is
 * told and asks itself for their right sides; modifiers such as {@code offset} and {@code [5m]} bind tighter than any
 * operator and belong to {@link ModifierParser}.
 */
final class ExprParser {
    private final TokenStream tokens;
    private final ParserOptions options;
    private final SelectorParser selectors;
    private final MatchingParser matchings;
    private final ModifierParser modifiers;
    /** How many aggregations are open: an unexpected token is then reported as one "in aggregation". */
    private int openAggregations;
    /** Height of the tree read last. */
    private int height;

    ExprParser(TokenStream tokens, ParserOptions options) {
        this.tokens = tokens;
        this.options = options;
        this.selectors = new SelectorParser(tokens);
        this.matchings = new MatchingParser(tokens);
        this.modifiers = new ModifierParser(tokens, options);
    }

    Expr parseQuery() {
        if (tokens.peekType() == TokenType.END_OF_INPUT) {
            throw tokens.error(0, "no expression found in input");
        }
        Expr expr = parseOperators(0);
        if (tokens.peekType() != TokenType.END_OF_INPUT) {
            throw unexpected();
        }
        return expr;
    }

    private Expr parseOperators(int minPrecedence) {
        tokens.enter();
        Expr left = parseUnary();
        while (true) {
            BinaryOp op = tokens.peekType().binaryOp;
            if (op == null || op.precedence() < minPrecedence) {
                tokens.leave();
                return left;
            }
            tokens.take();
            MatchingParser.Modifiers between = matchings.parseModifiers(op, this::unexpected);
            int leftHeight = height;
            Expr right = parseOperators(op.rightAssociative() ? op.precedence() : op.precedence() + 1);
            grow(Math.max(leftHeight, height));
            left = binary(op, left, right, between);
        }
    }

    private Expr binary(BinaryOp op, Expr left, Expr right, MatchingParser.Modifiers between) {
        VectorMatching matching = between.matching();
        boolean fills = matching.fillLeft() != null || matching.fillRight() != null;
        if (fills && !options.fillModifiers()) {
            throw tokens.error(left.span().start(), "binop fill modifiers are experimental and not enabled");
        }
        boolean vectors = left.type() == ValueType.VECTOR && right.type() == ValueType.VECTOR;
        // What was written for vectors but stands between others is kept, for the type check to refuse.
        boolean keep = vectors || fills || !matching.labels().isEmpty();
        return new Binary(
                op,
                left,
                right,
                keep ? matching : null,
                between.returnBool(),
                left.span().to(right.span()));
    }

    private Expr parseUnary() {
        TokenType type = tokens.peekType();
        if (type != TokenType.ADD && type != TokenType.SUB) {
            return parsePostfix();
        }
        boolean negative = type == TokenType.SUB;
        int start = tokens.take().start();
        // As tight as a multiplication: -a^b is -(a^b), -a*b is (-a)*b.
        Expr operand = parseOperators(BinaryOp.MUL.precedence() + 1);
        var span = new Span(start, operand.span().end());
        if (operand instanceof NumberLiteral literal) {
            return new NumberLiteral(negative ? -literal.value() : literal.value(), literal.duration(), span);
        }
        grow(height);
        return new Unary(negative, operand, span);
    }

    private Expr parsePostfix() {
        Expr expr = parsePrimary();
        while (true) {
            Expr modified = modifiers.parseModifier(expr);
            if (modified == null) {
                return expr;
            }
            if (modified instanceof Expr.Subquery) {
                grow(height);
            }
            expr = modified;
        }
    }

    private Expr parsePrimary() {
        height = 1;
        Token token = tokens.peek();
        return switch (token.type()) {
            case NUMBER, DURATION -> {
                tokens.take();
                double value = DurationParser.seconds(tokens, token);
                yield new NumberLiteral(value, token.type() == TokenType.DURATION, token.span());
            }
            case STRING -> {
                tokens.take();
                yield new StringLiteral(Literals.unquote(token.text()), token.span());
            }
            case LEFT_PAREN -> parseParen();
            case LEFT_BRACE -> selectors.parse();
            default -> parseNamed(token);
        };
    }

    /** A word: an aggregation, a call or the name of a metric, depending on what follows. */
    private Expr parseNamed(Token name) {
        TokenType type = name.type();
        if (!type.namesMetric()) {
            throw unexpected();
        }
        tokens.take();
        TokenType following = tokens.peekType();
        boolean callable = type == TokenType.IDENTIFIER || type.group == TokenType.Group.WORD;
        if (callable && following == TokenType.LEFT_PAREN) {
            return parseCall(name);
        }
        boolean aggregates =
                following == TokenType.LEFT_PAREN || following == TokenType.BY || following == TokenType.WITHOUT;
        if (type.aggregateOp != null && aggregates) {
            return parseAggregate(name);
        }
        return selectors.parse(name.text(), name.start());
    }

    private Expr parseParen() {
        int start = tokens.take().start();
        Expr inner = parseOperators(0);
        if (!tokens.accept(TokenType.RIGHT_PAREN)) {
            throw unexpected();
        }
        grow(height);
        return new Paren(inner, new Span(start, tokens.lastEnd()));
    }

    private Expr parseCall(Token name) {
        List<Expr> arguments = parseArguments();
        Function function = Functions.find(name.text());
        if (function == null) {
            throw tokens.error(name.start(), "unknown function with name \"" + name.text() + "\"");
        }
        if (function.experimental() && !options.experimentalFunctions()) {
            throw tokens.error(name.start(), "function \"" + name.text() + "\" is not enabled");
        }
        return new Call(function, arguments, new Span(name.start(), tokens.lastEnd()));
    }

    private List<Expr> parseArguments() {
        if (!tokens.accept(TokenType.LEFT_PAREN)) {
            throw unexpected();
        }
        var arguments = new ArrayList<Expr>();
        int tallest = 0;
        if (!tokens.accept(TokenType.RIGHT_PAREN)) {
            while (true) {
                arguments.add(parseOperators(0));
                tallest = Math.max(tallest, height);
                if (tokens.accept(TokenType.RIGHT_PAREN)) {
                    break;
                }
                if (tokens.peekType() != TokenType.COMMA) {
                    throw unexpected();
                }
                int comma = tokens.take().start();
                if (!tokens.peekType().startsExpression()) {
                    throw tokens.error(comma, "trailing commas not allowed in function call args");
                }
            }
        }
        grow(tallest);
        return arguments;
    }

    private Expr parseAggregate(Token name) {
        openAggregations++;
        Grouping grouping = parseGrouping();
        List<Expr> arguments = parseArguments();
        openAggregations--;
        if (grouping == null) {
            grouping = parseGrouping();
        }
        if (grouping == null) {
            grouping = new Grouping(List.of(), false);
        }
        AggregateOp op = name.type().aggregateOp;
        checkArguments(op, name, arguments.size());
        return new Aggregate(
                op,
                arguments.getLast(),
                op.takesParameter() ? arguments.getFirst() : null,
                grouping.labels(),
                grouping.without(),
                new Span(name.start(), tokens.lastEnd()));
    }

    private void checkArguments(AggregateOp op, Token name, int count) {
        if (count == 0) {
            throw tokens.error(name.start(), "no arguments for aggregate expression provided");
        }
        if (op.experimental() && !options.experimentalFunctions()) {
            throw tokens.error(
                    name.start(),
                    op.symbol()
                            + "() is experimental and must be enabled with"
                            + " --enable-feature=promql-experimental-functions");
        }
        int wanted = op.takesParameter() ? 2 : 1;
        if (count != wanted) {
            throw tokens.error(
                    name.start(),
                    "wrong number of arguments for aggregate expression provided, expected " + wanted + ", got "
                            + count);
        }
    }

    private record Grouping(List<String> labels, boolean without) {}

    /** Null where none stands here. */
    private Grouping parseGrouping() {
        TokenType type = tokens.peekType();
        if (type != TokenType.BY && type != TokenType.WITHOUT) {
            return null;
        }
        tokens.take();
        return new Grouping(matchings.parseLabels(), type == TokenType.WITHOUT);
    }

    private void grow(int childHeight) {
        height = childHeight + 1;
        if (height > Parser.MAX_DEPTH) {
            throw tokens.tooDeep(Parser.MAX_DEPTH);
        }
    }

    private ParseException unexpected() {
        return tokens.unexpected(openAggregations > 0 ? "aggregation" : "", "");
    }
}
