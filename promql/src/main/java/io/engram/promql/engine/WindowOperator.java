package io.engram.promql.engine;

import io.engram.promql.engine.functions.RangeFunction;
import io.engram.promql.engine.functions.Row;
import io.engram.promql.engine.functions.Windows;
import io.engram.promql.storage.SampleColumns;
import io.engram.promql.storage.SampleReader;
import java.util.function.IntConsumer;

/** A function over sliding windows of samples: range functions, and instant selectors, whose window is the lookback. */
final class WindowOperator implements VectorOperator {
    private final SampleSource source;
    private final RangeFunction.Factory function;
    private final Windows windows;
    private final boolean dropsName;
    private final IntConsumer onValues;

    /**
     * @param onValues told each series that has a value, before it is read on; by any thread. May be null
     */
    WindowOperator(
            SampleSource source,
            RangeFunction.Factory function,
            Windows windows,
            boolean dropsName,
            IntConsumer onValues) {
        this.source = source;
        this.function = function;
        this.windows = windows;
        this.dropsName = dropsName;
        this.onValues = onValues;
    }

    @Override
    public SeriesSet series() {
        SeriesSet series = source.series();
        return series.withDropName(dropsName);
    }

    @Override
    public Reader read(int from, int to) {
        SampleReader samples = source.read(from, to);
        RangeFunction kernel = function.create();
        SampleColumns columns = new SampleColumns();
        return new Reader() {
            private int series = from;

            @Override
            public boolean next(Row into) {
                if (!samples.next(columns)) {
                    return false;
                }
                into.clear();
                if (columns.size > 0) {
                    kernel.apply(columns, windows, into);
                    if (onValues != null && !into.isEmpty()) {
                        onValues.accept(series);
                    }
                }
                series++;
                return true;
            }

            @Override
            public void close() {
                samples.close();
            }
        };
    }
}
