/**
 * Answers Prometheus' query API. In: requests ({@link io.engram.server.http.Exchange}) and the stores to ask ({@link
 * io.engram.proto.Select}); out: JSON in Prometheus' envelope, streamed.
 *
 * <p>The path of a query: {@code JsonEndpoint} (envelope and errors) → {@code QueryEndpoints} (parameters, parsing) →
 * {@code QueryPool} (a thread to compute on) → the engine of {@code promql}, which pulls samples out of {@link
 * io.engram.querier.fetch} → {@code ResultJson} over {@code JsonWriter}. Start with {@link io.engram.querier.Querier},
 * which lists the paths.
 */
package io.engram.querier;
