package io.engram.model.replica;

import java.util.Arrays;

/** The counts of one replica: windows that rise, at least one, with samples and series beside them. Immutable. */
final class WindowCounts {
    private final int[] windows;
    private final long[] samples;
    private final int[] series;

    /** Takes over the arrays. */
    WindowCounts(int[] windows, long[] samples, int[] series) {
        this.windows = windows;
        this.samples = samples;
        this.series = series;
    }

    int size() {
        return windows.length;
    }

    int windowAt(int i) {
        return windows[i];
    }

    long samplesAt(int i) {
        return samples[i];
    }

    int seriesAt(int i) {
        return series[i];
    }

    long samples(long window) {
        int i = find(window);
        return i < 0 ? 0 : samples[i];
    }

    long series(long window) {
        int i = find(window);
        return i < 0 ? 0 : series[i];
    }

    /** Windows mostly follow one another without a gap: the first guess is right then. */
    private int find(long window) {
        long distance = window - windows[0];
        if (distance < 0 || window > windows[windows.length - 1]) {
            return -1;
        }
        if (distance < windows.length && windows[(int) distance] == window) {
            return (int) distance;
        }
        return Arrays.binarySearch(windows, (int) window);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WindowCounts counts
                && Arrays.equals(windows, counts.windows)
                && Arrays.equals(samples, counts.samples)
                && Arrays.equals(series, counts.series);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(windows) + Arrays.hashCode(samples);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < windows.length; i++) {
            text.append(' ')
                    .append(windows[i])
                    .append(':')
                    .append(samples[i])
                    .append('/')
                    .append(series[i]);
        }
        return text.toString();
    }
}
