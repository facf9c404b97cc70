package io.engram.promql.parser;

import io.engram.model.labels.Label;
import io.engram.model.labels.Matcher;
import io.engram.model.text.GoQuote;
import io.engram.promql.ast.AggregateOp;
import io.engram.promql.ast.BinaryOp;
import io.engram.promql.ast.Expr;
import io.engram.promql.ast.Expr.Aggregate;
import io.engram.promql.ast.Expr.Binary;
import io.engram.promql.ast.Expr.Call;
import io.engram.promql.ast.Expr.MatrixSelector;
import io.engram.promql.ast.Expr.NumberLiteral;
import io.engram.promql.ast.Expr.Paren;
import io.engram.promql.ast.Expr.StringLiteral;
import io.engram.promql.ast.Expr.Subquery;
import io.engram.promql.ast.Expr.Unary;
import io.engram.promql.ast.Expr.VectorSelector;
import io.engram.promql.ast.Function;
import io.engram.promql.ast.ValueType;
import io.engram.promql.ast.VectorMatching;
import java.util.List;

/** Refuses trees that are grammatical but have no meaning; the order of the checks is that of Prometheus. */
final class TypeCheck {
    private final String query;

    TypeCheck(String query) {
        this.query = query;
    }

    /** Checks the tree from its leaves up and returns the type of its root. */
    ValueType check(Expr expr) {
        return switch (expr) {
            case NumberLiteral _ -> ValueType.SCALAR;
            case StringLiteral _ -> ValueType.STRING;
            case Paren paren -> check(paren.inner());
            case Unary unary -> checkUnary(unary);
            case VectorSelector selector -> checkSelector(selector, false);
            case MatrixSelector matrix -> {
                checkSelector(matrix.selector(), false);
                yield ValueType.MATRIX;
            }
            case Subquery subquery -> checkSubquery(subquery);
            case Call call -> checkCall(call);
            case Aggregate aggregate -> checkAggregate(aggregate);
            case Binary binary -> checkBinary(binary);
        };
    }

    private ValueType checkUnary(Unary unary) {
        ValueType type = check(unary.operand());
        if (type != ValueType.SCALAR && type != ValueType.VECTOR) {
            throw error(
                    unary,
                    "unary expression only allowed on expressions of type scalar or instant vector, got \""
                            + type.documented() + '"');
        }
        return type;
    }

    private ValueType checkSelector(VectorSelector selector, boolean mayBeEmpty) {
        List<Matcher> matchers = selector.matchers();
        if (!selector.metricName().isEmpty()) {
            for (Matcher matcher : matchers.subList(0, matchers.size() - 1)) {
                if (matcher.name().equals(Label.METRIC_NAME)) {
                    throw error(
                            selector,
                            "metric name must not be set twice: " + GoQuote.quote(selector.metricName()) + " or "
                                    + GoQuote.quote(matcher.value()));
                }
            }
        } else if (!mayBeEmpty && matchers.stream().allMatch(Matcher::matchesEmpty)) {
            throw error(selector, "vector selector must contain at least one non-empty matcher");
        }
        return ValueType.VECTOR;
    }

    private ValueType checkSubquery(Subquery subquery) {
        ValueType type = check(subquery.inner());
        if (type != ValueType.VECTOR) {
            throw error(subquery, "subquery is only allowed on instant vector, got " + type.apiName() + " instead");
        }
        return ValueType.MATRIX;
    }

    private ValueType checkAggregate(Aggregate aggregate) {
        expect(aggregate.operand(), ValueType.VECTOR, "aggregation expression");
        if (aggregate.parameter() != null) {
            ValueType wanted = aggregate.op() == AggregateOp.COUNT_VALUES ? ValueType.STRING : ValueType.SCALAR;
            expect(aggregate.parameter(), wanted, "aggregation parameter");
        }
        return ValueType.VECTOR;
    }

    private ValueType checkCall(Call call) {
        Function function = call.function();
        checkArgumentCount(call);
        if (function.name().equals("info") && call.arguments().size() > 1) {
            checkInfoSelector(call);
        }
        List<ValueType> types = function.arguments();
        for (int i = 0; i < call.arguments().size(); i++) {
            Expr argument = call.arguments().get(i);
            ValueType wanted = types.get(Math.min(i, types.size() - 1));
            boolean labelSelector = function.name().equals("info") && i == 1;
            if (labelSelector && argument instanceof VectorSelector selector) {
                checkSelector(selector, true);
            } else {
                expect(argument, wanted, "call to function " + GoQuote.quote(function.name()));
            }
        }
        return function.returns();
    }

    private void checkArgumentCount(Call call) {
        Function function = call.function();
        int given = call.arguments().size();
        int listed = function.arguments().size();
        String limit = null;
        if (function.variadic() == 0) {
            limit = given == listed ? null : "expected " + listed;
        } else if (given < listed - 1) {
            limit = "expected at least " + (listed - 1);
        } else if (function.variadic() > 0 && given > listed - 1 + function.variadic()) {
            limit = "expected at most " + (listed - 1 + function.variadic());
        }
        if (limit != null) {
            throw error(call, limit + " argument(s) in call to " + GoQuote.quote(function.name()) + ", got " + given);
        }
    }

    private void checkInfoSelector(Call call) {
        Expr second = call.arguments().get(1);
        if (second.type() != ValueType.VECTOR) {
            throw error(
                    call,
                    "expected type instant vector in call to function \"info\", got "
                            + second.type().documented());
        }
        if (!(second instanceof VectorSelector selector)) {
            throw error(second, "expected label selectors only");
        }
        if (!selector.metricName().isEmpty()) {
            throw error(second, "expected label selectors only, got vector selector instead");
        }
    }

    private ValueType checkBinary(Binary binary) {
        ValueType left = check(binary.left());
        ValueType right = check(binary.right());
        BinaryOp op = binary.op();
        boolean comparison = op.kind() == BinaryOp.Kind.COMPARISON;
        if (binary.returnBool() && !comparison) {
            throw errorAtOperator(binary, "bool modifier can only be used on comparison operators");
        }
        boolean scalars = left == ValueType.SCALAR && right == ValueType.SCALAR;
        if (comparison && !binary.returnBool() && scalars) {
            throw errorAtOperator(binary, "comparisons between scalars must use BOOL modifier");
        }
        VectorMatching matching = binary.matching();
        if (matching != null) {
            checkIncludedLabels(binary, matching);
        }
        checkOperand(binary.left(), left);
        checkOperand(binary.right(), right);
        boolean vectors = left == ValueType.VECTOR && right == ValueType.VECTOR;
        if (matching != null) {
            checkMatching(binary, matching, vectors);
        }
        if (!vectors && op.kind() == BinaryOp.Kind.SET) {
            throw error(
                    binary, "set operator " + GoQuote.quote(op.symbol()) + " not allowed in binary scalar expression");
        }
        return scalars ? ValueType.SCALAR : ValueType.VECTOR;
    }

    private void checkIncludedLabels(Binary binary, VectorMatching matching) {
        if (!matching.on()) {
            return;
        }
        for (String label : matching.labels()) {
            if (matching.include().contains(label)) {
                throw errorAtOperator(
                        binary, "label " + GoQuote.quote(label) + " must not occur in ON and GROUP clause at once");
            }
        }
    }

    private void checkOperand(Expr operand, ValueType type) {
        if (type != ValueType.SCALAR && type != ValueType.VECTOR) {
            throw error(operand, "binary expression must contain only scalar and instant vector types");
        }
    }

    private void checkMatching(Binary binary, VectorMatching matching, boolean vectors) {
        boolean fills = matching.fillLeft() != null || matching.fillRight() != null;
        if (!vectors && !matching.labels().isEmpty()) {
            throw error(binary, "vector matching only allowed between instant vectors");
        }
        if (!vectors && fills) {
            throw error(binary, "filling in missing series only allowed between instant vectors");
        }
        if (binary.op().kind() != BinaryOp.Kind.SET) {
            return;
        }
        if (matching.card() != VectorMatching.Card.MANY_TO_MANY) {
            throw error(
                    binary,
                    "no grouping allowed for " + GoQuote.quote(binary.op().symbol()) + " operation");
        }
        if (fills) {
            throw error(binary, "filling in missing series not allowed for set operators");
        }
    }

    private void expect(Expr expr, ValueType wanted, String context) {
        ValueType type = check(expr);
        if (type != wanted) {
            throw error(expr, "expected type " + wanted.documented() + " in " + context + ", got " + type.documented());
        }
    }

    private ParseException error(Expr expr, String message) {
        return Errors.at(query, expr.span().start(), message);
    }

    private ParseException errorAtOperator(Binary binary, String message) {
        int at = binary.left().span().end();
        while (Lexer.isSpace(query.charAt(at))) {
            at++;
        }
        return Errors.at(query, at, message);
    }
}
