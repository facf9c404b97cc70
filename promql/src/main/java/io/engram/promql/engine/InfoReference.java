package io.engram.promql.engine;

import io.engram.promql.ast.ValueType;
import io.engram.promql.engine.plan.Plan;
import java.util.HashSet;
import java.util.Set;

/**
 * When {@code info()} looks for info series: where all vectors that its argument is made of look at the same time, then;
 * else at the evaluation time.
 */
final class InfoReference {
    private static final Plan.Shift NOW = new Plan.Shift(0, false, 0);

    private final Set<Plan.Shift> references = new HashSet<>();

    private InfoReference() {}

    static Plan.Shift of(Plan argument) {
        InfoReference reference = new InfoReference();
        reference.collect(argument, NOW);
        return reference.references.size() == 1
                ? reference.references.iterator().next()
                : NOW;
    }

    private void collect(Plan plan, Plan.Shift around) {
        switch (plan) {
            case Plan.Selector selector -> references.add(within(selector.shift(), around));
            case Plan.Matrix matrix -> collect(matrix.selector(), around);
            case Plan.Subquery subquery -> collect(subquery.inner(), within(subquery.shift(), around));
            case Plan.StepInvariant once -> collect(once.operand(), around);
            case Plan.Negate negate -> collect(negate.operand(), around);
            case Plan.Aggregate aggregate -> collect(aggregate.operand(), around);
            case Plan.Binary binary -> {
                collectVector(binary.left(), around);
                collectVector(binary.right(), around);
            }
            case Plan.Call call -> {
                boolean any = false;
                for (Plan argument : call.arguments()) {
                    any |= collectVector(argument, around);
                }
                if (!any) {
                    references.add(around);
                }
            }
            case Plan.Number _, Plan.Text _ -> {}
        }
    }

    private boolean collectVector(Plan plan, Plan.Shift around) {
        if (plan.type() != ValueType.VECTOR && plan.type() != ValueType.MATRIX) {
            return false;
        }
        collect(plan, around);
        return true;
    }

    /** What lies in a subquery looks from where the subquery looks, unless it is fixed itself. */
    private static Plan.Shift within(Plan.Shift inner, Plan.Shift around) {
        if (inner.fixed()) {
            return inner;
        }
        return new Plan.Shift(inner.offsetMs() + around.offsetMs(), around.fixed(), around.atMs());
    }
}
