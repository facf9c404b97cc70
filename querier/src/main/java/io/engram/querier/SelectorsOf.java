package io.engram.querier;

import io.engram.model.labels.Matcher;
import io.engram.promql.ast.Expr;
import java.util.ArrayList;
import java.util.List;

/** The selectors of an expression, from left to right: {@code parser.ExtractSelectors} of Prometheus. */
final class SelectorsOf {
    private final List<List<Matcher>> found = new ArrayList<>();

    private SelectorsOf() {}

    static List<List<Matcher>> expression(Expr expression) {
        SelectorsOf selectors = new SelectorsOf();
        selectors.visit(expression);
        return selectors.found;
    }

    private void visit(Expr expression) {
        switch (expression) {
            case Expr.NumberLiteral _, Expr.StringLiteral _ -> {}
            case Expr.Paren paren -> visit(paren.inner());
            case Expr.Unary unary -> visit(unary.operand());
            case Expr.VectorSelector selector -> found.add(selector.matchers());
            case Expr.MatrixSelector matrix -> visit(matrix.selector());
            case Expr.Subquery subquery -> visit(subquery.inner());
            case Expr.Call call -> call.arguments().forEach(this::visit);
            case Expr.Aggregate aggregate -> {
                if (aggregate.parameter() != null) {
                    visit(aggregate.parameter());
                }
                visit(aggregate.operand());
            }
            case Expr.Binary binary -> {
                visit(binary.left());
                visit(binary.right());
            }
        }
    }
}
