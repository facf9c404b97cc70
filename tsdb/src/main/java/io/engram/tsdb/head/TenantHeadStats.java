package io.engram.tsdb.head;

import io.engram.model.TenantId;
import io.engram.tsdb.index.IndexBytes;

/**
 * What the head of one tenant holds.
 *
 * @param series that exist
 * @param samplesAppended stored since the process started
 * @param lateSamples of these, older than the newest of their series
 * @param histograms of these, native histograms
 * @param openChunks series with a chunk in memory
 * @param chunksSealed since the process started
 * @param minTimeMs oldest sample that may be there; {@code Long.MAX_VALUE} where there is none
 * @param maxTimeMs newest sample; {@code Long.MIN_VALUE} where there is none
 * @param recordBytes memory for series records
 * @param tableBytes memory for the tables of fingerprints
 * @param chunkBytes memory for open chunks
 * @param sideBytes memory for what is kept beside floats in order
 * @param index memory for labels and postings
 * @param bufferBytes memory for sealed chunks that wait to be written
 * @param sealedBytes sealed chunks on disk
 * @param damagedChunks how often a sealed chunk could not be read
 */
public record TenantHeadStats(
        TenantId tenant,
        int series,
        long samplesAppended,
        long lateSamples,
        long histograms,
        long openChunks,
        long chunksSealed,
        long minTimeMs,
        long maxTimeMs,
        long recordBytes,
        long tableBytes,
        long chunkBytes,
        long sideBytes,
        IndexBytes index,
        long bufferBytes,
        long sealedBytes,
        long damagedChunks) {

    /** Memory that belongs to the tenant. */
    public long memoryBytes() {
        return recordBytes + tableBytes + chunkBytes + sideBytes + index.total() + bufferBytes;
    }
}
