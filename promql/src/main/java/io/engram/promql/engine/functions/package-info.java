/**
 * The arithmetic of PromQL over columns: what a function makes of one series. Pure; knows neither labels nor queries.
 * Comes in: a series' samples ({@link io.engram.promql.storage.SampleColumns}) with the windows to look at, or a
 * {@link io.engram.promql.engine.functions.Row} of values at evaluation times. Goes out: a row. Read {@code Row},
 * {@code Windows} and {@code RangeFunction} first.
 */
package io.engram.promql.engine.functions;
