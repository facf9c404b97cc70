package io.engram.ingester;

import io.engram.model.TenantId;
import io.engram.model.cardinality.HeadCardinality;
import io.engram.model.cardinality.NamesCardinality;
import io.engram.model.cardinality.ValuesCardinality;
import io.engram.model.read.LabelsBatch;
import io.engram.model.time.Clock;
import io.engram.proto.Cardinality;
import io.engram.tsdb.head.Heads;
import io.engram.tsdb.head.LabelsCursor;
import io.engram.tsdb.head.TenantCardinality;
import java.util.List;
import java.util.function.Supplier;

/** Counts the series of the heads. Safe for all threads. */
final class HeadCardinalities implements Cardinality {
    private static final SeriesLabels NOTHING = new SeriesLabels() {
        @Override
        public boolean next(LabelsBatch into, int bytes) {
            into.clear();
            return false;
        }

        @Override
        public void close() {}
    };

    private final Supplier<Heads> heads;
    private final ActiveSeriesConfig config;
    private final Clock clock;

    HeadCardinalities(Supplier<Heads> heads, ActiveSeriesConfig config, Clock clock) {
        this.heads = heads;
        this.config = config;
        this.clock = clock;
    }

    @Override
    public long series(Query query) {
        TenantCardinality counts = heads.get().cardinality(query.tenant());
        return counts == null ? 0 : counts.series(query.matchers(), sinceMs(query.which()), query.replicaLabels());
    }

    @Override
    public NamesCardinality names(Query query, int limit) {
        TenantCardinality counts = heads.get().cardinality(query.tenant());
        return counts == null ? NamesCardinality.NONE : counts.names(query.matchers(), sinceMs(query.which()), limit);
    }

    @Override
    public List<ValuesCardinality> values(List<String> names, Query query, int limit) {
        TenantCardinality counts = heads.get().cardinality(query.tenant());
        return counts == null
                ? names.stream().map(ValuesCardinality::none).toList()
                : counts.values(names, query.matchers(), sinceMs(query.which()), query.replicaLabels(), limit);
    }

    @Override
    public HeadCardinality head(TenantId tenant, int limit) {
        TenantCardinality counts = heads.get().cardinality(tenant);
        return counts == null ? HeadCardinality.NONE : counts.head(limit);
    }

    @Override
    public SeriesLabels labels(Query query) {
        TenantCardinality counts = heads.get().cardinality(query.tenant());
        return counts == null
                ? NOTHING
                : new HeadLabels(counts.labels(query.matchers(), sinceMs(query.which()), query.replicaLabels()));
    }

    private record HeadLabels(LabelsCursor cursor) implements SeriesLabels {
        @Override
        public boolean next(LabelsBatch into, int bytes) {
            return cursor.next(into, bytes);
        }

        @Override
        public void close() {
            cursor.close();
        }
    }

    private long sinceMs(Which which) {
        return switch (which) {
            case IN_MEMORY -> TenantCardinality.IN_MEMORY;
            case ACTIVE -> clock.nowMs() - config.activeSeriesWindow().toMillis();
        };
    }
}
