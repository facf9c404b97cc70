/**
 * The head of the database: the recent samples of all tenants, in memory and in a log.
 *
 * <p>In come batches of samples ({@link io.engram.model.write.WriteBatch}); out come selections of series and their
 * chunks ({@link io.engram.model.read.SeriesTable}, {@link io.engram.model.read.ChunkBatch}). Kept are series records and
 * open chunks in slabs, labels in an index per tenant, sealed chunks in files, and a write-ahead log with checkpoints.
 *
 * <p>Read {@link io.engram.tsdb.head.Heads}, the door, first. The path of a batch: {@code BatchAppender} (stripes, judging,
 * the log), {@code OpenChunk} and {@code SeriesRecord} (what a series looks like in memory), {@code SeriesCreator},
 * {@code ChunkSealer} and {@code HeadChunks} (what becomes of a full chunk). The path of a query: {@code SeriesSelect},
 * {@code ChunkFetch}. The path of a restart: {@code TenantCheckpoint}, {@code Recovery}, {@code Replayer}.
 *
 * <p>On disk, below one folder: {@code wal/} has segments of the log and checkpoints, {@code chunks/<tenant>/} the sealed
 * chunks.
 *
 * <p>Choices: series numbers are never given out twice, neither by a run nor by those after it, so a sample's record in the
 * log means the same series for ever; memory of removed series comes back by the 64. A sealed chunk names the one before
 * it of its series, so a series needs 40 bits for all of its sealed chunks, and deleting old files truncates all chains at
 * once.
 */
package io.engram.tsdb.head;
