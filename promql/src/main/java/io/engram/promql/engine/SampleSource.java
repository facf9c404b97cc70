package io.engram.promql.engine;

import io.engram.promql.storage.SampleReader;

/** Samples of series, for range functions: what a selector finds or a subquery computes. As {@link VectorOperator}, with columns. */
interface SampleSource {
    SeriesSet series();

    SampleReader read(int from, int to);
}
