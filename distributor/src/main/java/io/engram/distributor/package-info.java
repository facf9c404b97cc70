/**
 * Takes remote write in and hands its samples to the ingesters that own them.
 *
 * <p>In: HTTP requests with snappy blocks of protobuf, or the process's own metrics. Out: {@link
 * io.engram.model.write.WriteBatch columns} to each owner, and to the sender 204 or a text that says what was refused.
 * Kept: what series and metadata are known already ({@code KnownSeries}, {@code
 * KnownRefs}, {@code KnownMetadata}), rates, buffers.
 *
 * <p>The path of one request: {@code RemoteWriteEndpoint} (headers, limits on size) → {@code WritePath} (a decode context
 * for as long as it takes) → {@code Body} (inflate) → {@code RemoteWrite1Scanner} or {@code RemoteWrite2Scanner} with
 * {@code BatchRows} (columns) → {@code RingPush} (owners) → wait until it is durable. Read {@link
 * io.engram.distributor.Distributor} first, then {@code docs/internals/wire-scanner.md}.
 */
package io.engram.distributor;
