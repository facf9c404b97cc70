/**
 * Numbers about the process. In: counters, gauges and histograms that components keep. Out: the page {@code /metrics}
 * ({@link io.engram.server.metrics.Exposition}) and the same samples one by one ({@link
 * io.engram.server.metrics.Metrics#forEachSample}). Read {@link io.engram.server.metrics.Metrics} first.
 */
package io.engram.server.metrics;
