package io.engram.tsdb.head;

/**
 * What the last start found in the log behind the checkpoint.
 *
 * @param records records read
 * @param samples samples brought back from them
 * @param damages stretches of the log that could not be read; a torn end, which a crash leaves, is none
 * @param lostRecords records that were in such stretches, or made no sense
 * @param lostSeries series whose labels were lost with them
 * @param lostSamples samples in readable records whose series was lost
 */
public record RecoveryReport(
        long records, long samples, long damages, long lostRecords, long lostSeries, long lostSamples) {
    static final RecoveryReport NOTHING = new RecoveryReport(0, 0, 0, 0, 0, 0);

    /** Whether everything is there that was ever acknowledged. */
    public boolean lossless() {
        return damages == 0 && lostRecords == 0 && lostSeries == 0 && lostSamples == 0;
    }
}
