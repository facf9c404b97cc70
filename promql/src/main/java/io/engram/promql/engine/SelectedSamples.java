package io.engram.promql.engine;

import io.engram.model.StaleMarker;
import io.engram.model.labels.Labels;
import io.engram.promql.storage.SampleColumns;
import io.engram.promql.storage.SampleReader;
import io.engram.promql.storage.SeriesSource;
import io.engram.promql.storage.Storage;

/** Samples of a selector, as the storage has them. */
final class SelectedSamples implements SampleSource {
    private static final int SERIES_BETWEEN_CHECKS = 64;

    private final QueryContext context;
    private final Storage.Selection selection;
    private final boolean staleMarkers;
    private SeriesSource source;
    private SeriesSet series;

    /** @param staleMarkers whether the reader wants to see them; else they are left out */
    SelectedSamples(QueryContext context, Storage.Selection selection, boolean staleMarkers) {
        this.context = context;
        this.selection = selection;
        this.staleMarkers = staleMarkers;
    }

    @Override
    public SeriesSet series() {
        if (series == null) {
            source = context.select(selection);
            Labels[] labels = new Labels[source.size()];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = source.labels(i);
            }
            series = new SeriesSet(labels, new boolean[labels.length]);
        }
        return series;
    }

    @Override
    public SampleReader read(int from, int to) {
        return new Reader(source.read(from, to));
    }

    private final class Reader implements SampleReader {
        private final SampleReader from;
        private int read;
        private int held;

        Reader(SampleReader from) {
            this.from = from;
        }

        @Override
        public boolean next(SampleColumns into) {
            if (read++ % SERIES_BETWEEN_CHECKS == 0) {
                context.check();
            }
            if (!from.next(into)) {
                return false;
            }
            if (into.size > held) {
                // Charged for the longest series: the columns are used again for the next.
                context.hold(into.size - held);
                held = into.size;
            }
            if (!staleMarkers) {
                removeStaleMarkers(into);
            }
            return true;
        }

        @Override
        public void close() {
            context.release(held);
            held = 0;
            from.close();
        }
    }

    private static void removeStaleMarkers(SampleColumns columns) {
        double[] value = columns.value;
        int n = columns.size;
        int kept = 0;
        while (kept < n && !StaleMarker.is(value[kept])) {
            kept++;
        }
        int change = kept == n ? columns.changeCount : columns.firstChange(kept);
        for (int i = kept; i < n; i++) {
            if (!StaleMarker.is(value[i])) {
                if (change < columns.changeCount && columns.changeAt[change] == i) {
                    columns.changeAt[change++] = kept; // a change is at a sample, never at a marker
                }
                columns.timestampMs[kept] = columns.timestampMs[i];
                value[kept++] = value[i];
            }
        }
        columns.size = kept;
    }
}
