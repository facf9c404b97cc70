/**
 * What stands between the stores and the query engine. In: {@link io.engram.proto.Select}, of one ingester or of many;
 * out: {@link io.engram.promql.storage.Storage}, samples in columns, one series after the other.
 *
 * <p>A selection goes in two phases. {@link io.engram.querier.fetch.SelectStorage} asks every source which series match
 * and joins the answers by fingerprint ({@code JoinedSeries}); then {@code ChunkReader} brings the chunks, some hundred
 * series at a time, and folds the copies of a series while it decodes ({@code ChunkFold}). {@link
 * io.engram.querier.fetch.FetchBudget} counts all of it, per query.
 *
 * <p>Where series have replica labels that the query does not ask for, {@code Selecting} puts twins together ({@code
 * TwinGroups}), asks the sources again for what a merge must see around the range, and ranks the replicas ({@code
 * PairRanks}); then {@code TwinReader} decodes the twins of a series one after the other and has them merged by {@link
 * io.engram.tsdb.replica}. {@code TwinChunks} does the same for readers of chunks.
 */
package io.engram.querier.fetch;
