/**
 * Takes remote write in and hands its samples to the ingesters that own them.
 *
 * <p>In: HTTP requests with snappy blocks of protobuf, or the process's own metrics. Out: {@link
 * io.engram.model.write.WriteBatch columns} to each owner, and to the sender 204 or a text that says what was refused.
 * Kept: fingerprints of series that were found good ({@code KnownSeries}), buffers.
 *
 * <p>The path of one request: {@code RemoteWriteEndpoint} (headers, limits on size) → {@code WritePath} (a decode context
 * for as long as it takes) → {@code Body} (inflate) → {@code WriteRequestScanner} (columns) → {@code RingPush} (owners) →
 * wait until it is durable. Read {@link io.engram.distributor.Distributor} first, then {@code WriteRequestScanner}.
 */
package io.engram.distributor;
