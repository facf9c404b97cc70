/**
 * Blocks: immutable parts of a TSDB, as Prometheus, Thanos and Mimir read and write them. In: symbols, series in label order,
 * chunks as bytes. Out: a folder named by a ULID with {@code meta.json}, {@code index} and {@code chunks/}; and from such a
 * folder the series that matchers select, with their chunks.
 *
 * <ul>
 *   <li>{@link io.engram.tsdb.block.BlockWriter} writes, {@link io.engram.tsdb.block.BlockReader} reads a local folder.
 *   <li>Decoders over bytes from wherever, for those who read ranges out of a bucket:
 *       {@link io.engram.tsdb.block.IndexContents}, {@link io.engram.tsdb.block.SymbolTable},
 *       {@link io.engram.tsdb.block.PostingsOffsetTable}, {@link io.engram.tsdb.block.PostingsList},
 *       {@link io.engram.tsdb.block.SeriesEntry}, {@link io.engram.tsdb.block.ChunkFrame}.
 * </ul>
 *
 * <p>Begin with {@link io.engram.tsdb.block.IndexFormat} and {@link io.engram.tsdb.block.ChunkFormat}.
 */
package io.engram.tsdb.block;
