package io.engram.promql.engine;

import io.engram.promql.engine.functions.Row;

/** A vector at all evaluation times: first which series it may have, then the values of one after the other. */
interface VectorOperator {
    /** Finds, or computes, the series on the first call; by the query's own thread. Some may turn out to be empty. */
    SeriesSet series();

    /** Reads the series {@code from .. to-1} in order. Several readers may be used at once, each by one thread. */
    Reader read(int from, int to);

    interface Reader extends AutoCloseable {
        /**
         * Overwrites {@code into} with the next series' values.
         *
         * @return false behind the last series
         */
        boolean next(Row into);

        @Override
        default void close() {}
    }
}
