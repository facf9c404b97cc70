package io.engram.querier.copies;

import io.engram.model.read.LabelsBatch;
import io.engram.proto.Cardinality;
import io.engram.ring.FanOut;
import io.engram.ring.Losses;
import io.engram.ring.ReadPatience;
import io.engram.ring.RingReads;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The labels of the series of several ingesters, each series once: it is known by 64 bits over its labels, which two of a
 * million series share once in 37 million times. All are asked for their next batch at the same time; one that may be
 * missing and is slow beyond the others is left out from then on. Used by one thread.
 */
final class DistinctLabels implements Cardinality.SeriesLabels {
    private final List<Cardinality.SeriesLabels> sources;
    private final Losses losses;
    private final ReadPatience patience;
    private final Set<Long> seen = new HashSet<>();
    /** Sources that may have more, by their places. */
    private final List<Integer> left = new ArrayList<>();

    /** One for each source: never shared with a thread that is late. */
    private final List<LabelsBatch> batches = new ArrayList<>();

    private int batch; // of those that were brought, the one at hand
    private int next; // of that batch

    DistinctLabels(RingReads.Answers<Cardinality.SeriesLabels> answers, ReadPatience patience) {
        this.sources = answers.values();
        this.losses = answers.losses();
        this.patience = patience;
        for (int source = 0; source < sources.size(); source++) {
            left.add(source);
        }
    }

    @Override
    public boolean next(LabelsBatch into, int bytes) {
        into.clear();
        while (into.sizeBytes() < bytes && fill(bytes)) {
            if (seen.add(batches.get(batch).hash(next))) {
                into.addSeries(batches.get(batch), next);
            }
            next++;
        }
        return into.count() > 0;
    }

    /** Sees that the batch at hand has another series; false behind the last of all. */
    private boolean fill(int bytes) {
        while (batch == batches.size() || next == batches.get(batch).count()) {
            next = 0;
            if (batch < batches.size()) {
                batch++;
            } else if (left.isEmpty()) {
                return false;
            } else {
                bring(bytes);
            }
        }
        return true;
    }

    private void bring(int bytes) {
        List<Integer> asked = List.copyOf(left);
        List<LabelsBatch> brought = new FanOut<>(
                        asked.size(), i -> batchOf(asked.get(i), bytes), _ -> {}, losses.among(asked), patience)
                .answers();
        batches.clear();
        batch = 0;
        for (int i = 0; i < asked.size(); i++) {
            if (brought.get(i) == null || brought.get(i).count() == 0) {
                left.remove(asked.get(i));
            } else {
                batches.add(brought.get(i));
            }
        }
    }

    private LabelsBatch batchOf(int source, int bytes) {
        LabelsBatch of = new LabelsBatch();
        sources.get(source).next(of, bytes);
        return of;
    }

    @Override
    public void close() {
        sources.forEach(Cardinality.SeriesLabels::close);
    }
}
