/**
 * Answers selects from the blocks in the bucket. In: {@link io.engram.proto.SelectBlocks}, queries that name blocks. Out: series
 * with their chunks. Kept: an index-header per block on the local disk, caches of what was read.
 *
 * <p>The path of a select: {@link io.engram.storegateway.StoreGateway} asks {@code HeaderStore} for the header of each block;
 * {@code BlockSelect} finds its series by postings ({@code BucketLists}) and reads their entries ({@code SeriesReader});
 * {@code JoinedBlocks} makes one table of them; {@code BlocksCursor} brings chunks, a {@code ChunkFetch} for
 * each fetch, and one {@code ReadAhead} so that all of them are few ranges.
 * Whatever is read of the bucket goes through {@code RangeReads}, in pages that {@code PageCache} keeps.
 */
package io.engram.storegateway;
