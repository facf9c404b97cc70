package io.engram.tsdb.head;

import io.engram.model.labels.Matcher;
import io.engram.model.metadata.MetricMetadata;
import io.engram.model.read.Exemplar;
import io.engram.model.read.SeriesExemplars;
import io.engram.tsdb.index.LabelView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.roaringbitmap.RoaringBitmap;

/** Reads what a tenant's head has besides samples. Stateless but for the head; safe for many threads. */
record HeadExtras(TenantHead head) {
    /** Series whose exemplars are copied under one hold of the lock. */
    private static final int GROUP = 256;

    /** Exemplars within {@code [minMs, maxMs]} of the series that pass all matchers of any of the selectors. */
    List<SeriesExemplars> exemplars(List<List<Matcher>> selectors, long minMs, long maxMs) {
        int[] candidates = underLock(() -> {
            ExemplarStore store = exemplarStore();
            return store == null ? new int[0] : store.series();
        });
        if (candidates.length == 0) {
            return List.of();
        }
        try (LabelView view = head.index().view()) {
            RoaringBitmap passing = new RoaringBitmap();
            for (List<Matcher> matchers : selectors) {
                passing.or(view.select(matchers));
            }
            int[] wanted = Arrays.stream(candidates).filter(passing::contains).toArray();
            List<SeriesExemplars> found = new ArrayList<>();
            for (int from = 0; from < wanted.length; from += GROUP) {
                addGroup(
                        Arrays.copyOfRange(wanted, from, Math.min(wanted.length, from + GROUP)),
                        minMs,
                        maxMs,
                        view,
                        found);
            }
            return found;
        }
    }

    private void addGroup(int[] series, long minMs, long maxMs, LabelView view, List<SeriesExemplars> into) {
        List<List<Exemplar>> copies = underLock(() -> {
            ExemplarStore store = exemplarStore();
            return Arrays.stream(series)
                    .mapToObj(number -> store.of(number, minMs, maxMs))
                    .toList();
        });
        for (int i = 0; i < series.length; i++) {
            if (!copies.get(i).isEmpty()) {
                into.add(new SeriesExemplars(view.labels(series[i]), copies.get(i)));
            }
        }
    }

    /** What is known of a metric, or of all where it is empty. */
    List<MetricMetadata> metadata(String metric) {
        return underLock(() -> {
            MetadataStore store = metadataStore();
            return store == null ? List.of() : store.of(metric);
        });
    }

    TenantExtraStats stats() {
        return underLock(() -> {
            ExemplarStore exemplars = exemplarStore();
            MetadataStore metadata = metadataStore();
            return new TenantExtraStats(
                    exemplars == null ? 0 : exemplars.count(),
                    exemplars == null ? 0 : exemplars.appended(),
                    metadata == null ? 0 : metadata.count());
        });
    }

    private ExemplarStore exemplarStore() {
        return (ExemplarStore) head.wide().side.find(SideKind.EXEMPLARS);
    }

    private MetadataStore metadataStore() {
        return (MetadataStore) head.wide().side.find(SideKind.METADATA);
    }

    private <T> T underLock(Supplier<T> copy) {
        Stripe wide = head.wide();
        wide.lock.lock();
        try {
            return copy.get();
        } finally {
            wide.lock.unlock();
        }
    }
}
