package io.engram.promql.engine;

import io.engram.promql.engine.functions.Row;

/** A function of each value by itself, or of value and step; may also take values away. */
final class MapOperator implements VectorOperator {
    /** Changes a row in place. Has no state: used by several threads. */
    @FunctionalInterface
    interface RowFunction {
        void apply(Row row);
    }

    private final VectorOperator operand;
    private final RowFunction function;
    private final boolean dropsName;

    MapOperator(VectorOperator operand, RowFunction function, boolean dropsName) {
        this.operand = operand;
        this.function = function;
        this.dropsName = dropsName;
    }

    @Override
    public SeriesSet series() {
        SeriesSet series = operand.series();
        return dropsName ? series.droppingNames() : series;
    }

    @Override
    public Reader read(int from, int to) {
        Reader reader = operand.read(from, to);
        return new Reader() {
            @Override
            public boolean next(Row into) {
                if (!reader.next(into)) {
                    return false;
                }
                function.apply(into);
                return true;
            }

            @Override
            public void close() {
                reader.close();
            }
        };
    }
}
