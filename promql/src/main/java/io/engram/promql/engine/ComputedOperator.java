package io.engram.promql.engine;

import io.engram.promql.engine.functions.Row;
import java.util.function.Supplier;

/** An operator that must have seen its operands before it knows its series: computes once, then holds the result. */
final class ComputedOperator implements VectorOperator {
    private final Supplier<HeldVector> computation;
    private HeldVector result;

    ComputedOperator(Supplier<HeldVector> computation) {
        this.computation = computation;
    }

    HeldVector result() {
        if (result == null) {
            result = computation.get();
        }
        return result;
    }

    @Override
    public SeriesSet series() {
        return result().series();
    }

    @Override
    public Reader read(int from, int to) {
        Row[] rows = result().rows();
        return new Reader() {
            private int next = from;

            @Override
            public boolean next(Row into) {
                if (next == to) {
                    return false;
                }
                Row row = rows[next++];
                if (row == null) {
                    into.clear();
                } else {
                    into.copyFrom(row);
                }
                return true;
            }
        };
    }
}
