package io.engram.tsdb.wal;

/**
 * How a log is doing, for metrics.
 *
 * @param position of the last record appended
 * @param acknowledged position up to which {@link WriteAheadLog#awaitDurable} returns at once
 * @param bufferedBytes records that are not synced yet
 * @param segments files
 * @param sizeBytes of all of them
 * @param syncs calls of fdatasync since the start, successful ones
 * @param failures segments given up since the start
 * @param available whether appends are taken
 */
public record WalStats(
        long position,
        long acknowledged,
        long bufferedBytes,
        int segments,
        long sizeBytes,
        long syncs,
        long failures,
        boolean available) {}
