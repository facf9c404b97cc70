package io.engram.tsdb.head;

import io.engram.tsdb.wal.WalStats;

/**
 * What the heads of all tenants share.
 *
 * @param series of all tenants
 * @param maxSeries how many there may be
 * @param slabBytes memory reserved by the slabs, used or not
 * @param usedBytes memory for samples and labels, as it was measured last
 * @param maxBytes how much it may be
 * @param checkpoints written since the start
 * @param checkpointFailures attempts that failed since the start
 * @param lastCheckpointMs when the newest checkpoint was finished, or the start where there was none since
 * @param lastCheckpointBytes its size
 * @param wal the write-ahead log
 * @param recovery what the start found
 */
public record HeadStats(
        long series,
        long maxSeries,
        long slabBytes,
        long usedBytes,
        long maxBytes,
        long checkpoints,
        long checkpointFailures,
        long lastCheckpointMs,
        long lastCheckpointBytes,
        WalStats wal,
        RecoveryReport recovery) {}
