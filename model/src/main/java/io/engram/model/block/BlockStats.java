package io.engram.model.block;

/**
 * How much is in a block. The split of samples by kind is 0 where the writer did not say (Prometheus before 3).
 *
 * @param samples floats and histograms together
 */
public record BlockStats(
        long samples, long floatSamples, long histogramSamples, long series, long chunks, long tombstones) {
    public static final BlockStats NONE = new BlockStats(0, 0, 0, 0, 0, 0);

    public BlockStats {
        if ((samples | floatSamples | histogramSamples | series | chunks | tombstones) < 0) {
            throw new IllegalArgumentException("a count of a block's stats is below 0");
        }
    }
}
