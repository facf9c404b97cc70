/**
 * The wire formats of Prometheus' remote read. In: a {@code ReadRequest} in a block of snappy ({@link
 * io.engram.querier.read.ReadRequestParser}); out: either samples, one {@code ReadResponse} in a block of snappy ({@link
 * io.engram.querier.read.SampledAnswer}), or chunks as they are stored, in a stream of frames ({@link
 * io.engram.querier.read.ChunkFrames}). The messages are in {@code proto}'s {@code remote_read.proto}.
 *
 * @see <a href="https://prometheus.io/docs/prometheus/latest/querying/remote_read_api/">The remote read API</a>
 */
package io.engram.querier.read;
