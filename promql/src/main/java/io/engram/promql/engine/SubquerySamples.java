package io.engram.promql.engine;

import io.engram.promql.engine.functions.Row;
import io.engram.promql.storage.SampleColumns;
import io.engram.promql.storage.SampleReader;

/** Samples of a subquery: the values of a vector at the times of its own steps. */
final class SubquerySamples implements SampleSource {
    private final QueryContext context;
    private final VectorOperator inner;
    private final StepTimes times;

    SubquerySamples(QueryContext context, VectorOperator inner, StepTimes times) {
        this.context = context;
        this.inner = inner;
        this.times = times;
    }

    @Override
    public SeriesSet series() {
        return inner.series();
    }

    @Override
    public SampleReader read(int from, int to) {
        context.hold(2L * times.count());
        Row row = new Row(times.count());
        VectorOperator.Reader reader = inner.read(from, to);
        return new SampleReader() {
            @Override
            public boolean next(SampleColumns into) {
                if (!reader.next(row)) {
                    return false;
                }
                into.size = 0;
                into.ensureCapacity(row.count());
                for (int step = row.next(0); step >= 0; step = row.next(step + 1)) {
                    into.timestampMs[into.size] = times.at(step);
                    into.value[into.size++] = row.value[step];
                }
                return true;
            }

            @Override
            public void close() {
                context.release(2L * times.count());
                reader.close();
            }
        };
    }
}
