package io.engram.querier.copies;

import io.engram.model.read.LabelsBatch;
import io.engram.proto.Cardinality;
import io.engram.ring.Instance;
import io.engram.ring.RingReads;
import java.util.HashSet;
import java.util.Set;

/**
 * The labels of the series of several ingesters, one after the other, each series once: it is known by 64 bits over its
 * labels, which two of a million series share once in 37 million times. Used by one thread.
 */
final class DistinctLabels implements Cardinality.SeriesLabels {
    private final RingReads.Answers<Cardinality.SeriesLabels> answers;
    private final Set<Long> seen = new HashSet<>();
    private final LabelsBatch batch = new LabelsBatch();
    private int source;
    private int next; // of the batch

    DistinctLabels(RingReads.Answers<Cardinality.SeriesLabels> answers) {
        this.answers = answers;
    }

    @Override
    public boolean next(LabelsBatch into, int bytes) {
        into.clear();
        while (into.sizeBytes() < bytes && fill(bytes)) {
            if (seen.add(batch.hash(next))) {
                into.addSeries(batch, next);
            }
            next++;
        }
        return into.count() > 0;
    }

    /** Sees that the batch has another series; false behind the last of all. */
    private boolean fill(int bytes) {
        while (next == batch.count()) {
            if (source == answers.all().size()) {
                return false;
            }
            next = 0;
            batch.clear();
            Instance instance = answers.all().get(source).instance();
            try {
                if (!answers.all().get(source).value().next(batch, bytes)) {
                    source++;
                    batch.clear();
                }
            } catch (RuntimeException e) {
                answers.missing().add(instance, e);
                source++;
                batch.clear();
            }
        }
        return true;
    }

    @Override
    public void close() {
        answers.values().forEach(Cardinality.SeriesLabels::close);
    }
}
