package io.engram.promql.engine;

import io.engram.promql.engine.functions.Row;
import java.util.Arrays;

/** Gives the values of an operand of one step at every step. */
final class RepeatOperator implements VectorOperator {
    private final VectorOperator operand;

    RepeatOperator(VectorOperator operand) {
        this.operand = operand;
    }

    @Override
    public SeriesSet series() {
        return operand.series();
    }

    @Override
    public Reader read(int from, int to) {
        Reader reader = operand.read(from, to);
        Row once = new Row(1);
        return new Reader() {
            @Override
            public boolean next(Row into) {
                if (!reader.next(once)) {
                    return false;
                }
                into.clear();
                if (once.has(0)) {
                    Arrays.fill(into.value, once.value[0]);
                    into.markAll();
                }
                return true;
            }

            @Override
            public void close() {
                reader.close();
            }
        };
    }
}
